import { parseCondition, parseExpression, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldType } from '../fields/registry.js';
import type { Rights } from '../kernel/actor.js';
import type { FieldModel, Model } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { ruleScope } from '../rules/condition-scope.js';

/** What of a model a caller may know of. What they may not read does not exist for them: not its name, not a condition that tells of it. */
export type Readable = {
  object(name: string): boolean;
  field(object: string, name: string): boolean;
  /** A path over links, every hop of it. */
  path(object: string, path: string): boolean;
  /** Whether a condition about records of `object` reads only what they may read. */
  condition(object: string, json: unknown, more?: { outerObject?: string }): boolean;
  expression(object: string, json: unknown): boolean;
};

const EVERY_ROOT: Scope['allow'] = new Set(['previous', 'outer', 'user', 'people', 'changed']);

export function readableBy(model: Model, actor: Rights): Readable {
  const field = (object: string, name: string): boolean =>
    (accessOf(model, actor, object).fields.get(name)?.read.kind ?? 'none') !== 'none';
  const object = (name: string): boolean => accessOf(model, actor, name).read.kind !== 'none';
  const scope = (of: string, outerObject: string): Scope => {
    const full = ruleScope(model, of, EVERY_ROOT, outerObject);
    return {
      ...full,
      field: (owner, name) => (object(owner) && field(owner, name) ? full.field(owner, name) : undefined),
      relation: (owner, name) => {
        const relation = full.relation(owner, name);
        return relation && object(relation.from) && field(relation.from, relation.by) ? relation : undefined;
      },
    };
  };
  return {
    object,
    field,
    path(of, path) {
      let at: string | undefined = of;
      const steps = path.split('.');
      for (const [index, step] of steps.entries()) {
        if (at === undefined || !object(at) || !field(at, step)) return false;
        const found: FieldModel | undefined = model.objects.get(at)?.fields.get(step);
        const isPart =
          index === steps.length - 2 && found !== undefined && fieldType(found.type).parts?.has(steps[index + 1] ?? '') === true;
        if (isPart) return true;
        at = found?.target;
      }
      return true;
    },
    condition: (of, json, { outerObject = of } = {}) => parseCondition(json, scope(of, outerObject)).ok,
    expression: (of, json) => parseExpression(json, scope(of, of)).ok,
  };
}

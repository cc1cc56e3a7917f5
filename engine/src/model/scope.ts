import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldType } from '../fields/registry.js';
import type { Linked, LinkedObject } from './link.js';
import { unknownField } from './link.js';
import type { Problems } from './problems.js';
import { scopeField } from './scope-field.js';
import type { FieldModel, SourceDocument } from './types.js';

export type ScopeOptions = {
  readonly allow?: readonly ('previous' | 'outer' | 'user' | 'people' | 'changed')[];
  readonly outerObject?: string;
};

/** The names a condition about records of `object` may use. */
export function scopeOf(linked: Pick<Linked, 'objects'>, object: string, options: ScopeOptions = {}): Scope {
  return {
    object,
    field(of, name) {
      const field = linked.objects.get(of)?.fields.get(name)?.model;
      return field && scopeField(field);
    },
    relation(of, name) {
      const relation = linked.objects.get(of)?.relations.get(name);
      return relation && { from: relation.object, by: relation.field };
    },
    names(of) {
      const found = linked.objects.get(of);
      return found ? [...found.fields.keys(), ...found.relations.keys()] : [];
    },
    allow: new Set(options.allow ?? []),
    ...(options.outerObject === undefined ? {} : { outerObject: options.outerObject }),
  };
}

/** Parses a condition of a document, adding what is wrong with it under `path`. Undefined when there was a problem. */
export function parseAt(problems: Problems, source: SourceDocument, path: string, json: unknown, scope: Scope): Expression | undefined {
  const parsed = parseCondition(json, scope);
  if (parsed.ok) return parsed.expression;
  for (const issue of parsed.issues) problems.add(source, path + issue.path, issue.code, issue.message);
  return undefined;
}

const MAX_HOPS = 2;

/** Whether a path ends at a part of the field's value: `billing.city`. */
export const isPartPath = (field: FieldModel, path: string): boolean =>
  fieldType(field.type).parts?.has(path.slice(path.lastIndexOf('.') + 1)) === true && path.includes('.');

/** The field at the end of a path over links such as `account.owner`, or whose part it names; a problem when it leads nowhere. */
export function fieldAt(
  problems: Problems,
  source: SourceDocument,
  path: string,
  linked: Pick<Linked, 'objects'>,
  object: LinkedObject,
  name: string,
): FieldModel | undefined {
  const steps = name.split('.');
  let at = object;
  let field: FieldModel | undefined;
  for (const [index, step] of steps.entries()) {
    if (index > MAX_HOPS) {
      problems.add(source, path, 'path_too_long', `A path may follow ${MAX_HOPS} links at most.`);
      return undefined;
    }
    field = at.fields.get(step)?.model;
    if (!field) {
      problems.add(source, path, 'unknown_field', unknownField(step, at));
      return undefined;
    }
    if (index === steps.length - 1) break;
    if (index === steps.length - 2 && isPartPath(field, name)) break;
    const next = field.target === undefined ? undefined : linked.objects.get(field.target);
    if (!next) {
      problems.add(source, path, 'not_a_link', `${at.name}.${step} is no link, so "${name}" leads nowhere.`);
      return undefined;
    }
    at = next;
  }
  return field;
}

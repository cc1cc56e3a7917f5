import { evaluate } from '@fieldstone/metadata/language/evaluate.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ObjectModel } from '../model/types.js';
import { isHeldBy, issueOf } from '../rules/broken-rule.js';
import { withComputed } from '../rules/record-formulas.js';
import type { Shape } from '../rules/record-schema.js';
import type { RequestContext } from './context.js';

/**
 * Rules that a new record breaks for certain although some of its values are not well formed, so that people see everything at once.
 *
 * Shape:  values with an issue count as unknown, and a rule that needs one, or another record, says nothing. The write statement judges all rules
 *         again once the shape is right.
 */
export function brokenRules({ actor, clock }: RequestContext, object: ObjectModel, { issues, values }: Shape): Issue[] {
  const wrong = new Set(issues.map(({ path }) => path));
  const known = [...object.fields.keys()].filter((name) => !wrong.has(pointer(name)));
  const given = Object.fromEntries(known.map((name) => [name, values[name] ?? null]));
  const plain = { record: given, previous: null, userId: actor.userId, now: clock.now(), timeZone: actor.timeZone };
  const environment = { ...plain, record: withComputed(object, plain) };
  return object.validations
    .filter((rule) => rule.on.includes('create') && isHeldBy(rule, actor) && evaluate(rule.errorWhen, environment) === true)
    .map(issueOf)
    .filter(({ path }) => path === '' || !wrong.has(path));
}

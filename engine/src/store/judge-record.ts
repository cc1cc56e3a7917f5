import type { ObjectModel, RowRule } from '../model/types.js';
import { liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/**
 * What rules say of one live record, in the order given: a JSON list of true and false, or no row where there is no such record. Input `id`.
 *
 * Shape:  the rules are the metadata's own and see every field; whose `$user` they mean is the runtime of the call. It tells what is so, and decides nothing:
 *         whoever asks must be allowed to know.
 */
export function judgeRecord(scope: QueryScope, object: ObjectModel, rules: readonly RowRule[]): string {
  const answers = rules.map((rule) => `(${scope.rule(rule, 'd')}) is true`);
  return `select json_build_array(${answers.join(', ')})::text from ${tableOf(scope.active, object)} d where ${liveRows(object, 'd', scope.params.tenant)} and d."id" = ${scope.params.input('id', '::uuid')}`;
}

/**
 * Of some people with the same rights those whom rules let at one live record: a JSON list of [user, ...true or false]. Inputs `id` and `users` (uuid[]).
 *
 * Shape:  the scope is made with `userSql` "w.id", so that one statement asks for all of them.
 */
export function judgeForPeople(scope: QueryScope, object: ObjectModel, rules: readonly RowRule[]): string {
  const answers = rules.map((rule) => `(${scope.rule(rule, 'd')}) is true`);
  const people = `unnest(${scope.params.input('users', '::uuid[]')}) w (id)`;
  return `select coalesce(json_agg(json_build_array(w.id, ${answers.join(', ')})), '[]'::json)::text from ${tableOf(scope.active, object)} d cross join ${people} where ${liveRows(object, 'd', scope.params.tenant)} and d."id" = ${scope.params.input('id', '::uuid')}`;
}

/**
 * What rules say of one live record that is locked until the transaction ends, and its version: a JSON list [...true or false, version], or no row where
 * there is no such record. Input `id`. As for `judgeRecord`, whoever asks must be allowed to know.
 */
export function judgeLockedRecord(scope: QueryScope, object: ObjectModel, rules: readonly RowRule[]): string {
  const answers = rules.map((rule) => `(${scope.rule(rule, 'd')}) is true`);
  return `select json_build_array(${[...answers, 'd."version"'].join(', ')})::text from ${tableOf(scope.active, object)} d where ${liveRows(object, 'd', scope.params.tenant)} and d."id" = ${scope.params.input('id', '::uuid')} for no key update of d`;
}

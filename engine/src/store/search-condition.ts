import type { FieldModel, ObjectModel } from '../model/types.js';
import type { QueryScope } from './query-scope.js';
import type { SearchShape } from './search-question.js';
import { folded, indexedFields, isOfDigits, recordWords, searchedFields, searchedText } from './search-words.js';

type Way = SearchShape[number];

const textInputs = (scope: QueryScope, term: number, { texts }: Way): string[] =>
  Array.from({ length: texts }, (_, way) => scope.params.input(`q${term}t${way}`, '::text'));
const digitInputs = (scope: QueryScope, term: number, { digits }: Way): string[] =>
  Array.from({ length: digits }, (_, way) => scope.params.input(`q${term}d${way}`, '::text'));

const likeAny = (sql: string, inputs: readonly string[]): string => {
  const tests = inputs.map((input) => `${sql} like ${input}`);
  return tests.length === 1 ? (tests[0] ?? 'false') : `(${tests.join(' or ') || 'false'})`;
};

/** The words of the record of `alias` as their index has them. They are not for the caller to read: only to find what is judged afterwards. */
export const wordsOf = (scope: QueryScope, object: ObjectModel, alias: string): string | undefined =>
  recordWords(scope.active, object, alias, (field) => scope.wholeValue(field, alias));

/** Whether the record may have a term, by the index of words; undefined where there is nothing to look it up by. */
export function lookedUp(scope: QueryScope, words: string | undefined, term: number, way: Way): string | undefined {
  if (words === undefined || !way.canBeLookedUp) return undefined;
  return likeAny(words, [...textInputs(scope, term, way), ...digitInputs(scope, term, way)]);
}

/** Whether a value of one field has a term: in its text, or in its digits. Undefined where it never can. */
export function fieldHas(scope: QueryScope, field: FieldModel, value: string, term: number, way: Way): string | undefined {
  if (!isOfDigits(field)) return likeAny(value, textInputs(scope, term, way));
  return way.digits === 0 ? undefined : likeAny(value, digitInputs(scope, term, way));
}

/** What is searched of a field, folded, as the caller may see it. */
export const readableText = (scope: QueryScope, field: FieldModel, alias: string): string =>
  folded(searchedText(scope.active, field, alias, (each) => scope.value(each, alias)));

/** Conditions of a search on alias `d`, and whether an index finds the few candidates for them, whatever is searched for. */
export type SearchConditions = { readonly conditions: readonly string[]; readonly isLookedUp: boolean };

/**
 * Conditions on alias `d`: each term is in a value that the caller may read in that record.
 *
 * Shape:  the index of words finds candidates by all values, and what decides is asked of those that the caller may read. Where these are all
 *         values, the candidates are the answer.
 */
export function searchConditions(scope: QueryScope, object: ObjectModel, shape: SearchShape): SearchConditions {
  const fields = searchedFields(scope.active, object).filter((field) => scope.readRule(field).kind !== 'none');
  const indexed = new Set(indexedFields(scope.active, object));
  const words = fields.every((field) => indexed.has(field)) ? wordsOf(scope, object, 'd') : undefined;
  const readsAll =
    fields.length === indexed.size &&
    fields.every((field) => scope.readRule(field).kind === 'all' && scope.value(field, 'd') === scope.wholeValue(field, 'd'));
  const isLookedUp = shape.length > 0 && words !== undefined && shape.every(({ canBeLookedUp }) => canBeLookedUp);
  const conditions = shape.flatMap((way, term) => {
    const candidate = lookedUp(scope, words, term, way);
    if (candidate !== undefined && readsAll && way.digits === 0) return [candidate];
    const tests = fields.flatMap((field) => {
      const test = fieldHas(scope, field, readableText(scope, field, 'd'), term, way);
      const rule = scope.readRule(field);
      if (test === undefined) return [];
      return [rule.kind === 'all' ? test : `(${scope.rule(rule, 'd')} and ${test})`];
    });
    const decides = tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
    return candidate === undefined ? [decides] : [candidate, decides];
  });
  return { conditions, isLookedUp };
}

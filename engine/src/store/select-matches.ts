import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, firstColumn, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/**
 * Records by values of a unique field: a JSON list of [place in the input, id]. Input `values`, an array of text.
 *
 * Shape:  only records that the caller may read, and on them only a value that the caller may read.
 */
export function selectMatches(scope: QueryScope, object: ObjectModel, field: FieldModel): string {
  const { params } = scope;
  const { name, pgType } = firstColumn(scope.active, field);
  const fold = (sql: string) => (fieldType(field.type).ignoresCase ? `lower(${sql})` : sql);
  const where = [
    liveRows(object, 'd', params.tenant),
    `${fold(at('d', name))} = ${fold(`v.value::${pgType}`)}`,
    ...[scope.mayRead(object.name, 'd'), scope.rule(scope.readRule(field), 'd')].filter((rule) => rule !== 'true'),
  ];
  const values = `unnest(${params.input('values', '::text[]')}) with ordinality v (value, place)`;
  return `select coalesce(json_agg(json_build_array(v.place, d."id")), '[]'::json)::text from ${values} join ${tableOf(scope.active, object)} d on ${where.join(' and ')}`;
}

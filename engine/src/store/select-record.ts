import { quote } from '../kernel/statement.js';
import type { ObjectModel } from '../model/types.js';
import type { Selection } from './field-selection.js';
import { liveRows, SEPARATOR_SQL, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { selectList } from './select-list.js';
import { relatedList, type Related } from './related-lists.js';

/**
 * One record with its related lists. Input `id`.
 *
 * Shape:  the answer is the version and the record, parted by a separator; no row when it does not exist or is not the caller's to read.
 *         A related list reads as {"data": [...], "hasMore": boolean}.
 */
export function selectRecord(scope: QueryScope, object: ObjectModel, selection: readonly Selection[], related: readonly Related[]): string {
  const list = selectList(scope, object, 'r', selection);
  const read = scope.mayRead(object.name, 'r');
  const lists = related.map((child) => `${relatedList(scope, object, child, 'r')} as ${quote(child.name)}`);
  const where = [
    liveRows(object, 'r', scope.params.tenant),
    `r."id" = ${scope.params.input('id', '::uuid')}`,
    ...(read === 'true' ? [] : [read]),
  ];
  const version = object.system ? '1' : 'r."version"';
  return [
    `select (${version})::text || ${SEPARATOR_SQL} || row_to_json(b)::text from ${tableOf(scope.active, object)} r ${list.joins.join(' ')}`,
    `cross join lateral (select ${[...list.items, ...lists].join(', ')}) b where ${where.join(' and ')}`,
  ].join(' ');
}

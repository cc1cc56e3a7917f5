import { quote } from '../kernel/statement.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { Selection } from './field-selection.js';
import { orderedSelect, type SortKey } from './ordered-select.js';
import { liveRows, pointsTo, SEPARATOR_SQL, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { selectList } from './select-list.js';
import { rowsJson } from './select-page.js';

/** Records of another object that point to this one. `where` are conditions over alias `d`; the caller's read rule is among them. */
export type Related = {
  readonly name: string;
  readonly object: ObjectModel;
  /** The field of theirs that points to this record. */
  readonly by: FieldModel;
  readonly selection: readonly Selection[];
  readonly where: readonly string[];
  readonly keys: readonly SortKey[];
  readonly limit: number;
};

/**
 * One record with its related lists. Input `id`.
 *
 * Shape:  the answer is the version and the record, parted by a separator; no row when it does not exist or is not the caller's to read.
 *         A related list reads as {"data": [...], "hasMore": boolean}.
 */
export function selectRecord(scope: QueryScope, object: ObjectModel, selection: readonly Selection[], related: readonly Related[]): string {
  const list = selectList(scope, object, 'r', selection);
  const read = scope.mayRead(object.name, 'r');
  const lists = related.map((child) => `${relatedList(scope, object, child)} as ${quote(child.name)}`);
  const where = [
    liveRows(object, 'r', scope.params.tenant),
    `r."id" = ${scope.params.input('id', '::uuid')}`,
    ...(read === 'true' ? [] : [read]),
  ];
  const version = object.system ? '1' : 'r."version"';
  return [
    `select t.version::text || ${SEPARATOR_SQL} || t.body::text from (`,
    `select ${version} as version, (select row_to_json(b) from (select ${[...list.items, ...lists].join(', ')}) b) as body`,
    `from ${tableOf(scope.active, object)} r ${list.joins.join(' ')} where ${where.join(' and ')}) t`,
  ].join(' ');
}

function relatedList(scope: QueryScope, of: ObjectModel, { object, by, selection, where, keys, limit }: Related): string {
  const rows = rowsJson(scope, object, selection, keys, 'page', limit);
  const page = orderedSelect({
    scope,
    object,
    where: [...where, pointsTo(scope.active, by, 'd', of, 'r."id"')],
    keys,
    columns: rows.columns,
    limit: limit + 1,
  });
  return `(with page as materialized (${page}) select json_build_object('data', ${rows.sql}, 'hasMore', (select count(*) from page) > ${limit}))`;
}

import { malformed, type Issue } from '../kernel/errors.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { told } from '../texts/told.js';
import { selectionOf, type Selection } from './field-selection.js';
import { listConditions } from './list-conditions.js';
import { orderedSelect, sortKeys, type SortKey, type SortLevel } from './ordered-select.js';
import { at, pointsTo } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { pageJson } from './select-page.js';

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

/** A related list as it is asked for. */
export type RelatedLevel = {
  readonly relation: string;
  readonly limit: number;
  readonly sort: readonly SortLevel[];
  readonly fields?: readonly string[];
  readonly filter?: unknown;
};

/**
 * Resolves related lists, each held to the caller's rights on its object.
 *
 * Errors: malformed, with an issue under /include for each name that does not exist or may not be read.
 */
export function relatedLists(scope: QueryScope, object: ObjectModel, asked: readonly RelatedLevel[]): Related[] {
  const issues: Issue[] = [];
  const related = asked.flatMap(({ relation: name, limit, sort, fields, filter }): Related[] => {
    const place = `/include/${name.slice(0, 100)}`;
    const relation = object.relations.get(name);
    const by = relation && scope.active.model.objects.get(relation.object)?.fields.get(relation.field);
    if (by === undefined || scope.access(by.object).read.kind === 'none' || scope.readRule(by).kind !== 'all') {
      issues.push({ path: place, code: 'unknown_relation', ...told('list.unknown_relation', { name: name.slice(0, 100) }) });
      return [];
    }
    const child = scope.object(by.object);
    return [
      {
        name,
        object: child,
        by,
        selection: selectionOf(scope, child, fields, 'refuse', place),
        where: listConditions(scope, child, filter === undefined ? [] : [{ json: filter, path: `${place}/filter` }]),
        keys: sortKeys(scope, child, sort, 'refuse', place),
        limit,
      },
    ];
  });
  if (issues.length > 0) throw malformed(told('list.relations'), issues);
  return related;
}

/** The first records of a related list of the row of `alias`, as {"data": [...], "hasMore": boolean}. */
export function relatedList(
  scope: QueryScope,
  of: ObjectModel,
  { object, by, selection, where, keys, limit }: Related,
  alias: string,
): string {
  const rows = (columns: ReadonlySet<string>) =>
    orderedSelect({
      scope,
      object,
      where: [...where, pointsTo(scope.active, by, 'd', of, at(alias, 'id'))],
      keys,
      columns,
      limit: limit + 1,
      isFound: true,
    });
  const page = pageJson(scope, object, selection, keys, limit, rows, { alias: `${alias}r` });
  return `(select json_build_object('data', ${page.rows}, 'hasMore', ${page.isMore}) from ${page.from})`;
}

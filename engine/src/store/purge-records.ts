import { fieldType } from '../fields/registry.js';
import { literal } from '../kernel/statement.js';
import type { ObjectModel } from '../model/types.js';
import { partsOf, type Part } from './delete-record.js';
import { Parameters } from './parameters.js';
import { at, columnsOf, firstColumn, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { behind, binArm, restorable, type BinAsked } from './select-bin.js';
import { pointersTo, type Pointer } from './select-links.js';

export type PurgeAsked = Pick<BinAsked, 'search' | 'isOwn' | 'limit'> & { readonly isFirst: boolean };
/** A record that lies in the bin by itself: its object, its id, and where it stands in the order of deletions. */
export type BinPlace = readonly [object: string, id: string, at: string, number: string];

/**
 * What lies in the bin and was deleted until the input `until`, first deleted first: nothing that is deleted later keeps what was deleted before from
 * going. Inputs are those of the search too, and behind the first page `at`, `id` and `number`.
 *
 * Shape: a JSON list of BinPlace.
 */
export function selectBinPlaces(scope: QueryScope, objects: readonly ObjectModel[], { limit, isFirst, search, isOwn }: PurgeAsked): string {
  const { params } = scope;
  const more = [`h."at" <= ${params.input('until', '::timestamptz')}`, ...(isFirst ? [] : [behind(scope, true)])];
  const arms = objects.map((object) => {
    const items = [`${params.constant(object.name)}::text as object`, 'h."record_id" as id', 'h."at" as at', 'h."object_no" as number'];
    return `(${binArm(scope, object, items, { limit, isOldestFirst: true, search, isOwn, more })})`;
  });
  const order = 't.at, t.id, t.number';
  return `select coalesce(json_agg(json_build_array(t.object, t.id, t.at::text, t.number::text) order by ${order}), '[]'::json)::text from (select * from (${arms.join(' union all ')}) t where ${params.tenant} is not null order by ${order} limit ${limit}) t`;
}

const DELETED = 'd."deleted_at" is not null';
/** The records of input `ids` that lie in the bin by themselves and are the caller's to restore. */
const chosen = (scope: QueryScope, object: ObjectModel): string =>
  [
    `d."tenant_id" = ${scope.params.tenant}`,
    `d."id" = any(${scope.params.input('ids', '::uuid[]')})`,
    DELETED,
    ...restorable(scope, object),
  ].join(' and ');

/** What is part of those of `n<parent>`. What was deleted earlier goes along too: there would be nothing left to restore it to. */
const partOf = (scope: QueryScope, { by }: Part): string =>
  [
    `d."tenant_id" = ${scope.params.tenant}`,
    DELETED,
    by === undefined ? 'd."id" = o."id"' : `${at('d', firstColumn(scope.active, by).name)} = o."id"`,
  ].join(' and ');

/**
 * How much would go with the records of input `ids`.
 *
 * Shape: a JSON list of numbers: the records, then by part, in the order of `partsOf`, how many of them the caller might read.
 */
export function countPurge(scope: QueryScope, object: ObjectModel): string {
  const [, ...parts] = partsOf(scope, object);
  const ctes = [`n0 as materialized (select d."id", true as shown from ${tableOf(scope.active, object)} d where ${chosen(scope, object)})`];
  for (const [index, part] of parts.entries()) {
    const shown = scope.rule(scope.access(part.object.name).read, 'd');
    ctes.push(
      `n${index + 1} as materialized (select d."id", (${shown}) is true as shown from ${tableOf(scope.active, part.object)} d join n${part.parent} o on ${partOf(scope, part)})`,
    );
  }
  const counts = ctes.map((_cte, index) => `(select count(*) from n${index} where shown)`);
  return `with ${ctes.join(', ')} select json_build_array(${counts.join(', ')})::text`;
}

/**
 * Destroys the records of input `ids` that lie in the bin by themselves and are the caller's to restore, with all that is part of them, and takes
 * their ids out of lists of links and links to any object; a link of the other kind is emptied by its foreign key.
 *
 * Shape:  { roots: [[id, operation]], parts: [[ids]] }: those that went, and all that went, in the order of `partsOf`.
 * Errors: a foreign key or a required field refuses the whole statement while a record that stays needs one that would go.
 */
export function purgeRecords(scope: QueryScope, object: ObjectModel): string {
  const { active } = scope;
  const parts = partsOf(scope, object);
  const table = tableOf(active, object);
  const ctes = [
    `o as materialized (select d."id", d."deleted_batch" as batch from ${table} d where ${chosen(scope, object)} for update of d)`,
    ...parts.map(
      (part, index) =>
        `n${index} as (delete from ${tableOf(active, part.object)} d using ${part.by === undefined ? 'o' : `n${part.parent} o`} where ${partOf(scope, part)} returning d."id")`,
    ),
    ...unlink(scope, parts),
  ];
  const ids = parts.map((_part, index) => `(select coalesce(json_agg(distinct n."id"), '[]'::json) from n${index} n)`);
  const roots = `(select coalesce(json_agg(json_build_array(o."id", o.batch)), '[]'::json) from o)`;
  return `with ${ctes.join(', ')} select json_build_object('roots', ${roots}, 'parts', json_build_array(${ids.join(', ')}))::text`;
}

/** One change for each object that links to what goes: a row that is changed twice in a statement keeps one of the changes. */
function unlink(scope: QueryScope, parts: readonly Part[]): string[] {
  const objects = [...new Set(parts.map(({ object }) => object))];
  const going = (object: ObjectModel) =>
    `array(${parts.flatMap((part, index) => (part.object === object ? [`select n."id" from n${index} n`] : [])).join(' union all ')})`;
  const pointers = new Map<ObjectModel, Map<string, { pointer: Pointer; targets: ObjectModel[] }>>();
  for (const target of objects) {
    for (const pointer of pointersTo(scope, target)) {
      const { link } = fieldType(pointer.field.type);
      if (link !== 'many' && link !== 'any') continue;
      const fields = pointers.get(pointer.object) ?? new Map<string, { pointer: Pointer; targets: ObjectModel[] }>();
      pointers.set(pointer.object, fields);
      const known = fields.get(pointer.field.id);
      fields.set(pointer.field.id, { pointer, targets: [...(known?.targets ?? []), target] });
    }
  }
  return [...pointers].map(([object, fields], number) => {
    const changes = [...fields.values()].map(({ pointer: { field }, targets }) => {
      const columns = columnsOf(scope.active, field).map(({ name }) => name);
      const [first = '', second = ''] = columns.map((name) => at('d', name));
      if (fieldType(field.type).link === 'many') {
        const ids = `array(${targets.map((target) => `select unnest(${going(target)})`).join(' union all ')})`;
        const left = `(select array_agg(e order by e) from unnest(${first}) e where e <> all(${ids}))`;
        return { when: `${first} && ${ids}`, columns, values: [left] };
      }
      const each = targets.map((target) => `(${second} = ${literal(target.id)} and ${first} = any(${going(target)}))`);
      return { when: `(${each.join(' or ')})`, columns, values: ['null', 'null'] };
    });
    const set = changes.flatMap(({ when, columns, values }) =>
      values.map((value, index) => {
        const column = columns[index] ?? '';
        return `"${column}" = case when ${when} then ${value} else ${at('d', column)} end`;
      }),
    );
    const stays = parts.flatMap((part, index) =>
      part.object === object ? [`not exists (select 1 from n${index} n where n."id" = d."id")`] : [],
    );
    const where = [`d."tenant_id" = ${scope.params.tenant}`, `(${changes.map(({ when }) => when).join(' or ')})`, ...stays];
    return `l${number} as (update ${tableOf(scope.active, object)} d set ${set.join(', ')} where ${where.join(' and ')})`;
  });
}

/** How many records of each object, by its id, an operation (an input) had moved to the bin and are gone for good. */
export function countPurged(): { text: string; params: Parameters } {
  const params = new Parameters();
  const counts = `select p.object_id, count(*) as records from "meta_v"."purged" p where p.tenant_id = ${params.tenant} and p.operation = ${params.input('operation', '::text')} group by p.object_id`;
  return { text: `select json_object_agg(c.object_id, c.records)::text from (${counts}) c`, params };
}

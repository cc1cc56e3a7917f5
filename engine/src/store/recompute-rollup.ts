import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { DataStatement } from './data-pool.js';
import { at, columnsOf, objectNumberOf, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/** Records that have to be worked out again, by the id of the roll-up field. */
export type Marks = Readonly<Record<string, readonly string[]>>;

/**
 * Takes marks away and says what they were, oldest first; other workers pass over those that are being taken. Nothing is taken under metadata that is
 * no longer the published one: it might not know what is to be made of them.
 */
export const takeMarks = (active: ActiveModel, tenantId: number, limit: number): DataStatement => {
  const marks = systemTable(active, 'sys_dirty');
  return {
    text:
      `with taken as materialized (select x.seq from ${marks} x where x.tenant_id = $1::int and exists (select 1 from "meta_v"."head" where space_id = ${active.space} and head_rev = ${active.revision}) order by x.seq limit ${limit} for update skip locked), ` +
      `gone as (delete from ${marks} x using taken where x.tenant_id = $1::int and x.seq = taken.seq returning x.field_id, x.record_id), ` +
      `each as (select field_id, json_agg(distinct record_id) as records from gone group by field_id) ` +
      `select coalesce(json_object_agg(field_id, records), '{}')::text from each`,
    values: [tenantId],
  };
};

/** Locks records, in the order of their ids. Input `ids`. */
export const lockRecords = ({ active, params }: QueryScope, object: ObjectModel): string =>
  `select count(*)::text from (select d."id" from ${tableOf(active, object)} d where d."tenant_id" = ${params.tenant} and d."id" = any(${params.input('ids', '::uuid[]')}) order by d."id" for no key update of d) x`;

/**
 * Works a stored roll-up out from its records and announces the records it changed. Input `ids`.
 *
 * Shape:  the version stays: nobody changed the record. Running it twice changes nothing. The answer is the number of records changed.
 * Source: the records must be locked by a statement before this one. Then it sees every change whose mark was taken, and no other worker can put an
 *         older sum over a newer one.
 */
export function recomputeRollup(scope: QueryScope, object: ObjectModel, field: FieldModel): string {
  const { active, params } = scope;
  const table = tableOf(active, object);
  const { value, code } = scope.recomputed(field, 'd');
  const made = [value, code];
  const columns = columnsOf(active, field).map(({ name, pgType }, index) => ({
    name,
    sql: `(${made[index] ?? 'null'})::${pgType}`,
    as: `v${index}`,
  }));
  const values = columns.map(({ sql, as }) => `${sql} as ${as}`).join(', ');
  const differs = columns.map(({ name, as }) => `${at('d', name)} is distinct from m.${as}`).join(' or ');
  const set = columns.map(({ name, as }) => `"${name}" = m.${as}`).join(', ');
  return (
    `with m as materialized (select d."id", ${values} from ${table} d where d."tenant_id" = ${params.tenant} and d."id" = any(${params.input('ids', '::uuid[]')})), ` +
    `n as (update ${table} d set ${set} from m where d."tenant_id" = ${params.tenant} and d."id" = m."id" and (${differs}) returning d."id", d."version", d."deleted_at"), ` +
    `x0 as (insert into ${systemTable(active, 'sys_outbox')} (tenant_id, object_no, record_id, event, version, rev, payload) ` +
    `select ${params.tenant}, ${objectNumberOf(active, object)}, n."id", 'record.updated', n."version", ${active.revision}, jsonb_build_object('computed', ${params.constant(field.id)}::text) from n where n."deleted_at" is null) ` +
    `select count(*)::text from n`
  );
}

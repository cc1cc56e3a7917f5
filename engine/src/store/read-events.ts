import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { DataStatement } from './data-pool.js';
import { systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/** A place in the outbox: transactions in the order of their ids, and within one in the order of their rows. */
export type EventPlace = { readonly xid: string; readonly seq: string };
export type OutboxEvent = EventPlace & {
  readonly object: number;
  readonly id: string;
  readonly event: string;
  readonly version: number;
  /** Id of the stored roll-up whose new value is announced: nobody changed the record. */
  readonly computed: string | null;
  /** Ids of the fields that changed; null where it is not said. */
  readonly changed: readonly string[] | null;
  /** By column, what the record was before in fields that decide who may read it. */
  readonly was: Readonly<Record<string, unknown>> | null;
};
/** What was announced, oldest first, and the place behind it. */
export type EventBatch = { readonly events: readonly OutboxEvent[]; readonly place: EventPlace };

/** How long what was announced is kept for those who come back. */
export const EVENT_DAYS = 7;

const BATCH = 500;
/** Behind every row of a transaction. */
const LAST = '9223372036854775807';

/**
 * What was announced since a place, as JSON: an EventBatch.
 *
 * Source: a row with a lower number can commit after one with a higher, so reading "behind the last number seen" skips rows; everything behind
 *         the oldest transaction still running is complete. So when there is no more, the place is right before that one.
 */
export const eventsSince = (active: ActiveModel, tenantId: number, { xid, seq }: EventPlace): DataStatement => ({
  text:
    `with b as materialized (select x.xid, x.seq, x.object_no, x.record_id, x.event, x.version, x.payload from ${systemTable(active, 'sys_outbox')} x where x.tenant_id = $1::int and (x.xid, x.seq) > ($2::xid8, $3::bigint) and x.xid < pg_snapshot_xmin(pg_current_snapshot()) order by x.xid, x.seq limit ${BATCH}), ` +
    `e as (select b.*, row_number() over (order by b.xid desc, b.seq desc) = 1 and count(*) over () = ${BATCH} as is_cut from b) ` +
    `select json_build_object('events', coalesce(json_agg(json_build_object('xid', e.xid::text, 'seq', e.seq::text, 'object', e.object_no, 'id', e.record_id, 'event', e.event, 'version', e.version, 'computed', e.payload ->> 'computed', 'changed', e.payload -> 'changed', 'was', e.payload -> 'was') order by e.xid, e.seq), '[]'::json), ` +
    `'place', coalesce((select json_build_object('xid', c.xid::text, 'seq', c.seq::text) from e c where c.is_cut), json_build_object('xid', greatest($2::text::numeric, pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text, 'seq', '${LAST}')))::text from e`,
  values: [tenantId, xid, seq],
});

/** The place before everything that is not yet announced. */
export const eventsNow: DataStatement = { text: `select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text`, values: [] };

/** The place that comes of it. */
export const placeAt = (xid: string | null): EventPlace => ({ xid: xid ?? '0', seq: LAST });

/** What somebody sees of the record of an event: the record itself, now and before, and fields that some rows show, by their names. */
export type Seen = {
  readonly n: number;
  readonly now: boolean;
  readonly before: boolean;
  readonly fields: Readonly<Record<string, readonly [now: boolean, before: boolean]>>;
};

/**
 * How the caller sees the records of events, as a JSON array of Seen. Input `events` is JSON: {n, id, was} of each, where `was` holds the columns
 * that were different before it.
 *
 * Shape:  deleted records are among them: whoever could see a record hears that it went. `fields` are those that some rows show.
 */
export function selectSeen(scope: QueryScope, object: ObjectModel, fields: readonly FieldModel[]): string {
  const { params, active } = scope;
  const isTrue = (sql: string) => `coalesce(${sql}, false)`;
  const shown = fields.map((field) => {
    const rule = scope.readRule(field);
    return `'${field.name}', json_build_array(${isTrue(scope.rule(rule, 'd'))}, ${isTrue(scope.rule(rule, 'w'))})`;
  });
  const members = [
    `'n', e.n`,
    `'now', ${isTrue(scope.mayRead(object.name, 'd'))}`,
    `'before', ${isTrue(scope.mayRead(object.name, 'w'))}`,
    `'fields', json_build_object(${shown.join(', ')})`,
  ];
  return (
    `select coalesce(json_agg(json_build_object(${members.join(', ')})), '[]'::json)::text ` +
    `from jsonb_to_recordset(${params.input('events', '::jsonb')}) e(n int, id uuid, was jsonb) join ${tableOf(active, object)} d on d."tenant_id" = ${params.tenant} and d."id" = e.id ` +
    `cross join lateral jsonb_populate_record(d, e.was) w`
  );
}

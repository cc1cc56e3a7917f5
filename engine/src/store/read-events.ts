import type { ObjectModel } from '../model/types.js';
import type { ActiveModel } from '../model/active.js';
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
};

const BATCH = 500;

/**
 * What was announced since a place, oldest first, as a JSON array.
 *
 * Source: a row with a lower number can commit after one with a higher, so reading "behind the last number seen" skips rows; everything behind
 *         the oldest transaction still running is complete.
 */
export const eventsSince = (active: ActiveModel, tenantId: number, { xid, seq }: EventPlace): DataStatement => ({
  text: `select json_agg(json_build_object('xid', e.xid::text, 'seq', e.seq::text, 'object', e.object_no, 'id', e.record_id, 'event', e.event, 'version', e.version, 'computed', e.computed) order by e.xid, e.seq)::text from (select x.xid, x.seq, x.object_no, x.record_id, x.event, x.version, x.payload ->> 'computed' as computed from ${systemTable(active, 'sys_outbox')} x where x.tenant_id = $1::int and (x.xid, x.seq) > ($2::xid8, $3::bigint) and x.xid < pg_snapshot_xmin(pg_current_snapshot()) order by x.xid, x.seq limit ${BATCH}) e`,
  values: [tenantId, xid, seq],
});

/** The place before everything that is not yet announced. */
export const eventsNow: DataStatement = { text: `select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text`, values: [] };

/** Which of the records with input `ids` the caller may read, deleted ones included: whoever could see a record hears that it went. */
export function readableIds(scope: QueryScope, object: ObjectModel): string {
  const read = scope.mayRead(object.name, 'd');
  return `select json_agg(d."id")::text from ${tableOf(scope.active, object)} d where d."tenant_id" = ${scope.params.tenant} and d."id" = any(${scope.params.input('ids', '::uuid[]')})${read === 'true' ? '' : ` and ${read}`}`;
}

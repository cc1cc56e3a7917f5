import type { ObjectModel } from '../model/types.js';
import { liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/**
 * Locks live records in the order of their ids, until the transaction ends. Input `ids`, an array. Several statements that each lock some of them could
 * wait for another call in a circle.
 */
export function lockRecords(scope: QueryScope, object: ObjectModel): string {
  const where = [liveRows(object, 'd', scope.params.tenant), `d."id" = any(${scope.params.input('ids', '::uuid[]')})`];
  return `with l as materialized (select 1 from ${tableOf(scope.active, object)} d where ${where.join(' and ')} order by d."id" for no key update) select count(*)::text from l`;
}

import type { Issue } from '../kernel/errors.js';
import { rightsKey } from '../rules/access.js';
import { aggregateParts } from '../store/aggregate-parts.js';
import { BaseCurrency, type RateDay } from '../store/base-currency.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { unknownField } from '../store/field-selection.js';
import { LinkJoins, linkValue } from '../store/link-values.js';
import { listConditions } from '../store/list-conditions.js';
import { QueryScope } from '../store/query-scope.js';
import { selectAggregate } from '../store/select-aggregate.js';
import type { ObjectModel } from '../model/types.js';
import { DEFAULT_GROUPS, wrongAggregate, type AggregateQuery } from './aggregate-query.js';
import type { RequestContext } from './context.js';
import { filtersOf, searchOf, viewOf } from './list-records.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';
import { told } from '../texts/told.js';

const aggregates = new CompiledCache<Compiled>();

/**
 * Records grouped and measured, as the JSON text of the API.
 *
 * Shape:  over the records that the caller may read and the filter chooses. `totals` are over all of them, whatever `having` and `limit` leave out.
 * Errors: as for a list.
 */
export async function aggregateRecords(ctx: RequestContext, objectName: string, query: AggregateQuery): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  const { q, ...rest } = query;
  const search = searchOf(q);
  const key = `${rightsKey(ctx.actor)}\n${JSON.stringify([objectName, rest, search.shape])}`;
  const compiled = aggregates.get(ctx.active, key, () => compileAggregate(ctx, object, query));
  return (await runStatement(ctx, compiled, search.inputs)) ?? '{"data":[],"page":{"hasMore":false}}';
}

function compileAggregate(ctx: RequestContext, object: ObjectModel, query: AggregateQuery): Compiled {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const joins = new LinkJoins(scope);
  const issues: Issue[] = [];
  const { groups, measures } = aggregateParts(scope, object, query, joins, issues);
  const day = rateDay(scope, object, query.ratesOn, joins, issues);
  if (issues.length > 0) throw wrongAggregate(issues);
  const text = selectAggregate({
    scope,
    object,
    groups,
    measures,
    where: listConditions(scope, object, filtersOf(viewOf(object, query.view), query.filter), searchOf(query.q).shape),
    joins,
    money: new BaseCurrency(scope, day, joins),
    having: query.having,
    sort: query.sort ?? [],
    limit: query.limit ?? DEFAULT_GROUPS,
    totals: query.totals ?? false,
  });
  return { text, params: scope.params, plan: 'measured', mayFork: true };
}

function rateDay(scope: QueryScope, object: ObjectModel, asked: AggregateQuery['ratesOn'], joins: LinkJoins, issues: Issue[]): RateDay {
  if (asked === undefined) return { kind: 'today' };
  if ('day' in asked) return { kind: 'day', day: asked.day };
  const value = linkValue(scope, object, asked.field, joins);
  const kind = typeof value === 'string' ? undefined : value.valueType;
  if (typeof value !== 'string' && (kind === 'date' || kind === 'datetime')) {
    return { kind: 'record', sql: kind === 'date' ? value.sql : `(${value.sql} at time zone ${scope.params.timeZone})::date` };
  }
  issues.push(
    typeof value === 'string'
      ? unknownField('/ratesOn/field', asked.field)
      : { path: '/ratesOn/field', code: 'not_a_date', ...told('groups.not_a_date', { field: asked.field }) },
  );
  return { kind: 'today' };
}

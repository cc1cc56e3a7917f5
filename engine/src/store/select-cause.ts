import type { ObjectModel } from '../model/types.js';
import { instantSql } from './change-parts.js';
import { objectNumberOf, systemTable } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/**
 * One run in the chain behind a change, nearest first.
 *
 * Shape:  `object`, `record` and `version` say which change started it, null for a run that a schedule started. `step` is the step of it that made
 *         the change asked about, or the one that started the run before, if that is still known.
 */
export type CauseRun = {
  readonly run: string;
  readonly workflow: string;
  readonly revision: number;
  readonly at: string;
  readonly step: string | null;
  readonly object: string | null;
  readonly record: string | null;
  readonly version: number | null;
};

/** How far a chain is followed: workflows stop each other long before. */
export const MAX_CAUSES = 20;

/**
 * The chain of runs behind version `version` of the record `id`, as a JSON array of CauseRun. It knows no rights: ids for the use case, which
 * judges every link before it is told. Null when there is no such change or no run is behind it.
 *
 * Shape:  {isRun, runs}: a change may name a run that is no longer kept.
 */
export function selectCauses(scope: QueryScope, object: ObjectModel): string {
  const { active, params } = scope;
  const numbers = Object.fromEntries(
    [...active.model.objects.values()].filter(({ system }) => !system).map((each) => [each.id, objectNumberOf(active, each)]),
  );
  const history = systemTable(active, 'sys_history');
  const columns = ['id', 'workflow_id', 'revision', 'created_at', 'object_id', 'record_id', 'trigger', 'parent_id'];
  const of = (alias: string) => columns.map((name) => `${alias}.${name}`).join(', ');
  const source = `select s.cause ->> 'step' from ${history} s where s."tenant_id" = ${params.tenant} and s."object_no" = (${params.constant(JSON.stringify(numbers))}::jsonb ->> c.object_id)::int and s."record_id" = c.record_id and s."version" = (c.trigger ->> 'version')::int`;
  const chain = [
    `select 1 as depth, b.step, ${of('r')} from changed b join "meta_v"."wf_run" r on r."tenant_id" = ${params.tenant} and r.id = b.run`,
    `select c.depth + 1, (${source}), ${of('r')} from chain c join "meta_v"."wf_run" r on r."tenant_id" = ${params.tenant} and r.id = c.parent_id where c.depth < ${MAX_CAUSES}`,
  ];
  const run = [
    `'run', c.id::text, 'workflow', c.workflow_id, 'revision', c.revision, 'at', ${instantSql('c.created_at')}, 'step', c.step`,
    `'object', c.object_id, 'record', c.record_id, 'version', (c.trigger ->> 'version')::int`,
  ];
  return [
    `with recursive changed as materialized (select h."cause" ->> 'step' as step, (h."cause" ->> 'runId')::bigint as run from ${history} h`,
    `where h."tenant_id" = ${params.tenant} and h."object_no" = ${objectNumberOf(active, object)} and h."record_id" = ${params.input('id', '::uuid')} and h."version" = ${params.input('version', '::int')}),`,
    `chain as (${chain.join(' union all ')})`,
    `select json_build_object('isRun', b.run is not null, 'runs', (select coalesce(json_agg(json_build_object(${run.join(', ')}) order by c.depth), '[]'::json) from chain c))::text from changed b`,
  ].join(' ');
}

import { referencesOf } from '@fieldstone/metadata/language/references.js';
import type { FieldModel, ObjectModel, TriggerModel } from '../model/types.js';
import type { Operation } from './write-parts.js';
import { actorOf, differs, EVENTS, snapshotOf } from './write-parts.js';
import type { QueryScope } from './query-scope.js';

/** How far a chain of workflows may set each other off. The run after that is stored as dead, so that people see what stopped. */
export const MAX_DEPTH = 8;

const TOO_DEEP = JSON.stringify({
  code: 'too_deep',
  message: `Stopped: ${MAX_DEPTH} workflows had set each other off in a row. Look for two workflows that change each other's records.`,
});

/**
 * The runs that a change starts, inserted with it: one for each trigger of the object that matches, set-wise.
 *
 * Shape:  rows `n` (after) and `o` (before) of `from`. Inputs `root`, `parent` and `depth` say which run caused the change, if one did.
 *         A trigger on updates fires when one of its fields changed and its condition holds, with entry becomes_true only if it did not hold
 *         before. With `written`, triggers that an update of those fields alone can not fire are left out of the statement.
 */
export function triggerInserts(
  scope: QueryScope,
  object: ObjectModel,
  operation: Operation,
  from: string,
  written?: readonly FieldModel[],
): string[] {
  const touched = written && new Set([...written.map(({ name }) => name), ...TOUCHED]);
  const triggers = object.triggers.filter((trigger) => trigger.on.includes(operation) && (!touched || mayFire(object, trigger, touched)));
  if (triggers.length === 0) return [];
  const { active, params } = scope;
  const arms = triggers.map((trigger) => {
    const test = triggerTest(scope, object, operation, trigger);
    return `select ${params.constant(trigger.workflowId)}::text as workflow_id where ${test}`;
  });
  const depth = params.input('depth', '::int');
  const dead = `(${depth} > ${MAX_DEPTH})`;
  const before = operation === 'create' ? `'null'::jsonb` : snapshotOf(scope, object, 'o');
  const trigger = `jsonb_build_object('event', '${EVENTS[operation]}', 'version', n."version", 'actor', ${actorOf(scope)}, 'new', ${snapshotOf(scope, object, 'n')}, 'old', ${before})`;
  return [
    `insert into "meta_v"."wf_run" (tenant_id, workflow_id, revision, kind, status, trigger, object_id, record_id, root_id, parent_id, depth, run_as, error, ended_at) ` +
      `select ${params.tenant}, t.workflow_id, ${active.revision}, 'record', case when ${dead} then 'dead' else 'ready' end, ${trigger}, ${params.constant(object.id)}::text, n."id", ` +
      `${params.input('root', '::bigint')}, ${params.input('parent', '::bigint')}, ${depth}, ${actorOf(scope)}, ` +
      `case when ${dead} then ${params.constant(TOO_DEEP)}::jsonb end, case when ${dead} then now() end ` +
      `from ${from} cross join lateral (${arms.join(' union all ')}) t returning 1`,
  ];
}

/** System fields that every update writes. */
const TOUCHED = ['updated_at', 'updated_by', 'version'];

/** A computed field may change with any other. A condition that reads nothing of what was written answers the same before and after, so it does not become true. */
function mayFire(object: ObjectModel, trigger: TriggerModel, touched: ReadonlySet<string>): boolean {
  const mayChange = (name: string) => touched.has(name) || object.fields.get(name)?.computed !== undefined;
  if (trigger.fields.length > 0 && !trigger.fields.some(mayChange)) return false;
  if (trigger.entry !== 'becomes_true' || trigger.when === undefined) return true;
  return referencesOf(trigger.when).fields.some((step) => step.object === object.name && mayChange(step.field));
}

/** Whether the inserts among the effects of a write stored a run: `effects` are all of them, the last `runs` those of `triggerInserts`. */
export function anyRun(effects: number, runs: number): string {
  const stored = Array.from({ length: runs }, (_, index) => `exists (select 1 from x${effects - runs + index})`);
  return stored.join(' or ') || 'false';
}

function triggerTest(scope: QueryScope, object: ObjectModel, operation: Operation, trigger: TriggerModel): string {
  const tests: string[] = [];
  if (operation === 'update' && trigger.fields.length > 0) {
    const changed = trigger.fields.flatMap((name) => {
      const field = object.fields.get(name);
      return field === undefined ? [] : [differs(scope, field, 'n', 'o')];
    });
    tests.push(`(${changed.join(' or ')})`);
  }
  if (trigger.when !== undefined) {
    tests.push(`(${scope.trusted(trigger.when, { record: 'n', previous: 'o' })})`);
    // The condition over the row as it was; there $previous has no meaning and reads that same row.
    if (operation === 'update' && trigger.entry === 'becomes_true') {
      tests.push(`(${scope.trusted(trigger.when, { record: 'o', previous: 'o' })}) is not true`);
    }
  }
  return tests.length === 0 ? 'true' : tests.join(' and ');
}

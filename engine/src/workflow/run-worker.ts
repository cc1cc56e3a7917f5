import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import { durationMs } from '../model/iso-duration.js';
import { NODE_MANIFESTS } from '../model/workflow-nodes.js';
import type { Database } from '../store/open-database.js';
import { giveBackRun } from '../store/workflow-leases.js';
import {
  insertScheduledRuns,
  LeaseLost,
  storeCheckpoint,
  type Checkpoint,
  type ClaimedRun,
  type RunVariables,
} from '../store/workflow-runs.js';
import type { ActionRegistry } from './actions/registry.js';
import type { ActiveModels, Definition, Definitions } from './definitions.js';
import { failpoint } from '../kernel/failpoint.js';
import type { StepScope, WorkflowNode } from './node-action.js';
import { nextDelayMs, retryPolicy } from './retry.js';
import { identify, type RunIdentity } from './run-actor.js';
import { runRecords, type RecordUseCases } from './run-records.js';
import { checkpointOf, nodeAfter, nodeAt, NodeFailed, rowOf, runSegment, type CallResult, type RunState } from './run-segment.js';
import { runValues } from './run-values.js';
import { failureOf, StepBlocked, StepFailure } from './step-failure.js';

export type WorkerServices = {
  readonly database: Database;
  readonly models: ActiveModels;
  readonly definitions: Definitions;
  readonly registry: ActionRegistry;
  readonly records: RecordUseCases;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cursorKey: string;
  readonly maxCrashes: number;
  /** Called when a run wrote records: they may have started other runs. */
  kick(): void;
};

const MAX_DEPTH = 10;
const MAX_NODES = 50;
const MAX_SELECTED = 1_000;

/** The last state that was stored, shared with whoever settles the run when the work breaks off. */
type Position = { state: RunState };

type Held = { readonly run: ClaimedRun; readonly definition: Definition; readonly identity: RunIdentity; readonly active: ActiveModel };

/**
 * Works on a claimed run until it ends, waits, or the process stops: segments of local steps, each one transaction, with the external calls between
 * them. Never throws: what goes wrong is stored with the run, or the lease runs out and somebody else goes on from the last checkpoint.
 */
export async function workOn(services: WorkerServices, run: ClaimedRun, signal: AbortSignal, isStopping: () => boolean): Promise<void> {
  const at: Position = { state: { cursor: run.cursor, vars: run.vars, pending: run.pending, seq: run.seq, attempt: run.attempt } };
  try {
    const held = await prepare(services, run);
    if (run.trigger.select === true && run.recordId === null) return await startSelected(services, held, at.state);
    if (run.crashes > 0 && at.state.cursor.node === undefined) {
      // Named before it runs, so that a first step that kills its worker can be named afterwards.
      at.state = { ...at.state, cursor: { ...at.state.cursor, node: held.definition.workflow.start } };
      await store(services, run, checkpointOf(at.state, { status: 'leased' }));
    }
    await goThrough(services, held, at, signal, isStopping);
  } catch (error) {
    await settle(services, run, at.state, error);
  }
}

async function prepare(services: WorkerServices, run: ClaimedRun): Promise<Held> {
  const { space } = run.tenant;
  let active = services.models.current(space);
  if (run.revision > active.revision) active = await services.models.refresh(space, run.revision);
  const definition = await services.definitions.find(space, run.revision, run.workflowId);
  if (!definition) throw new StepBlocked('workflow_missing', 'The workflow of this run cannot be found.');
  if (run.depth > MAX_DEPTH) {
    throw new StepFailure('loop_stopped', `Stopped: this is the ${run.depth}th run in a chain in which workflows start each other.`);
  }
  return { run, definition, active, identity: await identify(services.database, run, definition, active.model) };
}

async function goThrough(
  services: WorkerServices,
  held: Held,
  at: Position,
  signal: AbortSignal,
  isStopping: () => boolean,
): Promise<void> {
  const { run, definition } = held;
  const usual = run.crashes >= 2 ? 1 : MAX_NODES;
  let maxNodes = usual;
  let result: CallResult | undefined;
  while (!signal.aborted) {
    if (at.state.pending && !result) {
      if (isStopping()) return;
      const called = await call(services, held, at.state, signal);
      if ('failure' in called) {
        const next = await fail(services, held, at.state, called.failure, called.tookMs);
        if (!next) return;
        at.state = next;
        continue;
      }
      result = called;
    }
    try {
      const before = at.state;
      const options = { maxNodes, result };
      const end = await services.database.data.transaction(run.tenant.id, (tx) =>
        runSegment(tx, run, before, definition, services.registry, (vars, node) => scopeOf(services, held, vars, tx, node.id), options),
      );
      failpoint('after-commit');
      if (end.wroteRecords) services.kick();
      if (end.status !== 'leased') return;
      at.state = end.state;
      result = undefined;
      maxNodes = usual;
      if (isStopping()) return;
    } catch (error) {
      if (!(error instanceof NodeFailed)) throw error;
      if (error.completed > 0 || result) {
        // What came before the failed step was rolled back with it: run that again on its own, then look at the failed step alone.
        maxNodes = error.completed;
        continue;
      }
      if (error.cause instanceof StepBlocked) throw error.cause;
      const failure = failureOf(error.cause);
      if (failure.code === 'internal')
        services.logger.error({ run: run.id, error: String((failure.cause as Error | null)?.stack) }, 'a step failed');
      const next = await fail(services, held, at.state, failure, 0);
      if (!next) return;
      at.state = next;
      maxNodes = usual;
    }
  }
}

function scopeOf(services: WorkerServices, held: Held, vars: RunVariables, tx: Parameters<typeof runRecords>[4], step?: string): StepScope {
  const { run, definition, active } = held;
  const { actor, person } = held.identity;
  const identity = step === undefined ? held.identity : { person, actor: { ...actor, cause: { ...actor.cause, step } } };
  const records = runRecords({ ...services, refresh: (space) => services.models.refresh(space) }, definition, active, identity, tx);
  const values = runValues({ run, definition, active, identity, records, steps: vars.steps ?? {}, now: services.clock.now() });
  return { run, definition, identity, records, values };
}

async function call(
  services: WorkerServices,
  { run, definition }: Held,
  state: RunState,
  signal: AbortSignal,
): Promise<CallResult | { failure: StepFailure; tookMs: number }> {
  const began = performance.now();
  const pending = state.pending;
  const node = pending && nodeAt(definition.workflow, pending.node);
  const action = node && services.registry.external.get(node.type);
  if (!pending || !node || !action) throw new StepBlocked('node_type_missing', 'The step type of a call is not in this installation.');
  const timeoutMs =
    (node.timeout === undefined ? undefined : durationMs(node.timeout)) ?? NODE_MANIFESTS.get(node.type)?.timeoutMs ?? 10_000;
  try {
    failpoint('before-call');
    const output = await action.call(pending.input, { tenantId: run.tenant.id, runId: run.id, key: pending.key, timeoutMs, signal });
    failpoint('after-call');
    return { output, tookMs: performance.now() - began };
  } catch (error) {
    if (signal.aborted) throw new LeaseLost('the lease was lost during a call');
    const failure = failureOf(error);
    if (failure.code === 'internal')
      services.logger.error({ run: run.id, error: String((failure.cause as Error | null)?.stack) }, 'a call failed');
    return { failure, tookMs: performance.now() - began };
  }
}

/** Stores that a step failed and what follows from it. Answers the state to go on with, or null when the run waits or has ended. */
async function fail(
  services: WorkerServices,
  { run, definition }: Held,
  state: RunState,
  failure: StepFailure,
  tookMs: number,
): Promise<RunState | null> {
  const { workflow } = definition;
  const node = nodeAt(workflow, state.cursor.node === undefined ? workflow.start : state.cursor.node) as WorkflowNode;
  const error = { code: failure.code, message: failure.message };
  const step = {
    ...rowOf(node, state.seq, state.attempt),
    status: 'failed' as const,
    input: state.pending?.input ?? null,
    key: state.pending?.key ?? null,
    error,
    tookMs,
  };
  const manifest = NODE_MANIFESTS.get(node.type);
  const policy = manifest && retryPolicy(manifest, node);
  const made = state.attempt - (state.cursor.base ?? 0) + 1;
  const here = { ...state, cursor: { ...state.cursor, node: node.id }, attempt: state.attempt + 1 };
  if (failure.retryable && policy && made < policy.max) {
    const wakeInMs = nextDelayMs(policy, made, failure.retryAfterMs);
    await store(services, run, checkpointOf(here, { status: 'ready', wakeInMs, error: { node: node.id, ...error }, steps: [step] }));
    return null;
  }
  // A connection drawn from "error" is meant to be followed, whether or not that is said again.
  const onError = nodeAfter(workflow, node, 'error') ? (node.onError ?? 'edge') : node.onError;
  const port = onError === 'edge' ? 'error' : onError === 'continue' ? 'ok' : undefined;
  const next = port === undefined ? null : nodeAfter(workflow, node, port);
  if (port === undefined || (port === 'error' && next === null)) {
    await store(services, run, checkpointOf(here, { status: 'failed', error: { node: node.id, ...error }, steps: [step] }));
    return null;
  }
  const vars = { steps: { ...state.vars.steps, [node.id]: { output: { error } } } };
  const onward: RunState = { cursor: { node: next?.id ?? null }, vars, pending: null, seq: state.seq + 1, attempt: 0 };
  const status = await store(services, run, checkpointOf(onward, { status: next ? 'leased' : 'done', steps: [{ ...step, port }] }));
  return status === 'leased' ? onward : null;
}

/** A schedule that is about records: one run for each, made in one transaction with the end of this one. */
async function startSelected(services: WorkerServices, held: Held, state: RunState): Promise<void> {
  const { run, definition, active } = held;
  // Selected by the newest definition: a condition is about the fields as they are now.
  const workflow = [...active.model.workflows.values()].find((candidate) => candidate.id === run.workflowId) ?? definition.workflow;
  const current: Definition = workflow === definition.workflow ? definition : { workflow, model: active.model };
  const when = workflow.trigger.type === 'schedule' ? workflow.trigger.when : undefined;
  const objectId = active.model.objects.get(workflow.object)?.id;
  if (when === undefined || objectId === undefined) throw new StepBlocked('workflow_missing', 'The workflow no longer selects records.');
  await services.database.data.transaction(run.tenant.id, async (tx) => {
    const { records } = scopeOf(services, { ...held, definition: current }, {}, tx);
    const recordIds = await records.select(workflow.object, when, MAX_SELECTED);
    const started = await insertScheduledRuns(tx, {
      workflowId: run.workflowId,
      revision: active.revision,
      objectId,
      occurrence: run.trigger.at ?? run.createdAt,
      parentId: run.id,
      recordIds,
    });
    failpoint('selected');
    const output = { records: recordIds.length, started, isLimited: recordIds.length === MAX_SELECTED };
    const step = {
      seq: 0,
      attempt: 1,
      node: 'select',
      status: 'done' as const,
      port: null,
      key: null,
      input: null,
      output,
      error: null,
      tookMs: 0,
    };
    await storeCheckpoint(tx, run, checkpointOf({ ...state, cursor: { node: null } }, { status: 'done', steps: [step] }));
  });
  services.kick();
}

async function store(services: WorkerServices, run: ClaimedRun, checkpoint: Checkpoint): Promise<Checkpoint['status'] | 'cancelled'> {
  const status = await services.database.data.transaction(run.tenant.id, (tx) => storeCheckpoint(tx, run, checkpoint));
  failpoint('outcome-stored');
  return status;
}

/** What ended the work early: kept with the run where it is the run's own trouble; otherwise the run is given back as it was last stored. */
async function settle(services: WorkerServices, run: ClaimedRun, state: RunState, error: unknown): Promise<void> {
  if (error instanceof LeaseLost) {
    services.logger.info({ run: run.id }, 'a run was taken over by another worker');
    return;
  }
  try {
    if (error instanceof StepBlocked || error instanceof StepFailure) {
      const node = state.cursor.node ? { node: state.cursor.node } : {};
      const trouble = { ...node, code: error.code, message: error.message };
      await store(services, run, checkpointOf(state, { status: error instanceof StepBlocked ? 'blocked' : 'failed', error: trouble }));
      return;
    }
    services.logger.error({ run: run.id, error: error instanceof Error ? error.stack : String(error) }, 'work on a run broke off');
    await giveBackRun(services.database.pool, run, services.maxCrashes);
  } catch (again) {
    // The database is away, or the run was taken over: the lease runs out and the sweep gives it to whoever is there then.
    services.logger.warn({ run: run.id, error: again instanceof Error ? again.message : String(again) }, 'a run could not be given back');
  }
}

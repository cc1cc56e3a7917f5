import { NODE_MANIFESTS } from '../model/workflow-nodes.js';
import type { DataTransaction } from '../store/data-pool.js';
import {
  storeCheckpoint,
  type Checkpoint,
  type ClaimedRun,
  type PendingCall,
  type RunCursor,
  type RunVariables,
  type StepRow,
} from '../store/workflow-runs.js';
import { derivedId } from '../kernel/ids.js';
import type { ActionRegistry } from './actions/registry.js';
import type { Definition } from './definitions.js';
import { failpoint } from '../kernel/failpoint.js';
import type { StepScope, WorkflowNode } from './node-action.js';
import { StepBlocked, StepFailure } from './step-failure.js';

/** Where a run stands in the memory of the process that holds it; always what the last checkpoint stored. */
export type RunState = {
  readonly cursor: RunCursor;
  readonly vars: RunVariables;
  readonly pending: PendingCall | null;
  readonly seq: number;
  readonly attempt: number;
};

/** The answer of an external call that is to be stored. */
export type CallResult = { readonly output: Readonly<Record<string, unknown>>; readonly tookMs: number };

export type SegmentOptions = {
  /** Local nodes this segment may run; 0 stores the answer of a call and nothing else. */
  readonly maxNodes: number;
  readonly result: CallResult | undefined;
};

const MAX_STEPS = 10_000;
const MAX_SEGMENT_MS = 200;
const MAX_OUTPUT_BYTES = 65_536;
const MAX_VARS_BYTES = 262_144;

/** A node of a segment failed: everything before it is rolled back too and can be run again without it. */
export class NodeFailed extends Error {
  override readonly name = 'NodeFailed';
  readonly completed: number;

  constructor(completed: number, cause: unknown) {
    super('a step failed', { cause });
    this.completed = completed;
  }
}

export type SegmentEnd = {
  readonly state: RunState;
  readonly status: 'leased' | 'done' | 'cancelled' | 'blocked' | 'failed';
  readonly wroteRecords: boolean;
};

/**
 * Runs consecutive local nodes and stores them, in one transaction: their effects and the fact that they ran are kept together or not at all. Ends at
 * the end of the workflow, before an external call (whose input is stored), or when the segment has become long.
 *
 * Errors: NodeFailed; LeaseLost; those of Postgres.
 */
export async function runSegment(
  tx: DataTransaction,
  run: ClaimedRun,
  before: RunState,
  { workflow }: Definition,
  registry: ActionRegistry,
  scopeOf: (vars: RunVariables, node: WorkflowNode) => StepScope,
  { maxNodes, result }: SegmentOptions,
): Promise<SegmentEnd> {
  const startedAt = performance.now();
  const steps: StepRow[] = [];
  let { vars, pending, seq, attempt } = before;
  let node: WorkflowNode | null = nodeAt(workflow, before.cursor.node === undefined ? workflow.start : before.cursor.node);
  let base = before.cursor.base ?? 0;
  let wroteRecords = false;
  const advance = (from: WorkflowNode, port: string, output: Readonly<Record<string, unknown>>) => {
    vars = { steps: { ...vars.steps, [from.id]: { output } } };
    if (JSON.stringify(vars).length > MAX_VARS_BYTES)
      throw new StepFailure('too_large', 'The outputs of the steps of this run grew too large.');
    node = nodeAfter(workflow, from, port);
    seq += 1;
    attempt = 0;
    base = 0;
  };

  if (result && pending && node) {
    steps.push({
      ...rowOf(node, seq, attempt),
      status: 'done',
      port: 'ok',
      key: pending.key,
      input: pending.input,
      output: capped(result.output),
      tookMs: result.tookMs,
    });
    pending = null;
    advance(node, 'ok', capped(result.output));
  }
  let completed = 0;
  while (node !== null && completed < maxNodes && performance.now() - startedAt < MAX_SEGMENT_MS) {
    const current: WorkflowNode = node;
    const manifest = NODE_MANIFESTS.get(current.type);
    try {
      if (seq >= MAX_STEPS) throw new StepFailure('too_many_steps', `A run may take ${MAX_STEPS} steps.`);
      const external = registry.external.get(current.type);
      if (external) {
        const input = await external.prepare(current, scopeOf(vars, current));
        pending = { node: current.id, key: derivedId(`run:${run.id}:${run.createdAt}:${seq}`), input };
        steps.push({ ...rowOf(current, seq, attempt), status: 'pending', key: pending.key, input });
        break;
      }
      const local = registry.local.get(current.type);
      if (!local || !manifest) throw new StepBlocked('node_type_missing', `There is no step type "${current.type}" in this installation.`);
      const began = performance.now();
      const { port, input, output } = await local.execute(current, scopeOf(vars, current));
      failpoint('node-done');
      steps.push({
        ...rowOf(current, seq, attempt),
        status: 'done',
        port,
        input,
        output: capped(output),
        tookMs: performance.now() - began,
      });
      advance(current, port, capped(output));
      wroteRecords ||= manifest.effects === 'db';
      completed += 1;
    } catch (error) {
      throw new NodeFailed(completed, error);
    }
  }
  const isEnd = node === null;
  const state: RunState = { cursor: { node: isEnd ? null : (node as WorkflowNode).id, base }, vars, pending, seq, attempt };
  const status = await storeCheckpoint(tx, run, checkpointOf(state, { status: isEnd ? 'done' : 'leased', steps }));
  failpoint('before-commit');
  return { state, status: status as SegmentEnd['status'], wroteRecords };
}

export const checkpointOf = (state: RunState, rest: Partial<Checkpoint> & Pick<Checkpoint, 'status'>): Checkpoint => ({
  ...state,
  error: null,
  wakeInMs: 0,
  steps: [],
  ...rest,
});

export const rowOf = (node: WorkflowNode, seq: number, attempt: number): StepRow => ({
  seq,
  attempt: attempt + 1,
  node: node.id,
  status: 'done',
  port: null,
  key: null,
  input: null,
  output: null,
  error: null,
  tookMs: 0,
});

export function nodeAt(workflow: Definition['workflow'], id: string | null): WorkflowNode | null {
  if (id === null) return null;
  const node = workflow.nodes.find((candidate) => candidate.id === id);
  if (!node) throw new StepBlocked('node_missing', `The workflow has no step "${id}".`);
  return node;
}

export function nodeAfter(workflow: Definition['workflow'], from: WorkflowNode, port: string): WorkflowNode | null {
  const edge = workflow.edges.find((candidate) => candidate.from === from.id && candidate.port === port);
  return edge ? nodeAt(workflow, edge.to) : null;
}

/** Answers of other systems can be of any size: what is too large is left out, and says so. */
function capped(output: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Buffer.byteLength(JSON.stringify(output)) <= MAX_OUTPUT_BYTES ? output : { isLeftOut: true };
}

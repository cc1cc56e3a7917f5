import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import type { ClaimedRun } from '../store/workflow-runs.js';
import type { Definition } from './definitions.js';
import type { RunIdentity } from './run-actor.js';
import type { RunRecords } from './run-records.js';
import type { RunValues } from './run-values.js';

export type WorkflowNode = WorkflowDocument['nodes'][number];

/** What a step may use while it runs inside the transaction of its run. */
export type StepScope = {
  readonly run: ClaimedRun;
  readonly definition: Definition;
  readonly identity: RunIdentity;
  readonly records: RunRecords;
  readonly values: RunValues;
};

export type StepResult = { readonly port: string; readonly output: Readonly<Record<string, unknown>> };

/** A step that stays in the database: it runs in the transaction that also stores that it ran, so its effects happen exactly once. */
export type LocalAction = {
  readonly type: string;
  execute(node: WorkflowNode, scope: StepScope): Promise<StepResult & { readonly input: unknown }>;
};

/** What an external call may use. Everything about the record was resolved before and stored. */
export type CallScope = {
  readonly tenantId: number;
  readonly runId: string;
  /** The same for every repeat of this call. */
  readonly key: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** A step that leaves the database: its input is worked out and stored in one transaction, the call follows, the next transaction stores the answer. */
export type ExternalAction = {
  readonly type: string;
  prepare(node: WorkflowNode, scope: StepScope): Promise<unknown>;
  call(input: unknown, scope: CallScope): Promise<Readonly<Record<string, unknown>>>;
};

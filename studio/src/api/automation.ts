import type { OutboxMail, RunDetail, RunStatus, RunSummary } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

/** GET /workflows: published workflows with their runs of the last 30 days by status. */
export type WorkflowSummary = { name: string; runs: Partial<Record<RunStatus, number>> };

export const readWorkflows = () => call<{ data: WorkflowSummary[] }>('GET', '/workflows');
export const readRuns = (workflow: string) =>
  call<{ data: RunSummary[] }>('GET', `/workflows/${encodeURIComponent(workflow)}/runs?limit=50`);
export const readRun = (id: string) => call<RunDetail>('GET', `/workflows/runs/${encodeURIComponent(id)}`);
export const retryRun = (id: string) => call<unknown>('POST', `/workflows/runs/${encodeURIComponent(id)}/retry`, {});
export const readOutbox = () => call<{ data: OutboxMail[] }>('GET', '/mail/outbox');

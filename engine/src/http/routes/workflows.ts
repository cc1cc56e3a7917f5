import type { RunDetail, RunSummary } from '@fieldstone/metadata/types/wire.js';
import type { Page, PageQuery, WorkflowSummary } from '../../workflow/run-views.js';
import { param, signedIn, type RequestScope, type Route } from '../route.js';
import { pageQuery } from './page-query.js';
import { gives } from '../exchange.js';
import { runDetail, runs, runStatus, workflows } from '../schemas/automation.js';
import { pageParameters } from '../schemas/page.js';

/** The use cases of automation; each decides by the caller's roles. */
export type WorkflowParts = {
  readonly workflows: (scope: RequestScope) => Promise<{ data: WorkflowSummary[] }>;
  readonly runs: (scope: RequestScope, name: string, query: PageQuery & { status: string | undefined }) => Promise<Page<RunSummary>>;
  readonly run: (scope: RequestScope, id: string) => Promise<RunDetail>;
  readonly retry: (scope: RequestScope, id: string) => Promise<void>;
  readonly cancel: (scope: RequestScope, id: string) => Promise<void>;
};

export function workflowRoutes(parts: WorkflowParts): Route[] {
  return [
    {
      method: 'GET',
      path: '/workflows',
      policy: signedIn,
      summary: 'Workflows with the number of their runs by status',
      exchange: gives(workflows),
      handler: async (scope) => ({ value: await parts.workflows(scope) }),
    },
    {
      method: 'GET',
      path: '/workflows/{name}/runs',
      policy: signedIn,
      summary: 'Runs of a workflow, newest first',
      exchange: gives(runs, { query: { ...pageParameters, status: runStatus } }),
      handler: async (scope) => {
        const query = { ...pageQuery(scope, ['status']), status: scope.query.get('status') };
        return { value: await parts.runs(scope, param(scope, 'name'), query) };
      },
    },
    {
      method: 'GET',
      path: '/workflows/runs/{id}',
      policy: signedIn,
      summary: 'A run with what each of its steps did',
      exchange: gives(runDetail),
      handler: async (scope) => ({ value: await parts.run(scope, param(scope, 'id')) }),
    },
    {
      method: 'POST',
      path: '/workflows/runs/{id}/retry',
      policy: signedIn,
      summary: 'Lets a run that failed try its last step again',
      exchange: gives(runDetail, { body: null }),
      handler: async (scope) => {
        await parts.retry(scope, param(scope, 'id'));
        return { value: await parts.run(scope, param(scope, 'id')) };
      },
    },
    {
      method: 'POST',
      path: '/workflows/runs/{id}/cancel',
      policy: signedIn,
      summary: 'Ends a run before its next step',
      exchange: gives(runDetail, { body: null }),
      handler: async (scope) => {
        await parts.cancel(scope, param(scope, 'id'));
        return { value: await parts.run(scope, param(scope, 'id')) };
      },
    },
  ];
}

import { systemClock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { RequestScope, Route } from '../http/route.js';
import { mailRoutes } from '../http/routes/mail.js';
import { workflowRoutes } from '../http/routes/workflows.js';
import { listRecords } from '../records/list-records.js';
import { readRecord } from '../records/read-record.js';
import type { RequestContext } from '../records/context.js';
import { createRecord, updateRecord } from '../records/write-record.js';
import type { Database } from '../store/open-database.js';
import type { Sessions } from '../people/sessions.js';
import { startAutomation, type Automation } from '../workflow/automation.js';
import type { RecordUseCases } from '../workflow/run-records.js';
import { cancel, outbox, retry, runDetail, runList, workflowList } from '../workflow/run-views.js';
import type { Config } from './config.js';
import type { OpenCatalog } from './open-catalog.js';

const records: RecordUseCases = { readRecord, listRecords, createRecord, updateRecord };

export type Parts = {
  readonly config: Config;
  readonly database: Database;
  readonly open: OpenCatalog;
  readonly space: number;
  readonly logger: Logger;
};

export function composeAutomation({ config, database, open, space, logger }: Parts): Automation {
  return startAutomation({
    database,
    activeModels: open.models,
    records,
    spaces: [space],
    clock: systemClock,
    logger,
    cursorKey: open.cursorKey,
    mail: config.mail,
    webhookAllow: config.webhookAllow,
  });
}

/** The routes of records, metadata and automation, each with the use cases it calls. */
export function composeRoutes({ database, open }: Parts, _automation: Automation, _sessions: Sessions): Route[] {
  const context = (scope: RequestScope): RequestContext => ({ ...open.contextFor(scope.actor), active: scope.active });
  return [
    ...workflowRoutes({
      workflows: (scope) => workflowList(context(scope)),
      runs: (scope, name, query) => runList(context(scope), records, name, query),
      run: (scope, id) => runDetail(context(scope), records, id),
      retry: (scope, id) => retry(context(scope), database, id),
      cancel: (scope, id) => cancel(context(scope), database, id),
    }),
    ...mailRoutes({ outbox: (scope, query) => outbox(context(scope), query) }),
  ];
}

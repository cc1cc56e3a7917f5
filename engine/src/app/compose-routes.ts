import { systemClock } from '../kernel/clock.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { RequestScope, Route } from '../http/route.js';
import { planSpaceRepair, repairSpace } from '../catalog/examine.js';
import { callerOf } from '../http/middleware/authenticate.js';
import { changeSetRoutes } from '../http/routes/change-sets.js';
import { draftRoutes } from '../http/routes/drafts.js';
import { driftRoutes } from '../http/routes/drift.js';
import { eventRoutes } from '../http/routes/events.js';
import { fileRoutes } from '../http/routes/files.js';
import { formulaRoutes } from '../http/routes/formulas.js';
import { mailRoutes } from '../http/routes/mail.js';
import { metadataRoutes } from '../http/routes/metadata.js';
import { mergeRoutes } from '../http/routes/merge.js';
import { purgeRoutes } from '../http/routes/purge.js';
import { binRoutes } from '../http/routes/recycle-bin.js';
import { operationRoutes } from '../http/routes/operations.js';
import { packRoutes } from '../http/routes/packs.js';
import { planRoutes } from '../http/routes/plans.js';
import { recordRoutes } from '../http/routes/records.js';
import { searchRoutes } from '../http/routes/search.js';
import { secretRoutes } from '../http/routes/secrets.js';
import { workflowRoutes } from '../http/routes/workflows.js';
import { localised } from '../model/localise.js';
import { actorOf } from '../people/actor.js';
import { mayStillView } from '../people/view-as.js';
import { createEventFeed } from '../records/event-feed.js';
import { listRecords } from '../records/list-records.js';
import { together } from '../records/one-transaction.js';
import { readRecord } from '../records/read-record.js';
import type { RequestContext } from '../records/context.js';
import { purgeRecords } from '../records/purge-records.js';
import { createRecord, updateRecord } from '../records/write-record.js';
import { openBlobFolder } from '../store/blob-folder.js';
import type { Database } from '../store/open-database.js';
import type { Sessions } from '../people/sessions.js';
import { startAutomation, type Automation } from '../workflow/automation.js';
import type { RecordUseCases } from '../workflow/run-records.js';
import { cancel, outbox, retry, runDetail, runList, workflowList } from '../workflow/run-views.js';
import type { Config } from './config.js';
import { recentParts } from './recent-parts.js';
import { rightsRoutes } from './rights-routes.js';
import type { OpenCatalog } from './open-catalog.js';
import type { DriftWatch } from './watch-drift.js';

const records: RecordUseCases = { readRecord, listRecords, createRecord, updateRecord };

export type Composed = { readonly routes: readonly Route[]; close(): void };

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

const CHANGES: ReadonlySet<string> = new Set(['POST', 'PATCH', 'DELETE']);

/** The routes of records, metadata and automation, each with the use cases it calls. */
export function composeRoutes(
  { database, open, config, logger, drift }: Parts & { readonly drift: DriftWatch },
  automation: Automation,
  sessions: Sessions,
): Composed {
  const callContext = ({ actor, active, tx }: RequestScope, runsStarted: RequestContext['runsStarted']): RequestContext => ({
    actor,
    active,
    tx,
    runsStarted,
    clock: systemClock,
    data: database.data,
    cursorKey: open.cursorKey,
    refresh: async () => localised(await open.models.refresh(active.space), actor.locale),
  });
  const context = (scope: RequestScope): RequestContext => callContext(scope, undefined);
  /** What a change started begins at once, not at the next look of the dispatcher. */
  const kick = () => automation.kick();
  const recordContext = (scope: RequestScope): RequestContext => callContext(scope, kick);
  const isSecure = config.publicOrigin?.startsWith('https:') ?? false;
  const feed = createEventFeed({ data: database.data, models: open.models, logger });
  const actorAgain = async (scope: RequestScope) => {
    const headers = { cookie: scope.header('cookie'), authorization: scope.header('authorization') };
    const watching = { bySession: (token: string) => sessions.watch(token), byKey: (key: string) => sessions.byKey(key) };
    // A key that is no longer good is refused; what else fails says nothing about who it is.
    const caller = await callerOf(headers, watching, isSecure).catch((error: unknown) => {
      if (error instanceof AppError) return undefined;
      throw error;
    });
    if (caller === undefined) return null;
    const { model } = open.models.current(caller.person.space);
    // Whoever may no longer look at somebody's screens hears nothing more of what they see.
    if (caller.viewer !== undefined && !mayStillView(model, caller.viewer.roleIds, caller.person.roleIds)) return null;
    return actorOf(caller.person, model, caller.cause);
  };
  const routes = [
    ...[
      ...recordRoutes({ contextOf: recordContext }),
      ...operationRoutes(recordContext),
      ...binRoutes(recordContext, config.binDays),
      ...mergeRoutes(recordContext),
    ].map((route): Route => ({ ...route, within: (scope, work) => together(recordContext(scope), ({ tx }) => work(tx)) })),
    ...purgeRoutes(recordContext, (ctx, request) => purgeRecords(ctx, database.pool, request)),
    ...searchRoutes(context, recentParts(database.pool)),
    ...secretRoutes(context),
    ...rightsRoutes(context, database.pool),
    ...fileRoutes(context, {
      blobs: openBlobFolder(config.files.folder),
      maxBytes: config.files.maxBytes,
      maxStored: config.quotas.file_bytes,
    }),
    ...eventRoutes({ feed, actorAgain }),
    ...metadataRoutes(open.catalog),
    ...draftRoutes(open.catalog),
    ...planRoutes(open.catalog, context),
    ...changeSetRoutes(open.catalog),
    ...formulaRoutes(context),
    ...packRoutes(open.catalog, open.library),
    ...driftRoutes({
      plan: (space) => planSpaceRepair(database, space),
      repair: async (request) => {
        const answer = await repairSpace(database, request);
        await drift.look();
        return answer;
      },
    }),
    ...workflowRoutes({
      workflows: (scope) => workflowList(context(scope)),
      runs: (scope, name, query) => runList(context(scope), records, name, query),
      run: (scope, id) => runDetail(context(scope), records, id),
      retry: (scope, id) => retry(context(scope), database, id),
      cancel: (scope, id) => cancel(context(scope), database, id),
    }).map((route) => afterwards(route, automation)),
    ...mailRoutes({ outbox: (scope, query) => outbox(context(scope), records, query) }),
  ];
  return { routes, close: () => feed.close() };
}

/** A run that is to be tried again begins at once. */
function afterwards(route: Route, automation: Automation): Route {
  if (!CHANGES.has(route.method)) return route;
  return {
    ...route,
    handler: async (scope) => {
      const answer = await route.handler(scope);
      automation.kick();
      return answer;
    },
  };
}

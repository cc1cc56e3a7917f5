import { join } from 'node:path';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import { createMetrics } from '../http/metrics.js';
import type { Route } from '../http/route.js';
import { currencyRoutes } from '../http/routes/currencies.js';
import { descriptionRoute, documentationRoute } from '../http/routes/description.js';
import { healthRoutes, metricsRoute } from '../http/routes/health.js';
import { sessionRoutes } from '../http/routes/session.js';
import { usageRoute } from '../http/routes/usage.js';
import { teamRoutes } from '../http/routes/teams.js';
import { userRoutes } from '../http/routes/users.js';
import { API_BASE, createServer, type Server } from '../http/server.js';
import { personOf } from '../kernel/actor.js';
import { rolesOf } from '../people/actor.js';
import { chooseBase, currenciesOf, removeRate, saveRates } from '../people/currencies.js';
import { checkViewAs } from '../people/view-as.js';
import { createSessions, DEFAULT_LIMITS, type Sessions } from '../people/sessions.js';
import { changeTeam, createTeam, removeTeam, teamsOf } from '../people/teams.js';
import { changeUser, createUser, usersOf } from '../people/users.js';
import { createIdempotencyStore } from '../store/idempotency.js';
import type { Database } from '../store/open-database.js';
import { listQuotas } from '../store/quotas.js';
import { databaseAway } from '../store/pg-errors.js';
import type { Config } from './config.js';
import type { Health } from './watch-drift.js';
import { sweepEvents } from '../store/sweep-events.js';

export type Models = { current(space: number): ActiveModel };

export type Composition = {
  readonly server: Server;
  readonly sessions: Sessions;
  /** What can be called: below the base of the API, and at the root. */
  readonly routes: readonly Route[];
  readonly rootRoutes: readonly Route[];
  sweep(): Promise<void>;
};

/** More than this wait for a connection longer than anybody waits for an answer: eight in turn for each connection there is. */
const inFlightOf = (poolSize: number): number => Math.max(64, 8 * poolSize);

/** Makes every part of the HTTP side and passes each what it needs. Nothing here listens or runs on its own. */
export function composeServer(given: {
  config: Config;
  database: Database;
  models: Models;
  space: number;
  logger: Logger;
  /** How the database compares with the metadata. */
  health: () => Health;
  /** Routes of records, metadata and automation. */
  more: (sessions: Sessions) => readonly Route[];
  /** Stands between the server and each route: to watch what is called, or to break a route on purpose and see that it is noticed. */
  around?: (route: Route) => Route;
}): Composition {
  const { config, database, models, logger } = given;
  const { pool } = database;
  const isSecure = config.publicOrigin?.startsWith('https:') ?? false;
  const sessions = createSessions(pool, {
    idleSeconds: config.sessionIdleSeconds,
    limits: DEFAULT_LIMITS,
    isAdministrator: (roleIds) => rolesOf(models.current(given.space).model, roleIds).some((role) => role.capabilities.size > 0),
  });
  const idempotency = createIdempotencyStore(pool);
  const metrics = createMetrics();
  const ping = async () => {
    models.current(given.space);
    await pool.query('select 1');
  };
  const routes: Route[] = [
    descriptionRoute(() => routes, API_BASE),
    ...healthRoutes({ ping, health: given.health }),
    ...sessionRoutes({
      sessions,
      isSecure,
      checkViewAs: ({ active, actor }, input) => checkViewAs(pool, active.model, actor, input),
      changeSelf: async ({ active, actor }, input) => {
        await changeUser(pool, active.model, actor.tenantId, actor.userId, input);
        sessions.forget();
      },
    }),
    ...userRoutes({
      list: (model, tenantId) => usersOf(pool, model, tenantId),
      create: (model, tenantId, input, giver) => createUser(pool, model, tenantId, input, giver),
      change: (model, tenantId, id, input, giver) => changeUser(pool, model, tenantId, id, input, giver),
    }),
    ...teamRoutes({
      list: (model, tenantId) => teamsOf(pool, model, tenantId),
      create: (model, tenantId, input, giver) => createTeam(pool, model, tenantId, input, giver),
      change: (model, tenantId, id, input, giver) => changeTeam(pool, model, tenantId, id, input, giver),
      remove: (tenantId, id) => removeTeam(pool, tenantId, id),
    }),
    ...currencyRoutes({
      read: ({ actor }) => currenciesOf({ pool, tenantId: actor.tenantId }),
      save: ({ actor }, input) => saveRates({ pool, tenantId: actor.tenantId }, personOf(actor), input),
      remove: ({ actor }, currency, from) => removeRate({ pool, tenantId: actor.tenantId }, currency, from),
      choose: async ({ actor }, input) => {
        const settings = await chooseBase({ pool, tenantId: actor.tenantId }, input);
        sessions.forget();
        return settings;
      },
    }),
    usageRoute(({ actor }) => listQuotas(pool, config.quotas, actor.tenantId)),
    ...given.more(sessions),
  ];
  const rootRoutes: Route[] = [
    ...healthRoutes({ ping, health: given.health }),
    documentationRoute(() => routes, API_BASE, isSecure),
    metricsRoute({ metrics, metricsKey: config.metricsKey, inFlight: () => server.inFlight() }),
  ];
  const { around = (route: Route) => route } = given;
  const server: Server = createServer({
    routes: routes.map(around),
    rootRoutes: rootRoutes.map(around),
    sessions,
    models,
    isShared: () => database.data.isShared,
    idempotency,
    sites: [
      { prefix: '/studio', folder: join(config.root, 'studio/dist') },
      { prefix: '', folder: join(config.root, 'runtime-ui/dist') },
    ],
    metrics,
    logger,
    explain: databaseAway,
    settings: { publicOrigin: config.publicOrigin, trustedProxies: config.trustedProxies, maxInFlight: inFlightOf(config.poolSize) },
  });
  return {
    server,
    sessions,
    routes,
    rootRoutes,
    sweep: async () => {
      await sessions.sweep();
      await idempotency.sweep();
      await sweepEvents(database);
    },
  };
}

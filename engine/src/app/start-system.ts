import { pino, type DestinationStream } from 'pino';
import type { Logger } from '../kernel/logger.js';
import { completeSearch, keepResuming } from '../catalog/examine.js';
import { createFirstUsers, type SignIn } from '../people/first-users.js';
import { startRollupWorker } from '../records/rollup-worker.js';
import { ensureTenant } from '../store/installation.js';
import { keepSearchTidy } from '../store/tidy-search.js';
import type { Database } from '../store/open-database.js';
import { composeAutomation, composeRoutes } from './compose-routes.js';
import { composeServer } from './compose.js';
import type { Config } from './config.js';
import { holdDataFolder } from './data-folder.js';
import { listen } from './listen.js';
import { openCatalog, packsFolder } from './open-catalog.js';
import { openSystem } from './open-system.js';
import { readDemoUsers } from './read-pack-data.js';
import { createBinSweep } from './empty-bin.js';
import { createFileSweep } from './sweep-files.js';
import { watchQuotas } from './watch-quotas.js';
import { watchStatistics } from './watch-statistics.js';
import { watchDrift } from './watch-drift.js';

export type RunningSystem = {
  readonly url: string;
  /** Called when the system cannot go on: the database server ended by itself and does not start again. */
  onFailure(listener: (message: string) => void): void;
  /** Requests first, then the database; safe to call twice. */
  stop(): Promise<void>;
};

const DRIFT_BLOCKS =
  'Tables or views are missing or closed: some records can not be reached. "fieldstone doctor" names them, "doctor --repair --plan" says what helps.';
const UNSAFE = 'The database is set so that it can lose what was confirmed. "fieldstone doctor" names the settings and what to do.';
const warn = (line: string) => process.stderr.write(`fieldstone: ${line}\n`);

const SWEEP_MS = 10 * 60_000;

/** What a stop undoes, in this order: nobody is let in, what runs ends, and the database goes last. */
const STOP_ORDER = ['housekeeping', 'drift', 'events', 'requests', 'automation', 'rollups', 'catalog', 'database', 'folder'] as const;

/** Control characters that JSON leaves as they are; some readers end a line at them, and terminals obey others. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029]/g;
const spelt = (line: string): string => line.replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON objects, each on a line of its own whatever is in it, without what identifies the machine. */
export function createLogger(config: Pick<Config, 'logLevel'>, to: DestinationStream = pino.destination(1)): Logger {
  const logger = pino({ level: config.logLevel, base: null }, { write: (line: string) => to.write(spelt(line)) });
  return {
    info: (fields, message) => {
      logger.info(fields, message);
    },
    warn: (fields, message) => {
      logger.warn(fields, message);
    },
    error: (fields, message) => {
      logger.error(fields, message);
    },
  };
}

/**
 * The whole system in this process. This page is the order of a start: folder, port, database, metadata, people, records, requests, automation.
 *
 * Shape:  `announce` is called with the sign-ins of a first start as soon as they exist, so that they are never lost with a later failure.
 * Errors: setup_failed; whatever had been started is stopped again.
 */
export async function startSystem(config: Config, logger: Logger, announce: (signIns: readonly SignIn[]) => void): Promise<RunningSystem> {
  const closers: Partial<Record<(typeof STOP_ORDER)[number], () => Promise<void> | void>> = {};
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      for (const step of STOP_ORDER) await closers[step]?.();
    })());
  const failures: ((message: string) => void)[] = [];
  try {
    // Only the embedded server needs the folder for itself; with a database elsewhere any number of processes may run.
    const hold = config.databaseUrl === undefined ? await holdDataFolder(config.dataFolder) : undefined;
    closers.folder = () => hold?.release();
    const port = await listen(config.host, config.port);
    closers.requests = () => port.close();
    hold?.announce(port.url);

    const system = await openSystem(config, logger);
    closers.database = () => system.close();
    system.embedded?.onGivenUp((reason) => {
      for (const listener of failures) listener(`The database server ended by itself and can not be started again: ${reason}`);
    });
    const { database } = system;
    const tenant = await ensureTenant(database, 'Fieldstone');
    const open = await openCatalog(config, database, tenant);
    closers.catalog = () => open.close();
    await open.publishPacks();
    announce(await firstUsers(config, database, open.model(), tenant.id));
    await completeSearch(database, tenant.space).catch((error: unknown) => {
      logger.warn({ error: String(error) }, 'indexes of words are missing; searches take longer until the next start');
    });
    const drift = watchDrift(database, tenant.space, logger);
    closers.drift = () => drift.stop();
    // Without one of its tables or views an object can not be filled; everything else is served, and the studio offers the repair.
    const { isBlocked, unsafe } = await drift.look();
    if (unsafe > 0) warn(UNSAFE);
    if (isBlocked) warn(DRIFT_BLOCKS);
    else await open.loadData();

    const parts = { config, database, open, space: tenant.space, logger };
    const automation = composeAutomation(parts);
    closers.automation = () => automation.stop();
    const rollups = startRollupWorker({ data: database.data, models: open.models, space: tenant.space, tenantId: tenant.id, logger });
    closers.rollups = () => rollups.stop();
    const composition = composeServer({
      ...parts,
      models: open.models,
      health: drift.current,
      more: (sessions) => {
        const composed = composeRoutes({ ...parts, drift }, automation, sessions);
        closers.events = () => composed.close();
        return composed.routes;
      },
    });
    const sweepFiles = createFileSweep(config, database);
    const sweepBin = createBinSweep({
      database,
      models: open.models,
      space: tenant.space,
      tenantId: tenant.id,
      logger,
      keepDays: config.binDays,
    });
    const sweeping = setInterval(() => {
      Promise.all([composition.sweep(), sweepFiles(), sweepBin()]).catch((error: unknown) => {
        logger.warn({ error: String(error) }, 'housekeeping failed');
      });
    }, SWEEP_MS);
    const resuming = keepResuming(database, tenant.space);
    const quotas = watchQuotas(database, config.quotas, logger);
    const statistics = watchStatistics(database, logger);
    const tidying = keepSearchTidy(database, tenant.space);
    closers.housekeeping = async () => {
      clearInterval(sweeping);
      await Promise.all([resuming.stop(), tidying.stop(), quotas.stop(), statistics.stop()]);
    };
    port.serve(composition.server.app.callback(), composition.server.inFlight);
    return {
      url: port.url,
      onFailure: (listener) => {
        failures.push(listener);
      },
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function firstUsers(
  config: Config,
  database: Database,
  model: Parameters<typeof createFirstUsers>[1],
  tenantId: number,
): Promise<SignIn[]> {
  return createFirstUsers(database.pool, model, tenantId, {
    people: config.demo ? await readDemoUsers(packsFolder(config)) : [],
    adminEmail: config.admin.email,
    adminPassword: config.admin.password,
  });
}

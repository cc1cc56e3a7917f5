import { examineSpace } from '../catalog/examine.js';
import type { Logger } from '../kernel/logger.js';
import { unsafeSettings } from '../store/durability.js';
import type { Database } from '../store/open-database.js';

/** How the database compares with the metadata, and how many of its settings are unsafe, as of the last look. */
export type Health = { readonly differences: number; readonly isBlocked: boolean; readonly unsafe: number };
export type DriftWatch = { current(): Health; look(): Promise<Health>; stop(): Promise<void> };

const EVERY_MS = 3_600_000;
/** While something differs: so that a repair is noticed soon, whoever made it. */
const WHILE_DEGRADED_MS = 60_000;
const NAMED = 20;

/**
 * Looks for drift and for unsafe settings of the server now and again: first when it is told to, then every hour, and every minute while something differs.
 *
 * Shape: differences are logged once, when they are first seen. A look that fails leaves what is known as it was.
 */
export function watchDrift(database: Database, space: number, logger: Logger): DriftWatch {
  let health: Health = { differences: 0, isBlocked: false, unsafe: 0 };
  let known = '';
  let knownUnsafe = '';
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  const look = async (): Promise<Health> => {
    const { drift } = await examineSpace(database, space);
    const unsafe = await unsafeSettings(database);
    health = { differences: drift.length, isBlocked: drift.some(({ blocks }) => blocks), unsafe: unsafe.length };
    const settings = unsafe.map(({ name, found, loses }) => `${name} is ${found}: ${loses}`);
    if (settings.length > 0 && settings.join() !== knownUnsafe)
      logger.error({ settings }, 'the database can lose what was confirmed; see fieldstone doctor');
    knownUnsafe = settings.join();
    const codes = drift.map(({ code }) => code);
    if (codes.length > 0 && codes.join() !== known) {
      const words = health.isBlocked
        ? 'the database lacks what records are read from; people get errors'
        : 'the database differs from the metadata';
      logger[health.isBlocked ? 'error' : 'warn'](
        { space, differences: codes.slice(0, NAMED), count: codes.length },
        `${words}; see fieldstone doctor`,
      );
    }
    known = codes.join();
    again();
    return health;
  };
  /** The next look, sooner while something differs. One that fails is tried again like any other. */
  const again = () => {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(
      () => {
        running = look().catch((error: unknown) => {
          logger.warn({ error: String(error), space }, 'the database could not be compared with the metadata');
          again();
        });
      },
      health.differences > 0 ? WHILE_DEGRADED_MS : EVERY_MS,
    ).unref();
  };
  return {
    current: () => health,
    look,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

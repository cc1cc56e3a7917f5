import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { Database } from '../store/open-database.js';
import { unblockRuns } from '../store/workflow-leases.js';
import { builtInActions } from './actions/registry.js';
import { webhookSecret } from './actions/signature.js';
import type { MailConfig } from './actions/smtp.js';
import { Definitions, type ActiveModels } from './definitions.js';
import { startDispatcher, USUAL_TIMING, type Timing } from './dispatcher.js';
import type { RecordUseCases } from './run-records.js';
import { startScheduler } from './scheduler.js';

export type AutomationOptions = {
  readonly database: Database;
  readonly activeModels: ActiveModels;
  readonly records: RecordUseCases;
  /** Spaces this process serves. */
  readonly spaces: readonly number[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Key for the signatures of cursors, as every request context has it. */
  readonly cursorKey: string;
  readonly mail: MailConfig;
  /** Internal targets that webhooks may call: "host:port", "host" for any port, or a network such as "10.1.0.0/16". */
  readonly webhookAllow: readonly string[];
  readonly timing?: Partial<Timing>;
};

/** `kick` says that a commit may have started runs: they begin at once instead of at the next look. */
export type Automation = { kick(): void; stop(): Promise<void> };

/** Starts what works on runs and schedules in this process. Any number of processes may do so on one database. */
export function startAutomation(options: AutomationOptions): Automation {
  const { database, activeModels, records, clock, logger, cursorKey } = options;
  const webhook = { secret: webhookSecret(database.config.secret), allow: options.webhookAllow };
  const registry = builtInActions({ database, clock, mail: options.mail, webhook });
  const definitions = new Definitions(database, activeModels);
  const services = { database, models: activeModels, definitions, registry, records, clock, logger, cursorKey };
  const dispatcher = startDispatcher(services, { ...USUAL_TIMING, ...options.timing });
  const schedulers = options.spaces.map((space) =>
    startScheduler({ database, models: activeModels, space, logger, kick: dispatcher.kick }),
  );
  const unlisten = activeModels.onSwap(({ space }) => {
    unblockRuns(database.pool, space)
      .then((count) => count > 0 && dispatcher.kick())
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'blocked runs could not be looked at again'));
  });
  return {
    kick: dispatcher.kick,
    async stop() {
      unlisten();
      await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
      await dispatcher.stop();
      registry.close();
    },
  };
}

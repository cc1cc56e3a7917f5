import { schedule as every } from 'node-cron';
import type { ActiveModel } from '../model/active.js';
import type { Logger } from '../kernel/logger.js';
import { fireDueSchedule, syncSchedules } from '../store/workflow-schedules.js';
import type { Database } from '../store/open-database.js';
import type { ActiveModels } from './definitions.js';
import { failpoint } from '../kernel/failpoint.js';
import { decide, nextOccurrence } from './occurrences.js';

export type SchedulerServices = {
  readonly database: Database;
  readonly models: ActiveModels;
  readonly space: number;
  readonly logger: Logger;
  kick(): void;
};

/** Makes the stored schedules those of a model. */
export function storeSchedules(database: Database, { space, revision, model }: ActiveModel): Promise<void> {
  const wanted = [...model.workflows.values()].flatMap(({ id, inactive, trigger }) =>
    trigger.type === 'schedule' && inactive !== true
      ? [{ workflowId: id, cron: trigger.cron, timeZone: trigger.timeZone, misfire: trigger.misfire ?? 'fire_once' }]
      : [],
  );
  return syncSchedules(database.pool, { space, revision, wanted, first: (each, after) => nextOccurrence(each.cron, each.timeZone, after) });
}

/** Starts the runs of every schedule that is due, each in one transaction with moving the schedule on. Answers how many runs it started. */
export async function fireSchedules({ database, models }: Pick<SchedulerServices, 'database' | 'models'>): Promise<number> {
  let started = 0;
  for (;;) {
    const fired = await fireDueSchedule(
      database.pool,
      (due) => {
        const active = models.current(due.space);
        const workflow = [...active.model.workflows.values()].find((candidate) => candidate.id === due.workflowId);
        const object = workflow && active.model.objects.get(workflow.object);
        const isRunnable = workflow?.trigger.type === 'schedule' && workflow.inactive !== true && object;
        const select = workflow?.trigger.type === 'schedule' && workflow.trigger.when !== undefined;
        return {
          decision: decide(due),
          run: isRunnable ? { revision: active.revision, objectId: select ? object.id : null, select } : null,
        };
      },
      () => failpoint('before-schedule-commit'),
    );
    if (!fired) return started;
    failpoint('after-schedule-commit');
    started += fired.fired;
  }
}

/**
 * Looks for due schedules every five seconds. The library for cron is only the metronome here: what is due, and when next, stands in the database,
 * so that several processes, late ticks and stopped processes neither double nor lose an occurrence.
 */
export function startScheduler(services: SchedulerServices): { stop(): Promise<void> } {
  const { database, models, space, logger } = services;
  let busy: Promise<void> | undefined;
  let storedRevision = -1;

  const tick = async () => {
    const active = models.current(space);
    if (active.revision !== storedRevision) {
      await storeSchedules(database, active);
      storedRevision = active.revision;
    }
    if ((await fireSchedules(services)) > 0) services.kick();
  };
  const run = () => {
    busy ??= tick()
      .catch((error: unknown) =>
        logger.warn({ error: error instanceof Error ? error.message : String(error) }, 'schedules could not be looked at'),
      )
      .finally(() => {
        busy = undefined;
      });
  };
  // The library writes to the console by itself otherwise, in colours. A beat that was missed is made up for by the next.
  const metronome = every('*/5 * * * * *', run, {
    suppressMissedWarning: true,
    logger: {
      info: () => undefined,
      debug: () => undefined,
      warn: (message) => logger.warn({ said: message }, 'the metronome of schedules'),
      error: (error) => logger.error({ error: String(error) }, 'the metronome of schedules'),
    },
  });
  const unlisten = models.onSwap(run);
  run();
  return {
    async stop() {
      unlisten();
      await metronome.destroy();
      await busy;
    },
  };
}

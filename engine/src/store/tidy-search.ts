import { dataSchemaOf } from '../planner/bindings.js';
import { WORDS_INDEX } from '../planner/desired-schema.js';
import type { Database } from './open-database.js';

/**
 * Sorts what was written lately into the indexes of words, so that no search has to leaf through it and no write has to wait for it.
 *
 * Source: such an index keeps new entries in a list that every search reads from end to end, until the list is 4 MB long and whoever writes next
 *         sorts it in: up to 10 ms for each search, and a tenth of a second for that write.
 */
export async function tidySearch({ pool }: Pick<Database, 'pool'>, space: number): Promise<void> {
  await pool.query(
    `select gin_clean_pending_list(c.oid::regclass) from pg_class c join pg_index i on i.indexrelid = c.oid
      where c.relnamespace = to_regnamespace($1) and c.relname like $2 and i.indisvalid`,
    [dataSchemaOf(space), `${WORDS_INDEX.replace('_', String.raw`\_`)}%`],
  );
}

const EVERY_MS = 5_000;

/** Does so every few seconds until it is stopped. What fails is tried again. */
export function keepSearchTidy(database: Database, space: number): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= tidySearch(database, space)
      .catch((error: unknown) => {
        database.config.logger.warn({ error: String(error), space }, 'the indexes of words were not tidied; trying again');
      })
      .finally(() => (running = undefined));
  }, EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

import type { Logger } from '../kernel/logger.js';
import { analyzeUnknownTables } from '../store/analyze-tables.js';
import type { Database } from '../store/open-database.js';
import { lookAgain } from './look-again.js';

/** Sees to it that Postgres knows every table that has come to hold something, until it is stopped. */
export const watchStatistics = (database: Database, logger: Logger): { stop(): Promise<void> } =>
  lookAgain(
    async () => {
      const tables = await analyzeUnknownTables(database);
      if (tables.length > 0) logger.info({ tables }, 'tables that had come to hold something were analysed');
    },
    {
      everyMs: 5_000,
      share: 50,
      failed: (error) => {
        logger.info({ error: String(error) }, 'tables were not looked at; trying again');
      },
    },
  );

import { openActiveModels } from '../../src/catalog/active-model.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { AppError } from '../../src/kernel/errors.js';
import { silentLogger } from '../../src/kernel/logger.js';
import type { DatabaseConfig } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';

export type KillWorkerSettings = {
  readonly database: Pick<DatabaseConfig, 'url' | 'secret' | 'roles'>;
  readonly space: number;
  readonly hash: string;
  readonly confirm: readonly string[];
  readonly publisher: string;
};

/** Exit code of a publish that was refused. */
export const REFUSED = 3;

/** A process that publishes one plan and ends; the tests have it killed on the way. */
if (process.env['WORKER_SETTINGS'] !== undefined) await main();

async function main() {
  const { database: connection, ...request } = JSON.parse(process.env['WORKER_SETTINGS'] ?? '{}') as KillWorkerSettings;
  const database = await openDatabase({ ...connection, poolSize: 2, logger: silentLogger });
  const activeModels = openActiveModels(database);
  await publishPlan({ database, activeModels }, request).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    process.exitCode = REFUSED;
  });
  await activeModels.close();
  await database.close();
}

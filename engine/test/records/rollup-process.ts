import { openActiveModels } from '../../src/catalog/active-model.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { startRollupWorker } from '../../src/records/rollup-worker.js';
import type { DatabaseConfig } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';

export type RollupProcessSettings = { readonly database: Pick<DatabaseConfig, 'url' | 'secret' | 'roles'>; readonly space: number };

/** A process that does nothing but work roll-ups out; the tests have it killed on the way. */
const { database: connection, space } = JSON.parse(process.env['WORKER_SETTINGS'] ?? '{}') as RollupProcessSettings;
const database = await openDatabase({ ...connection, poolSize: 2, logger: silentLogger });
const models = openActiveModels(database);
await models.refresh(space);
startRollupWorker({ data: database.data, models, space, tenantId: 1, logger: silentLogger, pollMs: 20 });
process.stdout.write('ready\n');

import { openActiveModels } from '../../src/catalog/active-model.js';
import { systemClock } from '../../src/kernel/clock.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { recordUseCases } from './use-cases.js';
import type { DatabaseConfig } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { startAutomation } from '../../src/workflow/automation.js';
import type { WorkerSettings } from './world.js';

/** A process that does nothing but automation: the tests start, kill and stop it. */
const settings = JSON.parse(process.env['WORKER_SETTINGS'] ?? '{}') as WorkerSettings;
const config: DatabaseConfig = { ...settings.database, poolSize: 4, logger: silentLogger };
const database = await openDatabase(config);
const activeModels = openActiveModels(database);
await activeModels.refresh(settings.space);
const automation = startAutomation({
  database,
  activeModels,
  records: recordUseCases,
  spaces: [settings.space],
  clock: systemClock,
  logger: silentLogger,
  cursorKey: 'key-of-the-tests',
  mail: { smtpUrl: settings.smtpUrl, from: 'CRM <crm@example.test>' },
  webhookAllow: ['127.0.0.1'],
  timing: settings.timing,
});
process.on('SIGTERM', () => {
  void automation
    .stop()
    .then(() => activeModels.close())
    .then(() => database.close())
    .then(() => process.exit(0));
});
process.stdout.write('ready\n');

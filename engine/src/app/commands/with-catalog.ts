import { silentLogger } from '../../kernel/logger.js';
import { ensureTenant, type Tenant } from '../../store/installation.js';
import type { Database } from '../../store/open-database.js';
import type { Config } from '../config.js';
import { openCatalog, type OpenCatalog } from '../open-catalog.js';
import { withDatabase } from '../open-system.js';

export type Open = { readonly database: Database; readonly tenant: Tenant; readonly open: OpenCatalog };

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** For commands: the metadata of the installation, beside a running server or without one. */
export async function withCatalog<T>(config: Config, work: (parts: Open) => Promise<T>): Promise<T> {
  return withDatabase(config, silentLogger, async (database) => {
    const tenant = await ensureTenant(database, 'Fieldstone');
    const open = await openCatalog(config, database, tenant);
    return work({ database, tenant, open }).finally(() => open.close());
  });
}

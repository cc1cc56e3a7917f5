import type { Logger } from '../kernel/logger.js';
import { standing, type QuotaDefaults } from '../kernel/quota.js';
import type { Database } from '../store/open-database.js';
import { measureQuotas } from '../store/quotas.js';
import { lookAgain } from './look-again.js';

/**
 * Measures the quotas of all tenants now and again, until it is stopped; the first look is at once. What fails is tried again.
 *
 * Shape:  who comes near a limit, reaches it or has room again is logged once.
 */
export function watchQuotas(database: Database, defaults: QuotaDefaults, logger: Logger): { stop(): Promise<void> } {
  const known = new Map<string, string>();
  const look = async () => {
    for (const { tenant, tenantName, name, used, max } of await measureQuotas(database, defaults, true)) {
      if (used === null || max === null) continue;
      const key = `${String(tenant)} ${name}`;
      const now = standing({ used, max });
      if (now === (known.get(key) ?? 'ok')) continue;
      known.set(key, now);
      const said = { tenant, tenantName, quota: name, used, max };
      if (now === 'ok') logger.info(said, 'a tenant has room again');
      else logger.warn(said, now === 'full' ? 'a tenant has used up a quota; see fieldstone quota list' : 'a tenant comes near a quota');
    }
  };
  return lookAgain(look, {
    everyMs: 10_000,
    share: 50,
    failed: (error) => {
      logger.warn({ error: String(error) }, 'quotas were not measured; trying again');
    },
  });
}

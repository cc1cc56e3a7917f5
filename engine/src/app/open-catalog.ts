import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { openActiveModels, type ActiveModels } from '../catalog/active-model.js';
import type { Catalog } from '../catalog/catalog.js';
import { publishPacks } from '../catalog/publish-packs.js';
import { NOBODY, type Actor } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import type { Model } from '../model/types.js';
import { readPacks } from '../model/read-packs.js';
import { usersOf } from '../people/users.js';
import type { RequestContext } from '../records/context.js';
import type { Tenant } from '../store/installation.js';
import type { Database } from '../store/open-database.js';
import type { Config } from './config.js';
import { loadPackData } from './load-pack-data.js';

/** The metadata of this installation, and contexts to work with records under it. */
export type OpenCatalog = {
  readonly catalog: Catalog;
  readonly models: ActiveModels;
  /** Key for the signatures of cursors. */
  readonly cursorKey: string;
  model(): Model;
  contextFor(actor: Actor): RequestContext;
  /** Publishes the packs of the checkout where they are new. */
  publishPacks(): Promise<void>;
  /** Loads the records that packs ship, each file once, and those of the demo when it is wanted. */
  loadData(): Promise<void>;
  close(): Promise<void>;
};

export const packsFolder = (config: Config): string => join(config.root, 'metadata/packs');

/** Opens the published metadata. On a database without any, `publishPacks` has to come first. */
export async function openCatalog(config: Config, database: Database, tenant: Tenant): Promise<OpenCatalog> {
  const models = openActiveModels(database);
  const catalog: Catalog = { database, activeModels: models };
  const cursorKey = createHmac('sha256', database.config.secret).update('cursors').digest('hex');
  const contextFor = (actor: Actor): RequestContext => ({
    actor,
    active: models.current(tenant.space),
    data: database.data,
    clock: systemClock,
    cursorKey,
    refresh: () => models.refresh(tenant.space),
  });
  await models.refresh(tenant.space);
  return {
    catalog,
    models,
    cursorKey,
    model: () => models.current(tenant.space).model,
    contextFor,
    publishPacks: async () => {
      await publishPacks(catalog, tenant.space, await readPacks(packsFolder(config)));
      await models.refresh(tenant.space);
    },
    loadData: async () => {
      const users = await usersOf(database.pool, models.current(tenant.space).model, tenant.id);
      const owners = users.filter((user) => user.isActive).flatMap(({ id, roles }) => roles.map((role) => ({ id, role })));
      await loadPackData(database, contextFor(systemActor(tenant)), packsFolder(config), { demo: config.demo, users: owners });
    },
    close: () => models.close(),
  };
}

const systemActor = (tenant: Tenant): Actor => ({
  kind: 'system',
  userId: NOBODY,
  name: 'Fieldstone',
  tenantId: tenant.id,
  roles: [],
  epoch: 0,
  locale: tenant.locale,
  timeZone: tenant.timeZone,
  currency: tenant.currency,
  cause: { kind: 'pack' },
});

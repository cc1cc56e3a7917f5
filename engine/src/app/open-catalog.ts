import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { openActiveModels, type ActiveModels } from '../catalog/active-model.js';
import type { Catalog } from '../catalog/catalog.js';
import { offerPacks } from '../catalog/offer-packs.js';
import { readPackState } from '../catalog/pack-state.js';
import type { PackLibrary } from '../catalog/packs.js';
import { NOBODY, type Actor } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import type { Model } from '../model/types.js';
import type { PackContent } from '../model/pack-content.js';
import { readPackPlaces } from '../model/read-packs.js';
import { usersOf } from '../people/users.js';
import type { RequestContext } from '../records/context.js';
import type { Tenant } from '../store/installation.js';
import type { Database } from '../store/open-database.js';
import type { Config } from './config.js';
import { loadPackData } from './load-pack-data.js';
import { runPackCases } from './run-pack-cases.js';

/** The metadata of this installation, and contexts to work with records under it. */
export type OpenCatalog = {
  readonly catalog: Catalog;
  readonly models: ActiveModels;
  /** Key for the signatures of cursors. */
  readonly cursorKey: string;
  model(): Model;
  contextFor(actor: Actor): RequestContext;
  /** Packs that can be installed: those of the checkout and of the configured places. */
  readonly library: PackLibrary;
  /** Publishes the packs of the checkout where they are new. */
  publishPacks(): Promise<void>;
  /** Loads the records that packs ship, each file once, and those of the demo when it is wanted; gives their number. */
  loadData(): Promise<number>;
  close(): Promise<void>;
};

export const packsFolder = (config: Config): string => join(config.root, 'metadata/packs');

/** Opens the published metadata. On a database without any, `publishPacks` has to come first. */
export async function openCatalog(config: Config, database: Database, tenant: Tenant): Promise<OpenCatalog> {
  const models = openActiveModels(database);
  const packRecords = {
    runCases: (model: Model, packs: readonly PackContent[], tested: ReadonlySet<string>) => runPackCases(database, model, packs, tested),
    loadData: async () => (await models.refresh(tenant.space), loadData()),
  };
  const catalog: Catalog = { database, activeModels: models, packRecords };
  const library: PackLibrary = () => readPackPlaces([packsFolder(config), ...config.packs]);
  const cursorKey = createHmac('sha256', database.config.secret).update('cursors').digest('hex');
  const contextFor = (actor: Actor): RequestContext => ({
    actor,
    active: models.current(tenant.space),
    data: database.data,
    clock: systemClock,
    cursorKey,
    refresh: () => models.refresh(tenant.space),
  });
  const loadData = async (): Promise<number> => {
    const users = await usersOf(database.pool, models.current(tenant.space).model, tenant.id);
    const owners = users.filter((user) => user.isActive).flatMap(({ id, roles }) => roles.map((role) => ({ id, role })));
    const { contents } = await readPackState(database, tenant.space);
    const options = { demo: config.demo, users: owners, installed: [...contents.values()] };
    return loadPackData(database, contextFor(systemActor(tenant)), packsFolder(config), options);
  };
  await models.refresh(tenant.space);
  return {
    catalog,
    models,
    cursorKey,
    model: () => models.current(tenant.space).model,
    contextFor,
    library,
    publishPacks: async () => {
      const [shipped, all] = [await readPackPlaces([packsFolder(config)]), await library()];
      await offerPacks(catalog, tenant.space, shipped, all);
      await models.refresh(tenant.space);
    },
    loadData,
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

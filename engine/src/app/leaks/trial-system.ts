import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishPacks } from '../../catalog/publish-packs.js';
import { NOBODY, type Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { silentLogger, type Logger } from '../../kernel/logger.js';
import type { Route } from '../../http/route.js';
import type { SourceDocument } from '../../model/types.js';
import type { PackFile } from '../../model/pack-content.js';
import { issueKey } from '../../people/api-keys.js';
import { hashPassword } from '../../people/passwords.js';
import { startRollupWorker } from '../../records/rollup-worker.js';
import type { RequestContext } from '../../records/context.js';
import type { DatabaseConfig } from '../../store/database.js';
import { ensureTenant, type Tenant } from '../../store/installation.js';
import { openDatabase, type Database } from '../../store/open-database.js';
import { insertUser } from '../../store/users.js';
import { composeAutomation, composeRoutes, type Composed } from '../compose-routes.js';
import { composeServer } from '../compose.js';
import type { Config } from '../config.js';
import { openCatalog, type OpenCatalog } from '../open-catalog.js';
import { watchDrift } from '../watch-drift.js';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly tenantId: number;
  readonly roles: readonly string[];
  /** Value of the Authorization header that this person is known by. */
  readonly authorization: string;
};

export type NewPerson = { readonly name: string; readonly roles: readonly string[]; readonly tenantId?: number };

/** The whole application on a database of its own, listening on this machine only: what a caller gets is what they get. */
export type TrialSystem = {
  readonly origin: string;
  readonly database: Database;
  readonly open: OpenCatalog;
  readonly tenant: Tenant;
  /** Every route below /api/v1, and those at the root. */
  readonly routes: readonly Route[];
  readonly rootRoutes: readonly Route[];
  /** Password of everybody here. */
  readonly password: string;
  addTenant(name: string): Promise<number>;
  addPerson(person: NewPerson): Promise<Person>;
  /** Works past all roles, as packs do that load their records. */
  asSystem(tenantId?: number): RequestContext;
  /** Publishes documents as one more pack. */
  publish(files: readonly PackFile[]): Promise<void>;
  close(): Promise<void>;
};

export type TrialOptions = {
  readonly config: Config;
  /** A migrated database that nobody else needs. */
  readonly databaseConfig: DatabaseConfig;
  /** Documents of packs to publish, in one go. */
  readonly files: readonly PackFile[];
  readonly logger?: Logger;
  /** Stands between the server and a route: to see what is called, or to break it on purpose. */
  readonly around?: (route: Route) => Route;
};

const PASSWORD = 'a password of the trial';

export const packFile = (pack: string, document: object, at: number): SourceDocument => ({
  origin: pack,
  file: `${pack}/${String(at)}.json`,
  document: document as SourceDocument['document'],
});

/** Publishes the documents, composes every part as a start does, and listens on a free port. */
export async function openTrial(options: TrialOptions): Promise<TrialSystem> {
  const { config, databaseConfig } = options;
  const logger = options.logger ?? silentLogger;
  const database = await openDatabase(databaseConfig);
  const tenant = await ensureTenant(database, 'Trial');
  const open = await openCatalog(config, database, tenant);
  const publish = async (files: readonly PackFile[]) => {
    await publishPacks(open.catalog, tenant.space, files, 'all');
    await open.models.refresh(tenant.space);
  };
  await publish(options.files);
  const drift = watchDrift(database, tenant.space, logger);
  const parts = { config, database, open, space: tenant.space, logger };
  const automation = composeAutomation(parts);
  const rollups = startRollupWorker({ data: database.data, models: open.models, space: tenant.space, tenantId: tenant.id, logger });
  let composed: Composed | undefined;
  const composition = composeServer({
    ...parts,
    models: open.models,
    health: drift.current,
    ...(options.around === undefined ? {} : { around: options.around }),
    more: (sessions) => (composed = composeRoutes({ ...parts, drift }, automation, sessions)).routes,
  });
  const server = createServer(composition.server.app.callback());
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const passwordHash = await hashPassword(PASSWORD);

  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    database,
    open,
    tenant,
    routes: composition.routes,
    rootRoutes: composition.rootRoutes,
    password: PASSWORD,
    publish,
    async addTenant(name) {
      const { rows } = await database.pool.query<{ id: number }>('insert into meta.tenant (space_id, name) values ($1, $2) returning id', [
        tenant.space,
        name,
      ]);
      return rows[0]?.id ?? 0;
    },
    async addPerson({ name, roles, tenantId = tenant.id }) {
      const id = newId();
      const email = `${id}@trial.example`;
      const roleIds = roles.map((role) => {
        const found = open.model().roles.get(role);
        if (found === undefined) throw new Error(`there is no role ${role}`);
        return found.id;
      });
      await insertUser(database.pool, {
        ...{ id, tenantId, email, name, passwordHash, roleIds },
        ...{ locale: null, timeZone: null, managerId: null, territories: [] },
      });
      const { key } = await issueKey(database.pool, id, 'trial', null);
      return { id, name, email, tenantId, roles, authorization: `Bearer ${key}` };
    },
    asSystem: (tenantId = tenant.id) => open.contextFor(systemOf({ ...tenant, id: tenantId })),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      composed?.close();
      await drift.stop();
      await automation.stop();
      await rollups.stop();
      await open.close();
      await database.close();
    },
  };
}

const systemOf = ({ id, locale, timeZone, currency }: Tenant): Actor => ({
  kind: 'system',
  userId: NOBODY,
  name: 'Trial',
  tenantId: id,
  roles: [],
  epoch: 0,
  locale,
  timeZone,
  currency,
  cause: { kind: 'pack' },
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterOf, startEmbeddedPostgres } from '../engine/src/app/embedded-postgres.js';
import { migrate } from '../engine/src/store/run-migrations.js';
import { unsafeSettings } from '../engine/src/store/durability.js';
import { openDatabase } from '../engine/src/store/open-database.js';
import { configFor } from '../engine/test/support/database.js';
import { fieldOf, objectOf } from './support/documents.js';
import { openInstallation, type Installation } from './support/installation.js';

const DOCUMENTS = [objectOf('thing', 'name'), fieldOf('thing', 'name', 'text')];

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-bar-'));
  await chmod(folder, 0o755);
  return folder;
}

describe('K-06: a database of their own', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await dataFolder();
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    await migrate(configFor(server.url));
    await server.stop();
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Names of what is found unsafe in a server that is set so, after a superuser did something. */
  async function unsafeWith(settings: Record<string, string>, sql = 'select 1'): Promise<string[]> {
    const server = await startEmbeddedPostgres({ dataFolder: folder, settings });
    try {
      const superuser = new pg.Client({ connectionString: server.url });
      await superuser.connect();
      await superuser.query(sql);
      await superuser.end();
      const database = await openDatabase(configFor(server.url));
      return await unsafeSettings(database)
        .then((found) => found.map(({ name }) => name))
        .finally(() => database.close());
    } finally {
      await server.stop();
    }
  }

  it.each<[string, Record<string, string>, string[]]>([
    ['as we set it', {}, []],
    ['with more than that', { synchronous_commit: 'remote_apply' }, []],
    ['without fsync', { fsync: 'off' }, ['fsync']],
    ['without full pages', { full_page_writes: 'off' }, ['full_page_writes']],
    ['without waiting for the disk', { synchronous_commit: 'off' }, ['synchronous_commit']],
    ['with another try after a disk failed', { data_sync_retry: 'on' }, ['data_sync_retry']],
  ])('K-06: %s', async (_name, settings, expected) => {
    expect(await unsafeWith(settings)).toEqual(expected);
  });

  it.each(['role fieldstone_test_app', 'role fieldstone_test_owner'])('K-06: with synchronous_commit off for the %s', async (whom) => {
    expect(await unsafeWith({}, `alter ${whom} set synchronous_commit = off`)).toEqual(['synchronous_commit']);
    expect(await unsafeWith({}, `alter ${whom} reset synchronous_commit`)).toEqual([]);
  });
});

describe('K-06: the product', () => {
  const opened: Installation[] = [];
  afterAll(() => Promise.all(opened.map((product) => product.close())));
  const install = async (): Promise<Installation> => {
    const product = await openInstallation(DOCUMENTS, { isEmbedded: true });
    opened.push(product);
    return product;
  };

  it('K-06: says loudly what is unsafe about a database that is not its own', { timeout: 180_000 }, async () => {
    const folder = await dataFolder();
    // It forgets everything when it ends, and has no checksums.
    const careless = await startEmbeddedPostgres({ dataFolder: folder, throwAway: true });
    const product = await install();
    const node = await product.start({ DATABASE_URL: careless.url });
    const health = await fetch(`${node.origin}/health/ready`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'degraded', differences: 0, unsafe: 4 }]);
    expect(node.output()).toContain('fieldstone: The database is set so that it can lose what was confirmed.');
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums'])
      expect(node.output()).toContain(`${name} is off`);
    await node.stop();
    await careless.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('K-06: does not start its own without checksums', { timeout: 180_000 }, async () => {
    const product = await install();
    const made = await startEmbeddedPostgres({ dataFolder: join(product.folder, 'data'), throwAway: true });
    await made.stop();
    await expect(product.start()).rejects.toThrow(
      /The embedded database is not safe: data_checksums is off, so a damaged disk is not noticed\./,
    );
  });

  it(
    'K-06: overrides what the files of its own cluster say, and does not start against what a role says',
    { timeout: 240_000 },
    async () => {
      const product = await install();
      const first = await product.start();
      expect(await (await fetch(`${first.origin}/health/ready`)).json()).toEqual({ status: 'ok' });
      await first.stop();
      const lines = ['fsync = off', 'full_page_writes = off', 'synchronous_commit = off', 'data_sync_retry = on'];
      await writeFile(join(clusterOf(join(product.folder, 'data')), 'postgresql.auto.conf'), lines.join('\n'));
      const second = await product.start();
      expect(await (await fetch(`${second.origin}/health/ready`)).json()).toEqual({ status: 'ok' });
      await product.sql('alter role fieldstone_app set synchronous_commit = off');
      await second.stop();
      await expect(product.start()).rejects.toThrow(
        /The embedded database is not safe: synchronous_commit is off, so what was confirmed last can be gone/,
      );
    },
  );
});

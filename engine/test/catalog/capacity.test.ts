import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishPacks } from '../../src/catalog/publish-packs.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { listRecords } from '../../src/records/list-records.js';
import { createSpace } from '../../src/store/create-space.js';
import { DataPool, TENANTS_PER_CONNECTION } from '../../src/store/data-pool.js';
import { field, object, openScene, options, type Scene } from '../support/scene.js';
import { source } from '../support/space.js';

/** As many as one database is meant for on request: `FIELDSTONE_CAPACITY_SPACES=200`. Fewer are measured and multiplied. */
const MOST_SPACES = 200;
const SPACES = Number(process.env['FIELDSTONE_CAPACITY_SPACES'] ?? 6);
const TABLES = 20;
const MOST_MEGABYTES = 200;

const documents = Array.from({ length: TABLES }, (_, n) => [
  object(`thing_${n}`),
  field(`thing_${n}`, 'title', { required: true, indexed: true }),
  ...['code', 'city', 'note'].map((name) => field(`thing_${n}`, name)),
  field(`thing_${n}`, 'amount', { type: 'currency' }),
  field(`thing_${n}`, 'size', { type: 'decimal', precision: 12, scale: 2 }),
  field(`thing_${n}`, 'kind', { type: 'picklist', options: options('a', 'b') }),
  field(`thing_${n}`, 'due', { type: 'date' }),
  field(`thing_${n}`, 'other', { type: 'lookup', target: `thing_${(n + 1) % TABLES}` }),
]).flat();

/** The pg_dump that can read a server of this version; null when the machine has none. */
function pgDumpFor(version: number): string | null {
  const installed = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((each) => join('/usr/lib/postgresql', each, 'bin/pg_dump'))
    : [];
  for (const program of ['pg_dump', ...installed]) {
    const said = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout as string | null;
    if (Number(/(\d+)/.exec(said ?? '')?.[1] ?? 0) >= version) return program;
  }
  return null;
}

describe(`a database of ${SPACES} spaces with ${TABLES} objects each`, () => {
  let s: Scene;
  beforeAll(async () => {
    s = await openScene(documents);
    for (let n = 1; n < SPACES; n += 1) {
      const { id } = await createSpace(s.database, { name: `Space ${n}` });
      await publishPacks(s.catalog, id, [{ kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' }, ...documents].map(source));
    }
  }, 1_200_000);
  afterAll(() => s.close(), 600_000);

  it(
    `invariant 48: a connection that has seen every table of ${MOST_SPACES} spaces takes less than ${MOST_MEGABYTES} MB`,
    { timeout: 600_000 },
    async () => {
      // One connection, which may look at its own memory; what it keeps of tables and statements does not depend on who asks.
      const data = new DataPool({
        connection: { connectionString: s.test.url },
        size: 1,
        logger: silentLogger,
        keys: s.database.data.keys,
      });
      try {
        const memory = { text: 'select sum(total_bytes)::text from pg_catalog.pg_backend_memory_contexts', values: [] };
        const megabytes = async () => Number(await data.query(s.tenantId, memory)) / 2 ** 20;
        const before = await megabytes();
        const tenants = await s.test.sql<{ space: number; tenant: number }>(
          'select space_id as space, id as tenant from meta.tenant order by 1',
        );
        expect(tenants).toHaveLength(SPACES);
        let tables = 0;
        let highest = before;
        for (const { space, tenant } of tenants) {
          const active = await s.activeModels.refresh(space);
          const actor = { ...s.context().actor, tenantId: tenant };
          for (const { name, system } of active.model.objects.values()) {
            if (system) continue;
            await listRecords({ ...s.context(), active, actor, data }, name, { sort: [{ field: 'title', direction: 'asc' }] });
            tables += 1;
          }
          highest = Math.max(highest, await megabytes());
        }
        const each = (highest - before) / Math.min(tables, TENANTS_PER_CONNECTION * TABLES);
        const expected = before + each * TENANTS_PER_CONNECTION * TABLES;
        process.stdout.write(
          `a connection takes ${before.toFixed(1)} MB, ${highest.toFixed(1)} MB with ${tables} tables of ${SPACES} spaces: ${(each * 1024).toFixed(0)} KB each, so ${expected.toFixed(0)} MB at most\n`,
        );
        expect(tables).toBe(SPACES * TABLES);
        expect(highest).toBeLessThan(MOST_MEGABYTES);
        expect(expected).toBeLessThan(MOST_MEGABYTES);
      } finally {
        await data.close();
      }
    },
  );

  it(`invariant 48: pg_dump -s writes it down`, { timeout: 600_000 }, async ({ skip }) => {
    const server = new pg.Client({ connectionString: inject('serverUrl') });
    await server.connect();
    const { rows } = await server.query<{ version: number; locks: number }>(
      `select current_setting('server_version_num')::int / 10000 as version, current_setting('max_locks_per_transaction')::int as locks`,
    );
    await server.end();
    const [{ version, locks } = { version: 0, locks: 0 }] = rows;
    const program = pgDumpFor(version);
    if (program === null) return skip(`there is no pg_dump for PostgreSQL ${version} on this machine`);
    if (SPACES > 20 && locks < 512) return skip(`the server has max_locks_per_transaction ${locks}; ${SPACES} spaces need 512`);
    const child = spawn(program, ['--schema-only', '--dbname', s.test.url]);
    let size = 0;
    let made = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      made += chunk.toString('latin1').split('CREATE TABLE sp').length - 1;
    });
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(said).toBe('');
    expect(code).toBe(0);
    expect(made).toBeGreaterThanOrEqual(SPACES * TABLES * 0.99);
    expect(size).toBeGreaterThan(0);
  });
});

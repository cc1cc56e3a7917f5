import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from './database.js';

describe('a cloned database', () => {
  let one: TestDatabase;
  let other: TestDatabase;
  beforeAll(async () => {
    [one, other] = await Promise.all([cloneDatabase(), cloneDatabase()]);
  });
  afterAll(() => Promise.all([one.drop(), other.drop()]));

  it('is its own: what one file writes no other sees', async () => {
    await one.sql('create table mine (a int)');
    expect(await one.sql("select to_regclass('mine') is not null as found")).toEqual([{ found: true }]);
    expect(await other.sql("select to_regclass('mine') is not null as found")).toEqual([{ found: false }]);
  });

  it('runs on a supported PostgreSQL', async () => {
    const [row] = await one.sql<{ version: number }>("select current_setting('server_version_num')::int as version");
    expect(row?.version).toBeGreaterThanOrEqual(150000);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src/store/open-database.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await cloneDatabase();
  database = await openDatabase(test.config);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

// An error event that nobody hears ends the process; vitest counts it as a failure of the run.
it('a connection that breaks while somebody holds it fails their next statement and nothing else', async () => {
  const client = await database.pool.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await test.sql('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(client.query('select 1')).rejects.toThrow();
  client.release(true);
  expect((await database.pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/app/embedded-postgres.js';
import { configFor, prepareTemplate, urlOf } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the server the tests use. */
    serverUrl: string;
    /** Database that each test file clones. */
    template: string;
  }
}

/** One server for the whole run: TEST_DATABASE_URL, or an embedded one that forgets everything. One template database, made once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const template = `fieldstone_test_${randomBytes(4).toString('hex')}`;
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startThrowAway() : { url: given, stop: () => Promise.resolve() };
  await runSql(server.url, `create database ${template}`);
  await prepareTemplate(configFor(urlOf(server.url, template)));
  project.provide('serverUrl', server.url);
  project.provide('template', template);
  return async () => {
    await runSql(server.url, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

async function startThrowAway(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-test-'));
  // Run as root, the server has an account of its own that must get in.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder: folder, throwAway: true });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readConfig, type Environment } from './config.js';

const read = (env: Environment) => readConfig(env, '/srv/fieldstone');
const refusal = (env: Environment): string => {
  try {
    read(env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('config', () => {
  it('needs nothing', () => {
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataFolder: '/srv/fieldstone/.fieldstone',
      demo: true,
      databaseUrl: undefined,
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(read({ PORT: '', DATABASE_URL: ' ', FIELDSTONE_DEMO: '' })).toEqual(read({}));
  });

  it.each<[Environment, number | undefined]>([
    [{}, Math.max(1, Math.floor(availableParallelism() / 2))],
    [{ DATABASE_URL: 'postgres://u@localhost:5432/d' }, Math.max(1, Math.floor(availableParallelism() / 2))],
    [{ DATABASE_URL: 'postgres://u@[::1]/d' }, Math.max(1, Math.floor(availableParallelism() / 2))],
    [{ DATABASE_URL: 'postgres://u@db.example.com/d' }, undefined],
    [{ DATABASE_URL: 'postgres://u@localhost.example.com/d' }, undefined],
    [{ DATABASE_URL: 'postgres://u@db.example.com/d', FIELDSTONE_LONG_STATEMENTS: '7' }, 7],
  ])('has what takes long on half of the processors where Postgres is on this machine: %j', (env, longStatements) => {
    expect(read(env).longStatements).toBe(longStatements);
  });

  it.each<[Environment, RegExp]>([
    [{ PORT: 'http' }, /^PORT must be a whole number from 0 to 65535, not "http"\.$/],
    [{ PORT: '70000' }, /^PORT must be/],
    [{ FIELDSTONE_DEMO: 'maybe' }, /^FIELDSTONE_DEMO must be 1 or 0/],
    [{ FIELDSTONE_SECRET: 'short' }, /^FIELDSTONE_SECRET must have at least 32/],
    [{ FIELDSTONE_ADMIN_PASSWORD: 'short' }, /^FIELDSTONE_ADMIN_PASSWORD must have 12/],
    [{ DATABASE_URL: 'mysql://u:geheim@h/d' }, /^DATABASE_URL is not a URL such as/],
    [{ SMTP_URL: 'mail.example.com' }, /^SMTP_URL is not/],
    [{ FIELDSTONE_PUBLIC_URL: 'https://crm.example.com/app' }, /^FIELDSTONE_PUBLIC_URL must be an origin/],
    [{ FIELDSTONE_TENANT_RECORDS: 'many' }, /^FIELDSTONE_TENANT_RECORDS must be a whole number from 0/],
    [{ FIELDSTONE_LOG: 'loud' }, /^FIELDSTONE_LOG must be one of/],
  ])('%j is refused by name', (env, message) => {
    expect(refusal(env)).toMatch(message);
    expect(refusal(env)).not.toContain('geheim');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

const LINKS = ['created_by', 'updated_by', 'owner', 'h_user', 'part_of.owner'];
/** What is kept of people and sessions, by its names in the tables and in the API, and by those it has elsewhere. */
const PRIVATE = [
  ...[
    'email',
    'password',
    'password_hash',
    'passwordHash',
    'hash',
    'salt',
    'locale',
    'time_zone',
    'timeZone',
    'epoch',
    'kind',
    'tenant_id',
    'tenant',
  ],
  ...[
    'phone',
    'mfa',
    'mfa_secret',
    'totp',
    'recovery_codes',
    'reset_token',
    'token',
    'token_hash',
    'api_key',
    'key_hash',
    'session',
    'sessions',
  ],
  ...[
    'roles',
    'role',
    'role_id',
    'user_role',
    'territories',
    'manager',
    'manager_id',
    'managerId',
    'reports_to',
    'team',
    'teams',
    'view_as',
    'last_seen_at',
  ],
  ...['created_at', 'updated_at', 'created_by', 'version', 'deleted_at', 'owner'],
];
const KNOWN = new Set(['id', 'name', 'is_active', 'is_queue']);

describe('A-07: people behind a link', () => {
  it('have an id and a name, and nothing else for anybody, the administrator included', async () => {
    const differences: string[] = [];
    for (const who of ['admin', ...READERS]) {
      await inParallel(PRIVATE, 4, async (name) => {
        for (const link of LINKS) {
          if (link === 'h_user' && who !== 'admin') continue;
          const path = `${link}.${name}`;
          const absent = `${link}.zqzq`;
          for (const send of [
            (field: string) => system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { fields: field } }),
            (field: string) => system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { sort: field } }),
            (field: string) =>
              system.call(who, 'GET', `/records/${SPECIMEN}`, {
                query: { filter: JSON.stringify({ starts_with: [{ var: field }, '$argon2'] }) },
              }),
            (field: string) =>
              system.call(who, 'POST', `/records/${SPECIMEN}/aggregate`, {
                body: { groupBy: [field], measures: [{ op: 'count', as: 'n' }] },
              }),
          ]) {
            const [hidden, none] = [await send(path), await send(absent)];
            const names = [path, `"${name}"`, `\\"${name}\\"`];
            const others = [absent, '"zqzq"', '\\"zqzq\\"'];
            if (hidden.status < 400 || shapeOf(hidden, ...names) !== shapeOf(none, ...others))
              differences.push(`${who} ${hidden.path} ${hidden.text.slice(0, 200)} <> ${none.text.slice(0, 200)}`);
          }
        }
      });
    }
    expect(differences.slice(0, 5)).toEqual([]);
  }, 300_000);

  it('are listed by name alone', async () => {
    for (const who of ['admin', ...READERS, 'canary_builder']) {
      const reply = await system.call(who, 'GET', '/records/user');
      if (reply.status !== 200) continue;
      for (const row of json<{ data: Record<string, unknown>[] }>(reply).data) {
        expect(Object.keys(row).filter((name) => !KNOWN.has(name))).toEqual([]);
      }
      for (const { email } of system.people.values()) expect(reply.text).not.toContain(email);
    }
  });

  it('show no address, hash or token in anything that records answer', async () => {
    const own = system.records.find(({ owner, object }) => owner === 'canary_own' && object === SPECIMEN)?.id ?? '';
    for (const who of ['admin', ...READERS]) {
      for (const path of [
        `/records/${SPECIMEN}`,
        `/records/${SPECIMEN}/${own}`,
        `/records/${SPECIMEN}/${own}/history`,
        `/records/${SPECIMEN}/${own}/access`,
        '/metadata',
        '/metadata?include=me',
      ]) {
        const { text } = await system.call(who, 'GET', path);
        const own = system.person(who).email;
        for (const { email, authorization } of system.people.values()) {
          // Everybody is told their own address.
          if (email !== own) expect([path, text.includes(email)]).toEqual([path, false]);
          expect([path, text.includes(authorization.slice(7))]).toEqual([path, false]);
        }
        expect([path, /\$argon2|password|key_hash|token_hash/i.test(text)]).toEqual([path, false]);
      }
    }
  });

  it('of another tenant are nowhere', async () => {
    const other = system.person('other_admin');
    for (const who of ['admin', 'canary_own']) {
      for (const path of [
        '/records/user?limit=200',
        `/records/user/${other.id}`,
        '/users',
        `/records/user?filter=${encodeURIComponent(JSON.stringify({ '==': [{ var: 'id' }, other.id] }))}&count=exact`,
      ]) {
        expect([path, (await system.call(who, 'GET', path)).text.includes(other.name)]).toEqual([path, false]);
      }
    }
  });
});

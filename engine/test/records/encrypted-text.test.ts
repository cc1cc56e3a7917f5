import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyringOf } from '../../src/kernel/seal.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { listRecords } from '../../src/records/list-records.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { listReveals, revealSecret } from '../../src/records/reveal-secret.js';
import { createRecord, updateRecord, type Values } from '../../src/records/write-record.js';
import { appConnection } from '../../src/store/connection.js';
import { DataPool } from '../../src/store/data-pool.js';
import { resealSecrets } from '../../src/store/reseal.js';
import { makeWorld, type World } from './world.js';

const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_vault_${name}`,
  object: 'vault',
  name,
  label: name,
  type: 'encrypted_text',
  ...more,
});
const role = (name: string, capabilities: string[] = []) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  ...(capabilities.length === 0 ? {} : { capabilities }),
  default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' },
});
const permission = (of: string, more: object) => ({ kind: 'permission', id: `prm_${of}`, role: of, object: 'vault', ...more });

const documents = [
  { kind: 'object', id: 'obj_vault', name: 'vault', label: 'Vault', pluralLabel: 'Vaults', nameField: 'name' },
  field('name', { type: 'text', required: true }),
  field('iban', { showLast4: true, reveal: true }),
  field('token', { maxLength: 20 }),
  field('is_checked', { type: 'boolean' }),
  {
    kind: 'validation',
    id: 'val_checked',
    object: 'vault',
    name: 'checked',
    label: 'Checked needs an IBAN',
    errorWhen: { and: [{ '==': [{ var: 'is_checked' }, true] }, { is_empty: [{ var: 'iban' }] }] },
    message: 'No IBAN to check.',
  },
  {
    kind: 'workflow',
    id: 'wfl_iban',
    name: 'on_iban',
    label: 'On IBAN',
    object: 'vault',
    trigger: { type: 'record', on: ['update'], fields: ['iban'], entry: 'every_match' },
    nodes: [{ id: 'n1', type: 'record.create@1', input: { object: 'vault', set: { name: 'made' } } }],
    start: 'n1',
    edges: [],
  },
  role('admin', ['manage_users']),
  role('opener', ['reveal_secrets']),
  role('own_opener', ['reveal_secrets']),
  permission('own_opener', { create: true, read: 'own', update: 'own' }),
  role('blind_opener', ['reveal_secrets']),
  permission('blind_opener', { read: 'all', fields: { default: 'read', only: { iban: 'none' } } }),
];

const IBAN = 'CANARY-DE89370400440532013000';

let world: World;
let admin: RequestContext;
let opener: RequestContext;
let owner: RequestContext;
let blind: RequestContext;

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  opener = await world.person('Olga', ['opener']);
  owner = await world.person('Owen', ['own_opener']);
  blind = await world.person('Ben', ['blind_opener']);
});
afterAll(() => world.close());

const add = (ctx: RequestContext, values: Values) => createRecord(ctx, 'vault', { name: 'V', ...values });
const get = async (ctx: RequestContext, id: string) => JSON.parse((await readRecord(ctx, 'vault', id)).json) as Record<string, unknown>;
const reveal = (ctx: RequestContext, id: string, name = 'iban') => revealSecret(ctx, 'vault', id, name);
const reveals = async () => (await listReveals(admin, { limit: 50, before: null })).data;
/** Everything the database holds, as text. */
const dump = async () => {
  const tables = await world.test.sql<{ t: string }>(
    `select format('%I.%I', schemaname, tablename) t from pg_tables where schemaname like 'sp%' or schemaname = 'meta'`,
  );
  const parts = await Promise.all(
    tables.map(({ t }) => world.test.sql<{ all: string | null }>(`select string_agg(x::text, ' ') as all from ${t} x`)),
  );
  return parts.map(([row]) => row?.all ?? '').join('\n');
};

describe('a secret', () => {
  it('is written, and reads as being there', async () => {
    const saved = await createRecord(admin, 'vault', { name: 'V', iban: IBAN, token: 'short' }, { read: {} });
    expect(JSON.parse(saved.json ?? '')).toMatchObject({ iban: { has_value: true, last4: '3000' }, token: { has_value: true } });
    expect((await get(admin, saved.id))['token']).toEqual({ has_value: true });
    expect((await get(opener, saved.id))['iban']).toEqual({ has_value: true, last4: '3000' });
  });

  it('is null when there is none, and can be taken away', async () => {
    const { id } = await add(admin, { iban: '' });
    expect((await get(admin, id))['iban']).toBeNull();
    await updateRecord(admin, 'vault', id, { iban: IBAN });
    await updateRecord(admin, 'vault', id, { iban: null });
    expect((await get(admin, id))['iban']).toBeNull();
  });

  it('does not show the end of a short one', async () => {
    const { id } = await add(admin, { iban: '12345678901' });
    expect((await get(admin, id))['iban']).toEqual({ has_value: true });
  });

  it('stands nowhere in the database, nor in any statement that was sent', async () => {
    world.sent();
    const { id } = await add(admin, { iban: IBAN });
    await updateRecord(admin, 'vault', id, { iban: `${IBAN}-second` });
    await reveal(opener, id);
    expect(JSON.stringify(world.sent())).not.toContain('CANARY');
    expect(await dump()).not.toContain('CANARY');
    expect(await world.test.sql('select 1 from meta.wf_run where record_id = $1', [id])).toHaveLength(1);
  });

  it('is said to have changed in the history, without its value', async () => {
    const { id } = await add(admin, { iban: IBAN });
    await updateRecord(admin, 'vault', id, { iban: 'another long secret' });
    const { data } = JSON.parse(await readHistory(admin, 'vault', id)) as { data: { changes: unknown[] }[] };
    expect(data[0]?.changes).toEqual([{ field: 'iban', label: 'iban', before: { has_value: true }, after: { has_value: true } }]);
  });

  it.each([
    ['a number', 5, 'not_text'],
    ['what was read', { has_value: true }, 'not_text'],
    ['too long a text', 'x'.repeat(21), 'too_long'],
    ['a text that can not be stored', 'a\u0000b', 'bad_characters'],
  ])('refuses %s', async (_what, token, code) => {
    await expect(add(admin, { token })).rejects.toMatchObject({ issues: [{ path: '/token', code }] });
  });

  it('is kept to rules about there being one', async () => {
    await expect(add(admin, { is_checked: true })).rejects.toMatchObject({ issues: [{ code: 'rule_broken' }] });
    await add(admin, { is_checked: true, iban: IBAN });
  });

  it.each([
    ['filtered by being empty', { filter: { is_empty: [{ var: 'iban' }] } }],
    ['filtered by value', { filter: { '==': [{ var: 'iban' }, IBAN] } }],
    ['filtered by part', { filter: { contains: [{ var: 'iban' }, 'DE'] } }],
    ['sorted by', { sort: [{ field: 'iban', direction: 'asc' as const }] }],
    ['followed', { fields: ['iban.last4'] }],
  ])('can not be %s, for anybody', async (_what, query) => {
    await expect(listRecords(opener, 'vault', query)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is not found by search', async () => {
    await add(admin, { name: 'hidden', iban: IBAN });
    expect(JSON.parse(await listRecords(admin, 'vault', { q: 'CANARY' }))).toMatchObject({ data: [] });
  });

  it('gives the same answer when a create comes twice', async () => {
    const id = '0198C0DE-3333-7000-8000-000000000000';
    expect((await createRecord(admin, 'vault', { name: 'T', iban: IBAN }, { id })).version).toBe(1);
    expect((await createRecord(admin, 'vault', { name: 'T', iban: IBAN }, { id })).version).toBe(1);
    expect(await reveal(opener, id)).toBe(IBAN);
  });
});

describe('revealing', () => {
  it('gives the value to who may, and writes down that it did', async () => {
    const { id } = await add(admin, { iban: `${IBAN} ü😀` });
    const before = (await reveals()).length;
    expect(await reveal(opener, id)).toBe(`${IBAN} ü😀`);
    const [latest] = await reveals();
    expect(latest).toMatchObject({ by: 'Olga', object: 'vault', record: id, field: 'iban', cause: 'user' });
    expect(await reveals()).toHaveLength(before + 1);
  });

  it('gives it after the recycle bin as before', async () => {
    const { id } = await add(admin, { iban: IBAN });
    await deleteRecord(admin, 'vault', id);
    await expect(reveal(opener, id)).rejects.toMatchObject({ code: 'not_found' });
    await restoreRecord(admin, 'vault', id);
    expect(await reveal(opener, id)).toBe(IBAN);
  });

  it('refuses everybody else, and notes nothing', async () => {
    const { id } = await add(admin, { iban: IBAN, token: 'abc' });
    const before = await reveals();
    await expect(reveal(admin, id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(reveal(opener, id, 'token')).rejects.toMatchObject({ code: 'forbidden' });
    const missing = await reveal(opener, '0198c0de-0000-7000-8000-000000000000').catch((error: unknown) => error);
    for (const attempt of [
      () => reveal(owner, id),
      () => reveal(blind, id),
      () => reveal(opener, id, 'name'),
      () => reveal(opener, id, 'nothing'),
      () => reveal(opener, 'x'),
    ]) {
      expect(await attempt().catch((error: unknown) => error)).toEqual(missing);
    }
    const empty = await add(admin, {});
    await expect(reveal(opener, empty.id)).rejects.toEqual(missing);
    expect(await reveals()).toEqual(before);
  });

  it('does not reach across tenants', async () => {
    const second = await world.person('Tess', ['opener'], 2);
    const { id } = await add(second, { iban: IBAN });
    await expect(reveal(opener, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await reveal(second, id)).toBe(IBAN);
    expect((await reveals()).some(({ record }) => record === id)).toBe(false);
  });

  it('opens no value that was moved or changed in the database', async () => {
    const [one, two] = [await add(admin, { iban: 'the secret of one' }), await add(admin, { iban: 'the secret of two' })];
    const column = world.column('vault', 'iban');
    const set = (id: string, sql: string) => world.test.sql(`update ${world.table('vault')} set ${column} = ${sql} where id = $1`, [id]);
    await set(one.id, `(select ${column} from ${world.table('vault')} where id = '${two.id}')`);
    await expect(reveal(opener, one.id)).rejects.toMatchObject({ code: 'conflict' });
    await set(two.id, `overlay(${column} placing case when substr(${column}, 30, 1) = 'A' then 'B' else 'A' end from 30)`);
    await expect(reveal(opener, two.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a new secret of the installation', () => {
  it('takes over every value, the deleted ones too, and can be run again', async () => {
    const [one, two] = [await add(admin, { iban: 'the first of two' }), await add(admin, { iban: 'the second of two' })];
    await deleteRecord(admin, 'vault', two.id);
    const { version: before } = await updateRecord(admin, 'vault', one.id, { name: 'same' });
    const keys = keyringOf('a new secret of the installation', [world.test.config.secret]);
    const { config } = world.test;
    const data = new DataPool({ connection: appConnection(config), size: 1, logger: config.logger, keys });
    const moved = { ...world.database, data };
    const { resealed, unopened } = await resealSecrets(moved, world.active.space);
    expect(resealed).toBeGreaterThanOrEqual(2);
    // Those that a test above moved or changed.
    expect(unopened).toBe(2);
    expect(await resealSecrets(moved, world.active.space)).toEqual({ resealed: 0, unopened: 2 });
    await expect(reveal(opener, one.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await reveal({ ...opener, data: moved.data }, one.id)).toBe('the first of two');
    await restoreRecord(admin, 'vault', two.id);
    expect(await reveal({ ...opener, data: moved.data }, two.id)).toBe('the second of two');
    expect((await get(admin, one.id))['version']).toBe(before);
    await data.close();
  });
});

describe('the keys', () => {
  const place = { tenantId: 1, object: 'o', record: 'r', field: 'f' };
  const [old, now] = ['the secret of yesterday', 'the secret of today'];

  it('open what was sealed with a former secret, and tell it from the current one', () => {
    const sealed = keyringOf(old).seal(place, 'text');
    const ring = keyringOf(now, [old]);
    expect(ring.open(place, sealed)).toBe('text');
    expect([sealed, ring.seal(place, 'text')].map((each) => each.split('.')[1] === ring.current)).toEqual([false, true]);
    expect(keyringOf(now).open(place, sealed)).toBeUndefined();
  });

  it('never seal twice alike, and open in their own place only', () => {
    const ring = keyringOf(now);
    const sealed = ring.seal(place, 'text');
    expect(ring.seal(place, 'text')).not.toBe(sealed);
    for (const other of [{ tenantId: 2 }, { object: 'x' }, { record: 'x' }, { field: 'x' }]) {
      expect(ring.open({ ...place, ...other }, sealed)).toBeUndefined();
    }
  });

  it.each(['', '1', '1.x.y', 'plain text', '1.00000000.AAAA', '2.' + 'a'.repeat(60)])('open nothing that is not sealed: %j', (text) => {
    expect(keyringOf(now).open(place, text)).toBeUndefined();
  });
});

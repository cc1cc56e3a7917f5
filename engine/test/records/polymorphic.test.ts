import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenMetadata } from '../../src/catalog/describe.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { listRecords } from '../../src/records/list-records.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord, updateRecord, type Values } from '../../src/records/write-record.js';
import { linkDocuments } from './links-documents.js';
import { makeWorld, type World } from './world.js';

let world: World;
let admin: RequestContext;
let writer: RequestContext;
let blind: RequestContext;
let topic: string;
let closed: string;
let article: string;

beforeAll(async () => {
  world = await makeWorld(linkDocuments);
  admin = await world.person('Ada', ['admin']);
  writer = await world.person('Will', ['writer']);
  blind = await world.person('Ben', ['blind']);
  topic = (await createRecord(admin, 'topic', { name: 'Art' })).id;
  closed = (await createRecord(admin, 'topic', { name: 'Closed', is_open: false })).id;
  article = (await createRecord(admin, 'article', { name: 'Story' })).id;
});
afterAll(() => world.close());

const add = (ctx: RequestContext, values: Values) => createRecord(ctx, 'remark', { name: 'R', ...values });
const get = async (ctx: RequestContext, id: string) => JSON.parse((await readRecord(ctx, 'remark', id)).json) as Record<string, unknown>;
const names = async (ctx: RequestContext, filter: unknown, object = 'remark') =>
  (
    JSON.parse(await listRecords(ctx, object, { filter, sort: [{ field: 'name', direction: 'asc' }] })) as { data: { name: string }[] }
  ).data.map(({ name }) => name);
const MISSING = { issues: [{ path: '/about', code: 'lookup_missing', message: 'There is no such record.' }] };

describe('a link to a record of one of several objects', () => {
  it('is written as object and id and reads with the label', async () => {
    const saved = await createRecord(admin, 'remark', { name: 'R', about: { object: 'article', id: article.toUpperCase() } }, { read: {} });
    expect(JSON.parse(saved.json ?? '')).toMatchObject({ about: { object: 'article', id: article, label: 'Story' } });
    await updateRecord(admin, 'remark', saved.id, { about: { object: 'topic', id: topic } });
    expect((await get(admin, saved.id))['about']).toEqual({ object: 'topic', id: topic, label: 'Art' });
    expect((await updateRecord(admin, 'remark', saved.id, { about: { object: 'topic', id: topic } })).version).toBe(2);
    await updateRecord(admin, 'remark', saved.id, { about: null });
    expect((await get(admin, saved.id))['about']).toBeNull();
  });

  it('links to people', async () => {
    const { id } = await add(writer, { about: { object: 'user', id: admin.actor.userId } });
    expect((await get(writer, id))['about']).toEqual({ object: 'user', id: admin.actor.userId, label: 'Ada' });
  });

  it.each<[string, () => unknown, string]>([
    ['an id that is of another object', () => ({ object: 'article', id: topic }), 'lookup_missing'],
    ['a record that may not be read', () => ({ object: 'topic', id: closed }), 'lookup_missing'],
    ['a record that is not there', () => ({ object: 'topic', id: '0198c0de-0000-7000-8000-000000000000' }), 'lookup_missing'],
    ['an object it does not point to', () => ({ object: 'remark', id: topic }), 'not_a_target'],
    ['an object that does not exist', () => ({ object: 'nothing', id: topic }), 'not_a_target'],
    ['a bare id', () => topic, 'not_a_link'],
    ['more than the two', () => ({ object: 'topic', id: topic, extra: 1 }), 'wrong_type'],
  ])('refuses %s', async (_what, about, code) => {
    await expect(add(writer, { about: about() })).rejects.toMatchObject({ issues: [{ path: '/about', code }] });
    const { id } = await add(writer, {});
    await expect(updateRecord(writer, 'remark', id, { about: about() })).rejects.toMatchObject({ issues: [{ path: '/about', code }] });
  });

  it('refuses records of another tenant', async () => {
    const second = await world.person('Tess', ['admin'], 2);
    const foreign = await createRecord(second, 'topic', { name: 'Foreign' });
    await expect(add(admin, { about: { object: 'topic', id: foreign.id } })).rejects.toMatchObject(MISSING);
  });

  it('gives the same answer when a create comes twice', async () => {
    const id = '0198c0de-2222-7000-8000-000000000000';
    const values = { name: 'Twice', about: { object: 'topic', id: topic } };
    expect((await createRecord(admin, 'remark', values, { id })).version).toBe(1);
    expect((await createRecord(admin, 'remark', values, { id })).version).toBe(1);
  });

  it('judges rules by what it points to', async () => {
    await expect(add(admin, { name: 'not on topics', about: { object: 'topic', id: topic } })).rejects.toMatchObject({
      issues: [{ code: 'rule_broken' }],
    });
    await add(admin, { name: 'not on topics', about: { object: 'article', id: article } });
  });
});

describe('what the caller may not read', () => {
  it('is null, without id or label', async () => {
    const { id } = await add(admin, { name: 'on closed', about: { object: 'topic', id: closed } });
    expect((await get(writer, id))['about']).toBeNull();
    expect(JSON.stringify(await get(writer, id))).not.toContain(closed);
    const here = (condition: unknown) => ({ and: [{ '==': [{ var: 'name' }, 'on closed'] }, condition] });
    const asked = async (condition: unknown) => [
      (await names(writer, here(condition))).length,
      (await names(admin, here(condition))).length,
    ];
    expect(await asked({ is_a: [{ var: 'about' }, ['topic', 'article']] })).toEqual([0, 1]);
    expect(await asked({ is_empty: [{ var: 'about' }] })).toEqual([1, 0]);
  });

  it('is refused as a field like one that is not there', async () => {
    const { id } = await add(admin, { about: { object: 'topic', id: topic } });
    expect(await get(blind, id)).not.toHaveProperty('about');
    for (const filter of [{ is_empty: [{ var: 'about' }] }, { is_a: [{ var: 'about' }, 'topic'] }, { '==': [{ var: 'about' }, topic] }]) {
      await expect(names(blind, filter)).rejects.toMatchObject({ code: 'malformed' });
    }
    await expect(listRecords(blind, 'remark', { fields: ['about'] })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('does not show in the history, and labels are those of today', async () => {
    const { id } = await add(admin, { about: { object: 'topic', id: topic } });
    await updateRecord(admin, 'remark', id, { about: { object: 'topic', id: closed } });
    const change = async (ctx: RequestContext) =>
      (JSON.parse(await readHistory(ctx, 'remark', id)) as { data: { changes: unknown[] }[] }).data[0]?.changes;
    const art = { object: 'topic', id: topic, label: 'Art' };
    expect(await change(admin)).toMatchObject([{ field: 'about', before: art, after: { object: 'topic', label: 'Closed' } }]);
    expect(await change(writer)).toMatchObject([{ field: 'about', before: art, after: null }]);
  });

  it('is not told as a target of the field', () => {
    const target = (ctx: RequestContext) =>
      screenMetadata(ctx.active, ctx.actor)
        .objects.find(({ name }) => name === 'remark')
        ?.fields.find(({ name }) => name === 'about')?.targets;
    expect(target(admin)).toEqual(['topic', 'article', 'user']);
    expect(target(blind)).toBeUndefined();
  });
});

describe('conditions and lists', () => {
  it('asks by object and by id', async () => {
    const own = await createRecord(admin, 'topic', { name: 'Asked' });
    await add(admin, { name: 'q topic', about: { object: 'topic', id: own.id } });
    await add(admin, { name: 'q article', about: { object: 'article', id: article } });
    await add(admin, { name: 'q none' });
    const q = (condition: unknown) => names(admin, { and: [{ starts_with: [{ var: 'name' }, 'q '] }, condition] });
    expect(await q({ is_a: [{ var: 'about' }, 'topic'] })).toEqual(['q topic']);
    expect(await q({ is_a: [{ var: 'about' }, ['topic', 'article']] })).toEqual(['q article', 'q topic']);
    expect(await q({ '!': { is_a: [{ var: 'about' }, 'topic'] } })).toEqual(['q article', 'q none']);
    expect(await q({ '==': [{ var: 'about' }, own.id] })).toEqual(['q topic']);
    expect(await q({ is_empty: [{ var: 'about' }] })).toEqual(['q none']);
    await expect(q({ is_a: [{ var: 'about' }, 'remark'] })).rejects.toMatchObject({ code: 'malformed' });
    await expect(q({ is_a: [{ var: 'name' }, 'topic'] })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is a relation of each object it points to', async () => {
    const own = await createRecord(admin, 'topic', { name: 'With remarks' });
    await add(admin, { name: 'listed', about: { object: 'topic', id: own.id } });
    // The same id on an object of another kind: ids are chosen by callers.
    await createRecord(admin, 'article', { name: 'Same id' }, { id: own.id });
    const remarks = async (object: string) =>
      JSON.parse(
        (await readRecord(admin, object, own.id, { include: [{ relation: 'remarks', limit: 5, sort: [], fields: ['name'] }] })).json,
      ) as unknown;
    expect(await remarks('topic')).toMatchObject({ remarks: { data: [{ name: 'listed' }] } });
    expect(await remarks('article')).toMatchObject({ remarks: { data: [] } });
    const listed = { any: ['remarks', { '==': [{ var: 'name' }, 'listed'] }] };
    expect(await names(admin, listed, 'topic')).toEqual(['With remarks']);
    expect(await names(admin, listed, 'article')).toEqual([]);
  });

  it('can not be sorted by', async () => {
    await expect(listRecords(admin, 'remark', { sort: [{ field: 'about', direction: 'asc' }] })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

describe('deleting what it points to', () => {
  it('shows nothing, until the record is back', async () => {
    const own = await createRecord(admin, 'topic', { name: 'Goes' });
    const { id } = await add(admin, { about: { object: 'topic', id: own.id } });
    await deleteRecord(admin, 'topic', own.id);
    expect((await get(admin, id))['about']).toBeNull();
    await updateRecord(admin, 'remark', id, { name: 'untouched link' });
    await restoreRecord(admin, 'topic', own.id);
    expect((await get(admin, id))['about']).toMatchObject({ label: 'Goes' });
  });

  it('holds every table of every statement to the tenant', () => {
    expect(world.aliasesWithoutTenant()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenMetadata } from '../../src/catalog/describe.js';
import { listRecords } from '../../src/records/list-records.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
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
const topics: Record<'art' | 'bees' | 'closed', string> = { art: '', bees: '', closed: '' };

beforeAll(async () => {
  world = await makeWorld(linkDocuments);
  admin = await world.person('Ada', ['admin']);
  writer = await world.person('Will', ['writer']);
  blind = await world.person('Ben', ['blind']);
  topics.art = (await createRecord(admin, 'topic', { name: 'Art', rank: 1 })).id;
  topics.bees = (await createRecord(admin, 'topic', { name: 'Bees', rank: 2 })).id;
  topics.closed = (await createRecord(admin, 'topic', { name: 'Closed', is_open: false, rank: 3 })).id;
});
afterAll(() => world.close());

type Link = { id: string; label: string | null };
const add = (ctx: RequestContext, values: Values) => createRecord(ctx, 'article', { name: 'A', ...values });
const get = async (ctx: RequestContext, id: string, object = 'article') =>
  JSON.parse((await readRecord(ctx, object, id)).json) as Record<string, unknown>;
const labels = async (ctx: RequestContext, id: string) => ((await get(ctx, id))['topics'] as Link[] | null)?.map(({ label }) => label);
const names = async (ctx: RequestContext, filter: unknown, object = 'article') =>
  (
    JSON.parse(await listRecords(ctx, object, { filter, sort: [{ field: 'name', direction: 'asc' }] })) as { data: { name: string }[] }
  ).data.map(({ name }) => name);
const stored = async (id: string, field = 'topics') =>
  (
    await world.test.sql<{ ids: string[] | null }>(
      `select ${world.column('article', field)} ids from ${world.table('article')} where id = $1`,
      [id],
    )
  )[0]?.ids;

describe('a field that links to many records', () => {
  it('reads as id and label, by label, whatever the order and repeats it was written with', async () => {
    const { id, json } = await createRecord(
      admin,
      'article',
      { name: 'A', topics: [topics.bees, topics.art, topics.bees.toUpperCase()] },
      { read: {} },
    );
    const links = [
      { id: topics.art, label: 'Art' },
      { id: topics.bees, label: 'Bees' },
    ];
    expect(JSON.parse(json ?? '')).toMatchObject({ topics: links });
    expect(await get(admin, id)).toMatchObject({ topics: links });
    expect(await names(admin, { '==': [{ var: 'id' }, id] })).toEqual(['A']);
  });

  it.each([
    ['none', []],
    ['nothing', null],
  ])('is empty with %s', async (_what, given) => {
    const { id } = await add(admin, { topics: given });
    expect((await get(admin, id))['topics']).toBeNull();
  });

  it('says nothing changed when the same links come in another order', async () => {
    const { id } = await add(admin, { topics: [topics.art, topics.bees] });
    expect((await updateRecord(admin, 'article', id, { topics: [topics.bees, topics.art] })).version).toBe(1);
    expect((await updateRecord(admin, 'article', id, { topics: [topics.bees] })).version).toBe(2);
  });

  it('is written, with history, outbox and runs, by one statement', async () => {
    const { id } = await add(admin, { topics: [topics.art] });
    const runs = () => world.test.sql<{ n: number }>(`select count(*)::int n from meta.wf_run where record_id = $1`, [id]);
    world.sent();
    await updateRecord(admin, 'article', id, { topics: [topics.art, topics.bees] });
    expect(world.sent()).toHaveLength(1);
    expect((await runs())[0]?.n).toBe(1);
    await updateRecord(admin, 'article', id, { name: 'other' });
    expect((await runs())[0]?.n).toBe(1);
  });

  it.each<[string, () => unknown, string]>([
    ['a record that is not there', () => ['0198c0de-0000-7000-8000-000000000000'], 'lookup_missing'],
    ['one that may not be read', () => [topics.art, topics.closed], 'lookup_missing'],
    ['an id that is none', () => ['x'], 'not_an_id'],
    ['no list', () => topics.art, 'not_a_list'],
    ['objects', () => [{ id: topics.art }], 'not_an_id'],
    ['too many', () => Array.from({ length: 201 }, (_, n) => `0198c0de-0000-7000-8000-${String(n).padStart(12, '0')}`), 'too_many'],
  ])('refuses %s', async (_what, given, code) => {
    await expect(add(writer, { topics: given() })).rejects.toMatchObject({ issues: [{ path: '/topics', code }] });
    const { id } = await add(writer, {});
    await expect(updateRecord(writer, 'article', id, { topics: given() })).rejects.toMatchObject({ issues: [{ path: '/topics', code }] });
  });

  it('holds only records that meet its condition, judged when they are linked and when what it reads changes', async () => {
    const refused = {
      issues: [{ path: '/ranked', code: 'lookup_not_allowed', message: 'Not every topic given can be chosen in ranked.' }],
    };
    await expect(add(admin, { reach: 1, ranked: [topics.art, topics.bees] })).rejects.toMatchObject(refused);
    await expect(add(admin, { ranked: [topics.art] })).rejects.toMatchObject(refused);
    const { id } = await add(admin, { reach: 2, ranked: [topics.art, topics.bees] });
    await expect(updateRecord(admin, 'article', id, { ranked: [topics.art, topics.closed] })).rejects.toMatchObject(refused);
    await expect(updateRecord(admin, 'article', id, { reach: 1 })).rejects.toMatchObject(refused);
    await updateRecord(admin, 'article', id, { reach: 1, ranked: [topics.art] });
    // What came to break it by itself stays, as with a single link, and can be taken away; anew it can not be given.
    await updateRecord(admin, 'topic', topics.art, { name: 'barred' });
    await updateRecord(admin, 'article', id, { name: 'B', ranked: [topics.art] });
    await updateRecord(admin, 'article', id, { ranked: [] });
    await expect(updateRecord(admin, 'article', id, { ranked: [topics.art] })).rejects.toMatchObject(refused);
    await updateRecord(admin, 'topic', topics.art, { name: 'Art' });
  });

  it('says nothing by its condition of a record that the caller may not read', async () => {
    await expect(add(writer, { reach: 1, ranked: [topics.closed] })).rejects.toMatchObject({
      issues: [{ path: '/ranked', code: 'lookup_missing' }],
    });
    const { id } = await add(admin, { reach: 3, ranked: [topics.art, topics.closed] });
    await updateRecord(writer, 'article', id, { reach: 1 });
    expect(await stored(id, 'ranked')).toEqual([topics.art, topics.closed].sort());
  });

  it('refuses records of another tenant', async () => {
    const second = await world.person('Tess', ['admin'], 2);
    const foreign = await createRecord(second, 'topic', { name: 'Foreign' });
    await expect(add(admin, { topics: [foreign.id] })).rejects.toMatchObject({ issues: [{ path: '/topics', code: 'lookup_missing' }] });
  });

  it('gives the same answer when a create comes twice', async () => {
    const id = '0198c0de-1111-7000-8000-000000000000';
    const values = { name: 'Twice', topics: [topics.bees, topics.art] };
    expect((await createRecord(admin, 'article', values, { id })).version).toBe(1);
    expect((await createRecord(admin, 'article', values, { id })).version).toBe(1);
    await expect(createRecord(admin, 'article', { ...values, topics: [topics.art] }, { id })).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('links to people, and keeps one who has left', async () => {
    const { id } = await add(admin, { people: [writer.actor.userId, admin.actor.userId] });
    expect((await get(admin, id))['people']).toMatchObject([{ label: 'Ada' }, { label: 'Will' }]);
    const gone = await world.person('Gone', ['writer']);
    await updateRecord(admin, 'article', id, { people: [gone.actor.userId] });
    await world.test.sql('update meta.user set is_active = false where id = $1', [gone.actor.userId]);
    await updateRecord(admin, 'article', id, { people: [gone.actor.userId, writer.actor.userId] });
    await expect(add(admin, { people: [gone.actor.userId] })).rejects.toMatchObject({
      issues: [{ path: '/people', code: 'lookup_missing' }],
    });
  });
});

describe('what the caller may not read', () => {
  it('is not told by the condition of the field: who reads the records gets it for the picker', () => {
    const told = (ctx: RequestContext) =>
      screenMetadata(ctx.active, ctx.actor)
        .objects.find(({ name }) => name === 'article')
        ?.fields.find(({ name }) => name === 'ranked');
    expect(told(writer)).toMatchObject({ targets: ['topic'], where: { and: [{ '<=': [{ var: 'rank' }, { var: '$record.reach' }] }, {}] } });
    expect(told(blind)?.where).toBeUndefined();
  });

  it('is not among the links, and is not taken away by who does not see it', async () => {
    const { id } = await add(admin, { topics: [topics.art, topics.closed] });
    expect(await labels(writer, id)).toEqual(['Art']);
    await updateRecord(writer, 'article', id, { topics: [topics.bees] });
    expect(await labels(writer, id)).toEqual(['Bees']);
    expect(await labels(admin, id)).toEqual(['Bees', 'Closed']);
    await updateRecord(writer, 'article', id, { topics: null });
    expect((await get(writer, id))['topics']).toBeNull();
    expect(await labels(admin, id)).toEqual(['Closed']);
  });

  it('can not be found out by giving it: linked or not, the answer is one', async () => {
    const linked = await add(admin, { topics: [topics.closed] });
    const plain = await add(admin, {});
    const tell = (id: string) => updateRecord(writer, 'article', id, { topics: [topics.closed] }).catch((error: unknown) => error);
    expect(await tell(linked.id)).toEqual(await tell(plain.id));
  });

  it('counts in no filter', async () => {
    await add(admin, { name: 'only closed', topics: [topics.closed] });
    const here = (condition: unknown) => ({ and: [{ '==': [{ var: 'name' }, 'only closed'] }, condition] });
    const asked = async (condition: unknown) => [
      (await names(writer, here(condition))).length,
      (await names(admin, here(condition))).length,
    ];
    expect(await asked({ contains: [{ var: 'topics' }, topics.closed] })).toEqual([0, 1]);
    expect(await asked({ is_empty: [{ var: 'topics' }] })).toEqual([1, 0]);
    expect(await asked({ any: ['topics', { '>': [{ var: 'rank' }, 0] }] })).toEqual([0, 1]);
    expect(await asked({ none: ['topics', { '>': [{ var: 'rank' }, 0] }] })).toEqual([1, 0]);
  });

  it('is refused as a field like one that is not there', async () => {
    const { id } = await add(admin, { topics: [topics.art] });
    expect(await get(blind, id)).not.toHaveProperty('topics');
    for (const filter of [{ is_empty: [{ var: 'topics' }] }, { any: ['topics', true] }, { contains: [{ var: 'topics' }, topics.art] }]) {
      await expect(names(blind, filter)).rejects.toMatchObject({ code: 'malformed' });
    }
    await expect(add(blind, { topics: [topics.art] })).rejects.toMatchObject({ issues: [{ path: '/topics', code: 'unknown_field' }] });
  });

  it('shows in the history only what may be read', async () => {
    const { id } = await add(admin, { topics: [topics.art] });
    await updateRecord(admin, 'article', id, { topics: [topics.bees, topics.closed] });
    const change = async (ctx: RequestContext) =>
      (JSON.parse(await readHistory(ctx, 'article', id)) as { data: { changes: { field: string; before: Link[]; after: Link[] }[] }[] })
        .data[0]?.changes;
    expect(await change(admin)).toMatchObject([
      { field: 'topics', before: [{ label: 'Art' }], after: [{ label: 'Bees' }, { label: 'Closed' }] },
    ]);
    expect((await change(writer))?.[0]?.after).toEqual([{ id: topics.bees, label: 'Bees' }]);
    expect(JSON.stringify(await change(blind))).not.toContain('topics');
  });
});

describe('conditions and lists', () => {
  it('looks through the links both ways', async () => {
    const topic = await createRecord(admin, 'topic', { name: 'Both', rank: 77 });
    await add(admin, { name: 'both one', topics: [topic.id, topics.art] });
    await add(admin, { name: 'both two', topics: [topic.id] });
    expect(await names(admin, { any: ['topics', { '==': [{ var: 'rank' }, 77] }] })).toEqual(['both one', 'both two']);
    expect(
      await names(admin, { and: [{ contains: [{ var: 'topics' }, topic.id] }, { all: ['topics', { '==': [{ var: 'rank' }, 77] }] }] }),
    ).toEqual(['both two']);
    expect(await names(admin, { any: ['articles', { '==': [{ var: 'name' }, 'both one'] }] }, 'topic')).toEqual(['Art', 'Both']);
    expect(await names(admin, { and: [{ contains: [{ var: 'topics' }, topic.id] }, { '==': [{ count: ['topics'] }, 2] }] })).toEqual([
      'both one',
    ]);
    expect(await names(admin, { and: [{ '==': [{ var: 'rank' }, 77] }, { '==': [{ count: ['articles'] }, 2] }] }, 'topic')).toEqual([
      'Both',
    ]);
    expect(await names(admin, { in: [topic.id, { var: 'topics' }] })).toEqual(['both one', 'both two']);
  });

  it('lists on the other side', async () => {
    const topic = await createRecord(admin, 'topic', { name: 'Listed' });
    await add(admin, { name: 'listed one', topics: [topic.id, topics.art] });
    const { json } = await readRecord(admin, 'topic', topic.id, {
      include: [{ relation: 'articles', limit: 5, sort: [], fields: ['name'] }],
    });
    expect(JSON.parse(json)).toMatchObject({ articles: { data: [{ name: 'listed one' }], hasMore: false } });
  });

  it('judges rules over the links', async () => {
    await expect(add(admin, { is_done: true })).rejects.toMatchObject({ issues: [{ path: '/topics', code: 'rule_broken' }] });
    const { id } = await add(admin, { is_done: true, topics: [topics.art] });
    await expect(updateRecord(admin, 'article', id, { topics: [] })).rejects.toMatchObject({
      issues: [{ path: '/topics', code: 'rule_broken' }],
    });
  });

  it.each([
    ['sorted by', { sort: [{ field: 'topics', direction: 'asc' as const }] }],
    ['followed', { fields: ['topics.name'] }],
  ])('can not be %s', async (_what, query) => {
    await expect(listRecords(admin, 'article', query)).rejects.toMatchObject({ code: 'malformed' });
  });
});

describe('deleting what is linked', () => {
  it('hides the link, and brings it back with the record', async () => {
    const topic = await createRecord(admin, 'topic', { name: 'Comes back' });
    const { id } = await add(admin, { topics: [topic.id, topics.art] });
    await deleteRecord(admin, 'topic', topic.id);
    expect(await labels(admin, id)).toEqual(['Art']);
    expect(await names(admin, { contains: [{ var: 'topics' }, topic.id] })).toEqual([]);
    await updateRecord(admin, 'article', id, { topics: [topics.bees] });
    await restoreRecord(admin, 'topic', topic.id);
    expect(await labels(admin, id)).toEqual(['Bees', 'Comes back']);
  });

  it('keeps the links of a record that was in the recycle bin itself', async () => {
    const { id } = await add(admin, { topics: [topics.art] });
    await deleteRecord(admin, 'article', id);
    await restoreRecord(admin, 'article', id);
    expect(await labels(admin, id)).toEqual(['Art']);
  });
});

describe('several at once', () => {
  it('ends with the links of one writer, never with a mixture', async () => {
    const { id } = await add(admin, {});
    const sets = [[topics.art], [topics.bees], [topics.art, topics.bees], []];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(sets.map((set) => updateRecord(admin, 'article', id, { topics: set })));
      const ids = (await stored(id)) ?? [];
      expect(sets.map((set) => set.toSorted().join())).toContain(ids.join());
    }
  });

  it('holds every table of every statement to the tenant', () => {
    expect(world.aliasesWithoutTenant()).toEqual([]);
  });
});

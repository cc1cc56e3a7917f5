import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recentParts } from '../../src/app/recent-parts.js';
import { searchRoutes } from '../../src/http/routes/search.js';
import type { RequestScope } from '../../src/http/route.js';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { dropRecent, dropSearch, keepSearch, noteOpened, recentOf } from '../../src/records/recent.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { LIMITS } from '../../src/model/limits.js';
import { makeWorld, type World } from './world.js';

const field = (of: string, name: string) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type: 'text',
  searchable: true,
});
const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'name' });
const role = (name: string, fallback: object) => ({ kind: 'role', id: `rol_${name}`, name, label: name, default: fallback });
const documents = [
  object('firm'),
  field('firm', 'name'),
  object('vault'),
  field('vault', 'name'),
  role('boss', { read: 'all', create: true, update: 'all', delete: 'all', fields: 'edit' }),
  role('rep', { read: 'own', create: true, update: 'own', delete: 'own', fields: 'edit' }),
  { kind: 'permission', id: 'prm_rep_vault', role: 'rep', object: 'vault', read: 'none' },
];

let world: World;
let boss: RequestContext;
let rep: RequestContext;
beforeAll(async () => {
  world = await makeWorld(documents);
}, 60_000);
afterAll(() => world.close());
beforeEach(async () => {
  boss = await world.person('Ada', ['boss']);
  rep = await world.person('Rob', ['rep']);
});

const recent = (ctx: RequestContext) => recentOf(ctx, world.database.pool);
const open = (ctx: RequestContext, of: string, id: string) => noteOpened(ctx, world.database.pool, { object: of, id });
const note = (ctx: RequestContext, input: object, isKept = false) =>
  keepSearch(ctx, world.database.pool, input as Record<string, unknown>, isKept);

describe('what somebody opened and looked for', () => {
  it('comes back to them alone, the latest first, each once', async () => {
    const [a, b] = [await createRecord(boss, 'firm', { name: 'Acme' }), await createRecord(boss, 'vault', { name: 'Gold' })];
    await open(boss, 'firm', a.id);
    await open(boss, 'vault', b.id);
    await open(boss, 'firm', a.id);
    await note(boss, { q: 'gold' });
    await note(boss, { q: 'acme', object: 'firm' });
    await note(boss, { q: '  gold ' });
    expect(await recent(boss)).toEqual({
      records: [
        { object: 'firm', id: a.id, label: 'Acme' },
        { object: 'vault', id: b.id, label: 'Gold' },
      ],
      searches: [
        { id: expect.any(String) as string, q: 'gold', object: null, name: null },
        { id: expect.any(String) as string, q: 'acme', object: 'firm', name: null },
      ],
      saved: [],
    });
    expect(await recent(rep)).toEqual({ records: [], searches: [], saved: [] });
    await dropRecent(boss, world.database.pool);
    expect(await recent(boss)).toEqual({ records: [], searches: [], saved: [] });
  });

  it('is judged anew whenever it is shown', async () => {
    const own = await createRecord(rep, 'firm', { name: 'Mine' });
    const gone = await createRecord(rep, 'firm', { name: 'Gone' });
    const other = await createRecord(boss, 'firm', { name: 'Not mine' });
    const hidden = await createRecord(boss, 'vault', { name: 'Gold' });
    for (const { id } of [own, gone, other]) await open(rep, 'firm', id);
    // Whoever may not read the object is told what they would be told of one that is not there.
    const unknown = await open(rep, 'nothing', hidden.id).catch((error: unknown) => error as Error);
    await expect(open(rep, 'vault', hidden.id)).rejects.toEqual(unknown);
    await expect(note(rep, { q: 'x', object: 'vault' })).rejects.toEqual(unknown);
    await deleteRecord(rep, 'firm', gone.id);
    await updateRecord(rep, 'firm', own.id, { name: 'Mine, renamed' });
    expect((await recent(rep)).records).toEqual([{ object: 'firm', id: own.id, label: 'Mine, renamed' }]);
    await updateRecord(boss, 'firm', own.id, { owner: boss.actor.userId });
    expect((await recent(rep)).records).toEqual([]);
  });

  it('keeps a search by a name until it is taken away', async () => {
    await note(boss, { q: 'gold' });
    const kept = await note(boss, { q: 'gold', name: ' Treasure ' }, true);
    expect(kept).toMatchObject({ q: 'gold', object: null, name: 'Treasure' });
    // Made again it stays kept.
    await note(boss, { q: 'gold' });
    expect(await recent(boss)).toMatchObject({ searches: [], saved: [{ id: kept.id, name: 'Treasure' }] });
    await dropRecent(boss, world.database.pool);
    expect((await recent(boss)).saved).toHaveLength(1);
    await expect(dropSearch(rep, world.database.pool, kept.id)).rejects.toMatchObject({ code: 'not_found' });
    await dropSearch(boss, world.database.pool, kept.id);
    expect((await recent(boss)).saved).toEqual([]);
  });

  it('is bounded: thirty records, twenty searches, saved_searches', async () => {
    const ids = Array.from({ length: 33 }, () => newId());
    for (const id of ids) await open(boss, 'firm', id);
    for (const id of ids) await note(boss, { q: id });
    const count = async (table: string) =>
      Number(
        (await world.test.sql<{ n: string }>(`select count(*) as n from meta.${table} where user_id = $1`, [boss.actor.userId]))[0]?.n,
      );
    expect(await count('recent_record')).toBe(30);
    expect(await count('search_text')).toBe(20);
    const { max } = LIMITS.saved_searches;
    for (let n = 0; n < max; n += 1) await note(boss, { q: `kept ${n}`, name: 'Kept' }, true);
    await expect(note(boss, { q: 'one more', name: 'Kept' }, true)).rejects.toMatchObject({ code: 'limit_exceeded' });
    // One that is kept already can get another name.
    expect(await note(boss, { q: 'kept 1', name: 'Renamed' }, true)).toMatchObject({ name: 'Renamed' });
  });

  it.each<[what: string, input: object, paths: string[]]>([
    ['nothing', {}, ['/q', '/name']],
    ['something else', { q: 'x', name: 'x', color: 'red' }, ['/color']],
    ['no text', { q: ' ', name: '' }, ['/q', '/name']],
    ['a number', { q: 7, name: 'x' }, ['/q']],
    ['too long a name', { q: 'x', name: 'n'.repeat(121) }, ['/name']],
  ])('refuses %s, all at once', async (_what, input, paths) => {
    const error = await note(boss, input, true).catch((failure: unknown) => failure as { issues: { path: string }[] });
    expect((error as { issues: { path: string }[] }).issues.map(({ path }) => path)).toEqual(paths);
  });

  it('is not shown to whoever looks at the screens of somebody', async () => {
    const firm = await createRecord(boss, 'firm', { name: 'Acme' });
    await open(boss, 'firm', firm.id);
    const route = searchRoutes(() => boss, recentParts(world.database.pool)).find(
      ({ path, method }) => path === '/search/recent' && method === 'GET',
    );
    const answer = (viewer: object) => route?.handler({ caller: viewer } as unknown as RequestScope);
    expect(await answer({})).toMatchObject({ value: { records: [{ label: 'Acme' }] } });
    expect(await answer({ viewer: { id: newId() } })).toEqual({ value: { records: [], searches: [], saved: [] } });
  });
});

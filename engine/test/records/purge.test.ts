import type { BinPurgeAnswer } from '@fieldstone/metadata/types/wire.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyBin } from '../../src/app/empty-bin.js';
import { newId } from '../../src/kernel/ids.js';
import { silentLogger } from '../../src/kernel/logger.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { parsePurge, type PurgeRequest } from '../../src/records/parse-purge.js';
import { previewPurge, purgeRecords } from '../../src/records/purge-records.js';
import { readRecord } from '../../src/records/read-record.js';
import { readBin } from '../../src/records/recycle-bin.js';
import { undoOperation } from '../../src/records/undo-operation.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { linkDocuments } from './links-documents.js';
import { documents } from './world-documents.js';
import { makeWorld, type World } from './world.js';

type Json = Record<string, unknown>;
/** Administrators may purge everything, reps what they own. */
const withPurge = (all: readonly Json[]): Json[] =>
  all.map((document) => {
    if (document['kind'] === 'role' && document['name'] === 'admin')
      return { ...document, default: { ...(document['default'] as Json), actions: ['*'] } };
    return document['id'] === 'prm_rep_project' ? { ...document, actions: ['purge'] } : document;
  });

let world: World;
let admin: RequestContext;
let rep: RequestContext;

beforeAll(async () => {
  world = await makeWorld(withPurge(documents));
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

const purge = (ctx: RequestContext, request: PurgeRequest, of = world): Promise<BinPurgeAnswer> =>
  purgeRecords(ctx, of.database.pool, request);
const one = (object: string, id: string): PurgeRequest => ({ records: [{ object, id }] });
const rows = async (of: World, object: string, id: string) =>
  (await of.test.sql(`select count(*)::int as n from ${of.table(object)} where id = $1`, [id]))[0]?.['n'];
const kept = async (id: string, of = world) =>
  (
    await of.test.sql(
      `select (select count(*) from sp1.sys_history where record_id = $1)::int as history, (select count(*) from sp1.sys_outbox where record_id = $1)::int as outbox,
              (select count(*) from meta.record_share where record_id = $1)::int as shares, (select count(*) from meta.recent_record where record_id = $1)::int as recent`,
      [id],
    )
  )[0];
const labels = async (ctx: RequestContext, q: string) =>
  (JSON.parse(await readBin(ctx, { q })) as { data: { label: string }[] }).data.map(({ label }) => label);
const gone = async (ctx: RequestContext, object: string, values: Json) => {
  const { id } = await createRecord(ctx, object, values);
  const { operation = '' } = await deleteRecord(ctx, object, id);
  return { id, operation };
};

describe('deleting for good', () => {
  it('destroys a record with all that is part of it, its history, events and shares, and keeps that in the audit', async () => {
    const project = await createRecord(admin, 'project', { name: 'Whole' });
    const early = await createRecord(admin, 'task', { title: 'deleted earlier', project: project.id });
    const part = await createRecord(admin, 'task', { title: 'part', project: project.id });
    await world.test.sql(
      `insert into meta.record_share (tenant_id, object_id, record_id, principal_id, shared_by) values (1, 'obj_project', $1, $2, $2)`,
      [project.id, rep.actor.userId],
    );
    await world.test.sql(`insert into meta.recent_record (tenant_id, user_id, object_id, record_id) values (1, $2, 'obj_project', $1)`, [
      project.id,
      admin.actor.userId,
    ]);
    await deleteRecord(admin, 'task', early.id);
    const { operation } = await deleteRecord(admin, 'project', project.id);
    expect(await previewPurge(admin, one('project', project.id))).toEqual({
      records: 1,
      isCapped: false,
      parts: [{ object: 'task', label: 'tasks', count: 2 }],
      until: null,
    });
    expect(await purge(admin, one('project', project.id))).toEqual({ purged: 1, failed: [], next: null });
    for (const [object, id] of [
      ['project', project.id],
      ['task', part.id],
      ['task', early.id],
    ] as const) {
      expect(await rows(world, object, id)).toBe(0);
      expect(await kept(id)).toEqual({ history: 0, outbox: 0, shares: 0, recent: 0 });
    }
    expect(await world.test.sql(`select actor, subject, detail from meta.audit where action = 'record.purge'`)).toEqual([
      { actor: admin.actor.userId, subject: `obj_project:${project.id}`, detail: { operation } },
    ]);
    await expect(readRecord(admin, 'project', project.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is for those alone who may do it, with what they see', async () => {
    const own = await gone(rep, 'project', { name: 'Of Rob' });
    const other = await gone(admin, 'project', { name: 'Of Ada' });
    const live = await createRecord(admin, 'company', { name: 'Live' });
    const stranger = await world.person('Tom', ['admin'], 2);
    const viewer = await world.person('Vera', ['viewer', 'own']);
    for (const [who, object, id, code] of [
      [stranger, 'project', own.id, 'not_found'],
      [viewer, 'project', own.id, 'forbidden'],
      [rep, 'project', other.id, 'not_found'],
      [rep, 'company', live.id, 'forbidden'],
      [rep, 'nothing', live.id, 'not_found'],
      [admin, 'company', live.id, 'not_found'],
      [admin, 'company', newId(), 'not_found'],
    ] as const) {
      expect(await purge(who, one(object, id))).toMatchObject({ purged: 0, failed: [{ object, id, code }] });
      expect(await previewPurge(who, one(object, id))).toMatchObject({ records: 0, parts: [] });
    }
    await expect(purge(rep, { all: true, object: 'company' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(purge(rep, { all: true, object: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await purge(rep, { all: true })).toMatchObject({ purged: 1, failed: [] });
    expect([await rows(world, 'project', own.id), await rows(world, 'project', other.id), await rows(world, 'company', live.id)]).toEqual([
      0, 1, 1,
    ]);
  });

  it('takes no part of a whole by itself', async () => {
    const project = await createRecord(admin, 'project', { name: 'Whole' });
    const part = await createRecord(admin, 'task', { title: 'part', project: project.id });
    await deleteRecord(admin, 'project', project.id);
    expect(await purge(admin, one('task', part.id))).toMatchObject({ purged: 0, failed: [{ code: 'not_found' }] });
    expect(await rows(world, 'task', part.id)).toBe(1);
  });

  it('leaves what other records need, lets it go with them, and empties links that may be empty', async () => {
    const company = await createRecord(admin, 'company', { name: 'Needed' });
    const project = await createRecord(admin, 'project', { name: 'Needs it', company: company.id });
    const child = await createRecord(admin, 'project', { name: 'Child', part_of: project.id });
    await deleteRecord(admin, 'project', project.id);
    await deleteRecord(admin, 'company', company.id);
    expect(await purge(admin, one('company', company.id))).toMatchObject({ purged: 0, failed: [{ code: 'still_used' }] });
    expect(await rows(world, 'company', company.id)).toBe(1);
    // In whatever order they are named.
    const both = [
      { object: 'company', id: company.id },
      { object: 'project', id: project.id },
    ];
    expect(await purge(admin, { records: both })).toEqual({ purged: 2, failed: [], next: null });
    expect(JSON.parse((await readRecord(admin, 'project', child.id)).json)).toMatchObject({ name: 'Child', part_of: null });

    const program = await createRecord(admin, 'program', { name: 'Required' });
    const phase = await createRecord(admin, 'phase', { name: 'Of it', program: program.id });
    await deleteRecord(admin, 'program', program.id);
    expect(await purge(admin, one('program', program.id))).toMatchObject({ purged: 0, failed: [{ code: 'still_used' }] });
    expect(await rows(world, 'phase', phase.id)).toBe(1);
  });

  it('one that can not go keeps no other', async () => {
    const company = await createRecord(admin, 'company', { name: 'Needed too' });
    await createRecord(admin, 'project', { name: 'Live', company: company.id }).then(({ id }) => deleteRecord(admin, 'project', id));
    await deleteRecord(admin, 'company', company.id);
    const free = await gone(admin, 'company', { name: 'Free' });
    const answer = await purge(admin, { records: [company.id, free.id].map((id) => ({ object: 'company', id })) });
    expect(answer).toMatchObject({ purged: 1, failed: [{ id: company.id, code: 'still_used' }] });
    expect(await rows(world, 'company', free.id)).toBe(0);
  });
});

describe('the whole bin', () => {
  it('goes as it was counted: what is found, and what was deleted until then', async () => {
    for (const n of [1, 2, 3]) await gone(admin, 'company', { name: `sweep ${n}` });
    await gone(admin, 'company', { name: 'other' });
    const eve = await world.person('Eve', ['admin']);
    await gone(eve, 'company', { name: 'sweep of Eve' });
    const { records, until, isCapped } = await previewPurge(admin, { all: true, q: 'sweep', mine: true });
    expect([records, isCapped]).toEqual([3, false]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await gone(admin, 'company', { name: 'sweep later' });
    const request = { all: true, q: 'sweep', mine: true, until: until ?? '' } as const;
    expect(await purge(admin, request)).toEqual({ purged: 3, failed: [], next: null });
    expect(await labels(admin, 'sweep')).toEqual(['sweep later', 'sweep of Eve']);
    expect(await labels(admin, 'other')).toEqual(['other']);
  });

  it('goes in several calls, past what can not go', async () => {
    const company = await createRecord(admin, 'company', { name: 'many: needed' });
    await createRecord(admin, 'project', { name: 'Keeps it', company: company.id }).then(({ id }) => deleteRecord(admin, 'project', id));
    await deleteRecord(admin, 'company', company.id);
    const ids = await Promise.all(
      Array.from({ length: 210 }, async (_each, n) => (await gone(admin, 'company', { name: `many: ${n}` })).id),
    );
    let cursor: string | undefined;
    const calls: number[] = [];
    const failed: string[] = [];
    do {
      const answer = await purge(admin, { all: true, object: 'company', q: 'many', ...(cursor === undefined ? {} : { cursor }) });
      calls.push(answer.purged);
      failed.push(...answer.failed.map(({ id }) => id));
      cursor = answer.next ?? undefined;
    } while (cursor !== undefined);
    expect([calls, failed]).toEqual([[199, 11], [company.id]]);
    expect(await rows(world, 'company', ids[0] ?? '')).toBe(0);
    const stranger = await world.person('Eve', ['admin']);
    await expect(purge(stranger, { all: true, cursor: 'x' })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('goes by itself when its time is over, and not before', async () => {
    const old = await gone(admin, 'company', { name: 'days: old' });
    const young = await gone(admin, 'company', { name: 'days: young' });
    for (const table of [world.table('company'), 'sp1.sys_history'])
      await world.test.sql(
        `update ${table} set ${table.endsWith('history') ? 'at' : 'deleted_at'} = now() - interval '31 days' where ${table.endsWith('history') ? `record_id = $1 and op = 'delete'` : 'id = $1'}`,
        [old.id],
      );
    await world.test.sql(
      `update sp1.sys_history h set at = c.deleted_at from ${world.table('company')} c where c.id = h.record_id and h.op = 'delete' and c.id = $1`,
      [old.id],
    );
    const keeping = { database: world.database, models: { current: () => world.active }, space: 1, tenantId: 1, logger: silentLogger };
    expect(await emptyBin({ ...keeping, keepDays: null })).toBe(0);
    expect(await emptyBin({ ...keeping, keepDays: 30 })).toBe(1);
    expect(await labels(admin, 'days')).toEqual(['days: young']);
    expect(await world.test.sql(`select actor from meta.audit where subject = $1`, [`obj_company:${old.id}`])).toEqual([{ actor: null }]);
    expect(await rows(world, 'company', young.id)).toBe(1);
  });
});

describe('undo', () => {
  it('says that what was deleted is gone for good', async () => {
    const { id, operation } = await gone(admin, 'company', { name: 'Undone never' });
    await purge(admin, one('company', id));
    await expect(undoOperation(admin, operation)).rejects.toMatchObject({
      code: 'conflict',
      said: { detail: { key: 'operation.purged' } },
    });
    await expect(undoOperation(rep, operation)).rejects.toMatchObject({ code: 'not_found' });
    await expect(restoreRecord(admin, 'company', id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('brings back the others, and says how many are gone', async () => {
    const all: RequestContext = { ...admin, operation: newId() };
    const ids = [];
    for (const name of ['x', 'y', 'z']) ids.push((await createRecord(admin, 'company', { name: `partly ${name}` })).id);
    for (const id of ids) await deleteRecord(all, 'company', id);
    await purge(admin, one('company', ids[1] ?? ''));
    expect(await undoOperation(admin, all.operation ?? '')).toMatchObject({ restored: 2, notRestored: 0, purged: 1 });
  });
});

describe('links to what is gone', () => {
  let links: World;
  beforeAll(async () => {
    links = await makeWorld(withPurge(linkDocuments));
  });
  afterAll(() => links.close());

  it('lists lose it, links to any object are empty, also of what lies in the bin itself', async () => {
    const ada = await links.person('Ada', ['admin']);
    const [kept, going] = [
      await createRecord(ada, 'topic', { name: 'Kept' }),
      await createRecord(ada, 'topic', { name: 'Going', rank: 1 }),
    ];
    const article = await createRecord(ada, 'article', { name: 'A', reach: 5, topics: [kept.id, going.id], ranked: [going.id] });
    const binned = await createRecord(ada, 'article', { name: 'B', topics: [going.id] });
    const remark = await createRecord(ada, 'remark', { name: 'On it', about: { object: 'topic', id: going.id } });
    const other = await createRecord(ada, 'remark', { name: 'On the other', about: { object: 'topic', id: kept.id } });
    await deleteRecord(ada, 'article', binned.id);
    await deleteRecord(ada, 'topic', going.id);
    expect(await purge(ada, one('topic', going.id), links)).toEqual({ purged: 1, failed: [], next: null });
    const columns = ['topics', 'ranked'].map((name) => links.column('article', name));
    const stored = await links.test.sql(`select id, ${columns.join(', ')} from ${links.table('article')} order by id`);
    expect(stored.map((row) => columns.map((column) => row[column]))).toEqual([
      [[kept.id], null],
      [null, null],
    ]);
    const about = links.column('remark', 'about');
    const remarks = await links.test.sql(`select id, ${about} as to, ${about}_obj as of from ${links.table('remark')} order by id`);
    expect(remarks).toEqual([
      { id: remark.id, to: null, of: null },
      { id: other.id, to: kept.id, of: 'obj_topic' },
    ]);
    // Whoever writes on is not kept from it by what is gone.
    await updateRecord(ada, 'article', article.id, { name: 'A, still' });
  });
});

describe('what is asked', () => {
  it.each([
    ['nothing', {}, ['/records']],
    ['no list', { records: 'x' }, ['/records']],
    ['no record in it', { records: [{ object: 'company' }] }, ['/records/0']],
    ['both', { all: true, records: [] }, ['/records']],
    ['not all', { all: false }, ['/all']],
    ['what is unknown', { all: true, zq: 1 }, ['/zq']],
    ['wrong parts, all at once', { all: true, mine: 'x', q: 1, until: 'yesterday' }, ['/mine', '/q', '/until']],
  ])('with %s is refused', (_what, body, paths) => {
    let issues: unknown;
    try {
      parsePurge(body);
    } catch (error) {
      ({ issues } = error as { issues: unknown });
    }
    expect((issues as { path: string }[]).map(({ path }) => path)).toEqual(paths);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { readBin, restoreFromBin, type BinQuery } from '../../src/records/recycle-bin.js';
import { undoOperation } from '../../src/records/undo-operation.js';
import { createRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let viewer: RequestContext;

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  viewer = await world.person('Vera', ['viewer']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

type Item = { object: string; id: string; label: string | null; by: { label: string } | null; operation: string };
type Page = { data: Item[]; page: { next: string | null } };
const bin = async (ctx: RequestContext, query: BinQuery = {}) => JSON.parse(await readBin(ctx, query)) as Page;
const labels = async (ctx: RequestContext, query: BinQuery = {}) => (await bin(ctx, query)).data.map(({ label }) => label);
const gone = async (ctx: RequestContext, object: string, values: Record<string, unknown>) => {
  const { id } = await createRecord(ctx, object, values);
  const { operation } = await deleteRecord(ctx, object, id);
  return { id, operation };
};

describe('the recycle bin', () => {
  it('tells what was deleted, by whom and when, last first, without what went along', async () => {
    const project = await createRecord(admin, 'project', { name: 'Whole' });
    await createRecord(admin, 'task', { title: 'part', project: project.id });
    const { operation } = await deleteRecord(admin, 'project', project.id);
    const company = await gone(admin, 'company', { name: 'Later' });
    const { data, page } = await bin(admin);
    expect(data.slice(0, 2)).toMatchObject([
      { object: 'company', objectLabel: 'company', id: company.id, label: 'Later', by: { label: 'Ada' }, cause: { kind: 'user' } },
      { object: 'project', id: project.id, label: 'Whole', operation, mergedInto: null },
    ]);
    expect(data.map(({ label }) => label)).not.toContain('part');
    expect(page.next).toBeNull();
    await restoreRecord(admin, 'company', company.id);
    expect(await labels(admin)).not.toContain('Later');
  });

  it('shows nobody what they may not read or may not restore', async () => {
    await gone(admin, 'company', { name: 'Bern', city: 'Bern' });
    await gone(admin, 'project', { name: 'Of Ada' });
    await gone(rep, 'project', { name: 'Of Rob' });
    expect(await labels(rep)).toEqual(['Of Rob']);
    expect(await labels(viewer)).toEqual([]);
    await expect(bin(viewer, { object: 'project' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(bin(rep, { object: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    const stranger = await world.person('Tom', ['admin'], 2);
    expect(await labels(stranger)).toEqual([]);
  });

  it('is read page by page, of one object or all, by text, and by who deleted', async () => {
    const names = Array.from({ length: 7 }, (_, n) => `page ${n}`);
    for (const name of names) await gone(admin, 'company', { name });
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await bin(admin, { object: 'company', q: 'page', limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.data.map(({ label }) => label));
      cursor = page.page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(names.toReversed());
    const eve = await world.person('Eve', ['admin']);
    expect(await labels(eve, { q: 'page', mine: true })).toEqual([]);
    expect(await labels(admin, { q: 'page 3', mine: true })).toEqual(['page 3']);
    const { page } = await bin(admin, { limit: 2 });
    await expect(bin(eve, { limit: 2, cursor: page.next ?? '' })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('finds no secret by what it holds', async () => {
    await gone(rep, 'project', { name: 'Plain' });
    const { id } = await createRecord(rep, 'project', { name: 'Guarded' });
    await world.test.sql(`update ${world.table('project')} set ${world.column('project', 'secret')} = 'hush' where id = $1`, [id]);
    await deleteRecord(rep, 'project', id);
    expect(await labels(rep, { q: 'hush' })).toEqual([]);
    expect(await labels(admin, { q: 'hush' })).toEqual(['Guarded']);
  });

  it('still has what a publish changed meanwhile', async () => {
    const { id } = await gone(admin, 'company', { name: 'Replaced' });
    await world.test.sql(`update ${world.table('company')} set version = version + 1, updated_at = now() where id = $1`, [id]);
    expect(await labels(admin, { q: 'Replaced' })).toEqual(['Replaced']);
  });
});

describe('restoring from it', () => {
  it('takes several at once, each by itself, and says which could not come back', async () => {
    const [a, b] = [await gone(admin, 'company', { name: 'A', code: 'bin-1' }), await gone(admin, 'company', { name: 'B' })];
    await createRecord(admin, 'company', { name: 'Other', code: 'bin-1' });
    const project = await createRecord(admin, 'project', { name: 'Whole' });
    const task = await createRecord(admin, 'task', { title: 'part', project: project.id });
    await deleteRecord(admin, 'task', task.id);
    await deleteRecord(admin, 'project', project.id);
    const answer = await restoreFromBin(admin, [
      { object: 'company', id: a.id },
      { object: 'company', id: b.id },
      { object: 'task', id: task.id },
      { object: 'company', id: newId() },
    ]);
    expect(answer).toMatchObject({
      restored: 1,
      failed: [{ id: a.id, code: 'duplicate' }, { id: task.id, code: 'parent_deleted' }, { code: 'not_found' }],
    });
    expect(await labels(admin, { q: 'B' })).not.toContain('B');
    // It was one operation, which can be taken back.
    expect(await undoOperation(admin, answer.operation ?? '')).toMatchObject({ restored: 1 });
    expect(await restoreFromBin(rep, [{ object: 'company', id: b.id }])).toMatchObject({ operation: null, restored: 0 });
  });

  it('brings a batch back by its operation', async () => {
    const all: RequestContext = { ...admin, operation: newId() };
    const ids = [];
    for (const name of ['x', 'y', 'z']) ids.push((await createRecord(admin, 'company', { name: `batch ${name}` })).id);
    for (const id of ids) await deleteRecord(all, 'company', id);
    const { data } = await bin(admin, { q: 'batch' });
    expect(new Set(data.map(({ operation }) => operation))).toEqual(new Set([all.operation]));
    expect(await undoOperation(admin, data[0]?.operation ?? '')).toMatchObject({ restored: 3, notRestored: 0 });
    expect(await labels(admin, { q: 'batch' })).toEqual([]);
  });
});

it('reads one range of an index for each object, however much was changed', async () => {
  await world.test.sql(
    `insert into sp1.sys_history (tenant_id, object_no, record_id, version, op, rev) select 1, 1 + n % 5, gen_random_uuid(), 1, 'update', 1 from generate_series(1, 30000) n`,
  );
  await world.test.sql('vacuum analyze sp1.sys_history');
  world.sent();
  await bin(admin, { limit: 5 });
  const [statement] = world.sent().filter(({ text }) => text.includes('found as materialized'));
  const values = (statement?.values ?? []) as unknown[];
  const plan = await world.database.pool.connect();
  try {
    await plan.query(`begin; set local app.tenant_id = '1'`);
    const { rows } = await plan.query<{ 'QUERY PLAN': string }>(`explain ${statement?.text ?? ''}`, values as string[]);
    const text = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('ix_sys_history_deleted');
    expect(text).not.toContain('Seq Scan on sys_history');
    await plan.query('rollback');
  } finally {
    plan.release();
  }
});

it('names the tenant as a constant for every table of every statement', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

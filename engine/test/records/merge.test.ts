import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { whereItWent } from '../../src/records/merged-into.js';
import { mergeRecords, parseMerge } from '../../src/records/merge-records.js';
import { previewMerge } from '../../src/records/merge-preview.js';
import { readBin } from '../../src/records/recycle-bin.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { undoOperation } from '../../src/records/undo-operation.js';
import { createRecord, updateRecord, type Saved, type Values } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';
import { documents } from './world-documents.js';

const field = (of: string, name: string, more: object) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  ...more,
});
const ALL = { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' };

let world: World;
let admin: RequestContext;
let clerk: RequestContext;
let seller: RequestContext;
let keeper: RequestContext;

beforeAll(async () => {
  world = await makeWorld([
    ...documents.filter(({ kind, name }) => kind !== 'role' || name !== 'admin'),
    { kind: 'role', id: 'rol_admin', name: 'admin', label: 'admin', default: { ...ALL, actions: ['merge', 'share'] } },
    // May merge companies and nothing else, and sees no tasks.
    {
      kind: 'role',
      id: 'rol_clerk',
      name: 'clerk',
      label: 'clerk',
      default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
    },
    {
      kind: 'permission',
      id: 'prm_clerk',
      role: 'clerk',
      object: 'company',
      create: true,
      read: 'all',
      update: 'all',
      delete: 'all',
      actions: ['merge'],
      fields: { default: 'edit', only: { secret: 'none' } },
    },
    { kind: 'role', id: 'rol_seller', name: 'seller', label: 'seller', default: { ...ALL } },
    { kind: 'role', id: 'rol_keeper', name: 'keeper', label: 'keeper', default: { ...ALL, delete: 'none', actions: ['merge'] } },
    field('company', 'parent', { type: 'lookup', target: 'company', inverse: { name: 'children', label: 'children' } }),
    field('project', 'friends', { type: 'many_to_many', target: 'company', inverse: { name: 'friend_of', label: 'friend of' } }),
    field('task', 'about', { type: 'polymorphic', targets: ['company', 'program'], inverse: { name: 'told', label: 'told' } }),
    {
      kind: 'validation',
      id: 'val_locked',
      object: 'project',
      name: 'locked',
      label: 'locked',
      on: ['update'],
      errorWhen: { '==': [{ var: 'name' }, 'locked'] },
      message: 'This is locked.',
      field: 'name',
    },
  ]);
  admin = await world.person('Ada', ['admin']);
  clerk = await world.person('Carl', ['clerk']);
  seller = await world.person('Sue', ['seller']);
  keeper = await world.person('Kim', ['keeper']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

type Body = Record<string, unknown> & { id: string };
const get = async (ctx: RequestContext, object: string, id: string) => JSON.parse((await readRecord(ctx, object, id)).json) as Body;
const company = (values: Values) => createRecord(admin, 'company', values);
const project = (values: Values) => createRecord(admin, 'project', { name: 'P', ...values });
const merge = (ctx: RequestContext, stays: Saved, from: Saved[], values: Values = {}) =>
  mergeRecords(ctx, 'company', stays.id, { from: from.map(({ id }) => id), values });
const traces = async () => {
  const [row] = await world.test.sql<{ n: string }>(
    `select concat_ws(' ', (select count(*) from sp1.sys_history), (select count(*) from sp1.sys_outbox), (select count(*) from meta.record_share)) n`,
  );
  return row?.n;
};

describe('merging', () => {
  it('makes one record of several, with what was chosen and everything that belongs to them', async () => {
    const [a, b, c] = [
      await company({ name: 'A', city: 'Ulm' }),
      await company({ name: 'B', city: 'Bonn', code: 'm-b' }),
      await company({ name: 'C' }),
    ];
    const child = await company({ name: 'child', parent: b.id });
    const linked = await project({ company: b.id });
    const listed = await project({ friends: [a.id, b.id, c.id] });
    const told = await createRecord(admin, 'task', { title: 't', project: linked.id, about: { object: 'company', id: c.id } });
    await updateRecord(admin, 'company', a.id, { parent: b.id });
    const preview = await previewMerge(admin, 'company', a.id, [b.id, c.id]);
    expect(preview.records.map(({ label }) => label)).toEqual(['A', 'B', 'C']);
    expect(preview.fields).toEqual(
      expect.arrayContaining([
        { field: 'city', label: 'city', values: ['Ulm', 'Bonn', null], mayChoose: true, choice: 0 },
        { field: 'code', label: 'code', values: [null, 'm-b', null], mayChoose: true, choice: 1 },
      ]),
    );
    expect(Object.fromEntries(preview.related.map(({ object, field: name, count }) => [`${object}.${name}`, count]))).toEqual({
      'company.parent': 2,
      'project.company': 1,
      'project.friends': 1,
      'task.about': 1,
    });
    const saved = await merge(admin, a, [b, c], { city: 'Bonn', code: 'm-b' });
    const record = JSON.parse(saved.json ?? '') as Body;
    expect(record).toMatchObject({ id: a.id, name: 'A', city: 'Bonn', code: 'm-b', parent: null });
    expect(await get(admin, 'company', child.id)).toMatchObject({ parent: { id: a.id } });
    expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: a.id } });
    expect(await get(admin, 'project', listed.id)).toMatchObject({ friends: [{ id: a.id }] });
    expect(await get(admin, 'task', told.id)).toMatchObject({ about: { object: 'company', id: a.id } });
    await expect(get(admin, 'company', b.id)).rejects.toMatchObject({ code: 'not_found' });

    const [entry] = (JSON.parse(await readHistory(admin, 'project', linked.id)) as { data: Body[] }).data;
    expect(entry).toMatchObject({ operationId: saved.operation, cause: { kind: 'merge' }, by: { label: 'Ada' } });
    const bin = JSON.parse(await readBin(admin, { object: 'company', q: 'B' })) as { data: Body[] };
    expect(bin.data[0]).toMatchObject({
      id: b.id,
      mergedInto: { id: a.id, label: 'A' },
      operation: saved.operation,
      cause: { kind: 'merge' },
    });

    // Parted again: what nobody touched is where it was.
    await updateRecord(seller, 'company', a.id, { city: 'Trier' });
    const undone = await undoOperation(admin, saved.operation ?? '');
    expect(undone).toMatchObject({
      partly: 1,
      notRestored: 0,
      records: [{ id: a.id, problems: [{ field: 'city', reason: 'changed_since' }] }],
    });
    expect(await get(admin, 'company', a.id)).toMatchObject({ city: 'Trier', code: null, parent: { id: b.id } });
    expect(await get(admin, 'company', b.id)).toMatchObject({ name: 'B', code: 'm-b' });
    expect(await get(admin, 'company', child.id)).toMatchObject({ parent: { id: b.id } });
    expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: b.id } });
    expect(((await get(admin, 'project', listed.id))['friends'] as Body[]).map(({ id }) => id)).toEqual([a.id, b.id, c.id]);
    expect(await get(admin, 'task', told.id)).toMatchObject({ about: { id: c.id } });

    // And merged again, by undoing that.
    await undoOperation(admin, undone.operation ?? '');
    expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: a.id } });
    await expect(get(admin, 'company', b.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('moves what the caller may not see or change, and tells nothing of it', async () => {
    const [a, b] = [await company({ name: 'A' }), await company({ name: 'B', secret: 'hush' })];
    const hidden = await project({ company: b.id, name: 'hidden' });
    const preview = await previewMerge(clerk, 'company', a.id, [b.id]);
    expect(preview.related).toEqual([]);
    expect(JSON.stringify(preview)).not.toMatch(/secret|hush|project/);
    const saved = await merge(clerk, a, [b]);
    expect(await get(admin, 'project', hidden.id)).toMatchObject({ company: { id: a.id }, updated_by: { label: 'Carl' } });
    const undone = await undoOperation(clerk, saved.operation ?? '');
    expect(undone).toMatchObject({ notRestored: 0, records: [] });
    expect(await get(admin, 'project', hidden.id)).toMatchObject({ company: { id: b.id } });
    expect(await get(admin, 'company', b.id)).toMatchObject({ secret: 'hush' });
  });

  it('is parted wholly or not at all: cut off at any of its writes, everything is as it was', async () => {
    const [a, b] = [await company({ name: 'A', city: 'Ulm' }), await company({ name: 'B' })];
    const linked = await project({ company: b.id });
    const told = await createRecord(admin, 'task', { title: 'T', project: linked.id, about: { object: 'company', id: b.id } });
    const { operation } = await merge(admin, a, [b], { city: 'Bonn' });
    const { data } = world.database;
    const log = data.onStatement;
    const cutOffAt = async (write: number) => {
      let writes = 0;
      data.onStatement = (statement) => {
        log?.(statement);
        if (/^with [^]*\bupdate "/.test(statement.text) && (writes += 1) === write) throw new Error('the connection broke');
      };
      const outcome = await undoOperation(admin, operation ?? '').then(
        () => 'done',
        (error: Error) => error.message,
      );
      data.onStatement = log;
      return outcome;
    };
    let cuts = 0;
    while ((await cutOffAt(cuts + 1)) !== 'done') {
      cuts += 1;
      await expect(get(admin, 'company', b.id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await get(admin, 'company', a.id)).toMatchObject({ city: 'Bonn' });
      expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: a.id } });
      expect(await get(admin, 'task', told.id)).toMatchObject({ about: { id: a.id } });
    }
    // The record that comes back, the one that stayed, and two that point to it.
    expect(cuts).toBeGreaterThanOrEqual(4);
    expect(await get(admin, 'company', a.id)).toMatchObject({ city: 'Ulm' });
    expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: b.id } });
    expect(await get(admin, 'task', told.id)).toMatchObject({ about: { id: b.id } });
  });

  it('gives back nothing that somebody moved elsewhere since', async () => {
    const [a, b, c] = [await company({ name: 'A' }), await company({ name: 'B' }), await company({ name: 'C' })];
    const [one, two] = [await project({ company: b.id }), await project({ company: b.id })];
    const { operation } = await merge(admin, a, [b]);
    await updateRecord(seller, 'project', one.id, { company: c.id });
    const undone = await undoOperation(admin, operation ?? '');
    expect(undone.records).toMatchObject([{ id: one.id, problems: [{ field: 'company', reason: 'changed_since' }] }]);
    expect(await get(admin, 'project', one.id)).toMatchObject({ company: { id: c.id } });
    expect(await get(admin, 'project', two.id)).toMatchObject({ company: { id: b.id } });
  });

  it('is parted by whoever may merge, and by nobody else', async () => {
    const [a, b] = [await company({ name: 'A' }), await company({ name: 'B' })];
    const linked = await project({ company: b.id });
    const { operation } = await merge(admin, a, [b]);
    const undone = await undoOperation(seller, operation ?? '');
    expect(undone.records).toMatchObject([{ id: linked.id, problems: [{ reason: 'no_right' }] }]);
    expect(await get(admin, 'project', linked.id)).toMatchObject({ company: { id: a.id } });
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['without the action', async () => merge(seller, await company({ name: 'A' }), [await company({ name: 'B' })]), { code: 'forbidden' }],
    ['without deleting', async () => merge(keeper, await company({ name: 'A' }), [await company({ name: 'B' })]), { code: 'forbidden' }],
    [
      'with a record that is not there',
      async () => merge(admin, await company({ name: 'A' }), [{ id: newId(), version: 1 }]),
      { code: 'not_found', issues: [{ path: '/from/0', code: 'not_found' }] },
    ],
    [
      'into itself',
      async () => {
        const a = await company({ name: 'A' });
        return merge(admin, a, [a]);
      },
      { code: 'malformed' },
    ],
    [
      'with values that are none',
      async () => merge(admin, await company({ name: 'A' }), [await company({ name: 'B' })], { name: null, nothing: 1 }),
      { code: 'malformed', issues: expect.arrayContaining([expect.objectContaining({ path: '/values/nothing' })]) as unknown },
    ],
    [
      'with values that are not theirs to write',
      async () => merge(clerk, await company({ name: 'A' }), [await company({ name: 'B' })], { secret: 'x' }),
      { code: 'malformed', issues: [{ path: '/values/secret', code: 'unknown_field' }] },
    ],
    [
      'of an old version',
      async () => {
        const a = await company({ name: 'A' });
        await updateRecord(admin, 'company', a.id, { city: 'x' });
        const b = await company({ name: 'B' });
        return mergeRecords(admin, 'company', a.id, { from: [b.id], values: {} }, { expectedVersion: 1 });
      },
      { code: 'version_conflict' },
    ],
    [
      'where a rule refuses what would move',
      async () => {
        const [a, b] = [await company({ name: 'A' }), await company({ name: 'B' })];
        const { id } = await project({ company: b.id });
        await world.test.sql(`update ${world.table('project')} set ${world.column('project', 'name')} = 'locked' where id = $1`, [id]);
        return merge(admin, a, [b]);
      },
      { code: 'conflict', issues: [{ path: '/from', code: 'related_refused' }] },
    ],
  ])('is refused %s, and leaves nothing behind', async (_name, attempt, error) => {
    await expect(attempt()).rejects.toMatchObject(error);
    // A merge that was done has deleted something; one that was not has written nothing.
    const rows = await world.test.sql(
      `select 1 from sp1.sys_history where cause ->> 'kind' = 'merge' and operation not in (select operation from sp1.sys_history where op = 'delete' and cause ->> 'kind' = 'merge')`,
    );
    expect(rows).toEqual([]);
  });

  it.each([
    [{ from: [] }, ['/from not_a_list']],
    [{ from: 'x', values: [] }, ['/from not_a_list', '/values wrong_type']],
    [{ from: [newId()], more: 1 }, ['/more unknown_parameter']],
  ])('says what is wrong with %j', (body, issues) => {
    let found: unknown;
    try {
      parseMerge(body);
    } catch (error) {
      found = (error as { issues: { path: string; code: string }[] }).issues.map(({ path, code }) => `${path} ${code}`).sort();
    }
    expect(found).toEqual(issues);
  });

  it('takes four records at most', () => {
    expect(() => parseMerge({ from: [newId(), newId(), newId(), newId()] })).toThrow('A merge may have at most 4 records; there are 5.');
  });
});

describe('a record that was merged', () => {
  const where = async (ctx: RequestContext, id: string) =>
    whereItWent(ctx, 'company', id, await readRecord(ctx, 'company', id).catch((error: unknown) => error));

  it('says where it went, over several merges, to those who may see both', async () => {
    const [a, b, c] = [await company({ name: 'A' }), await company({ name: 'B' }), await company({ name: 'C', city: 'Bern' })];
    await merge(admin, b, [c]);
    const last = await merge(admin, a, [b]);
    expect(await where(admin, c.id)).toMatchObject({ code: 'not_found', extra: { mergedInto: { id: a.id, label: 'A' } } });
    const rep = await world.person('Rob', ['rep']);
    // One who sees companies of one city only: the record that stayed is none of them.
    expect(await where(rep, c.id)).toMatchObject({ code: 'not_found', extra: {} });
    const plain = await company({ name: 'gone' });
    await deleteRecord(admin, 'company', plain.id);
    expect(await where(admin, plain.id)).toMatchObject({ code: 'not_found', extra: {} });
    await undoOperation(admin, last.operation ?? '');
    expect(await where(admin, c.id)).toMatchObject({ extra: { mergedInto: { id: b.id } } });
  });
});

describe('shares', () => {
  const share = (id: string, to: string, mayEdit: boolean) =>
    world.test.sql(
      `insert into meta.record_share (tenant_id, object_id, record_id, principal_id, may_edit) values (1, 'obj_company', $1, $2, $3)`,
      [id, to, mayEdit],
    );
  const sharesOf = (id: string) =>
    world.test.sql<{ to: string; edit: boolean }>(
      `select principal_id as to, may_edit as edit from meta.record_share where record_id = $1 order by shared_at, may_edit`,
      [id],
    );

  it('come along for whoever may share, and go again when the records are parted', async () => {
    const [a, b, c] = [await company({ name: 'A' }), await company({ name: 'B' }), await company({ name: 'C' })];
    await share(a.id, seller.actor.userId, false);
    await share(b.id, seller.actor.userId, true);
    await share(b.id, keeper.actor.userId, false);
    await share(c.id, keeper.actor.userId, true);
    const { operation } = await merge(admin, a, [b, c]);
    // Who had one of the record that stays keeps it as it was; of others the one that gives most comes along.
    expect(await sharesOf(a.id)).toEqual([
      { to: seller.actor.userId, edit: false },
      { to: keeper.actor.userId, edit: true },
    ]);
    await undoOperation(admin, operation ?? '');
    expect(await sharesOf(a.id)).toEqual([{ to: seller.actor.userId, edit: false }]);
  });

  it('stay where they are for whoever may not share', async () => {
    const [a, b] = [await company({ name: 'A' }), await company({ name: 'B' })];
    await share(b.id, keeper.actor.userId, true);
    await merge(clerk, a, [b]);
    expect(await sharesOf(a.id)).toEqual([]);
  });
});

it('leaves nothing behind when the last of it fails', async () => {
  const [a, b] = [await company({ name: 'A' }), await company({ name: 'B' })];
  await project({ company: b.id });
  await company({ name: 'Other', code: 'm-taken' });
  const before = await traces();
  await expect(merge(admin, a, [b], { code: 'm-taken' })).rejects.toMatchObject({ code: 'duplicate', issues: [{ path: '/values/code' }] });
  expect(await traces()).toBe(before);
  expect(await get(admin, 'company', b.id)).toMatchObject({ name: 'B' });
});

it('names the tenant as a constant for every table of every statement', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

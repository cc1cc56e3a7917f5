import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { listRecords } from '../../src/records/list-records.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord, type Values } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let other: RequestContext;

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  other = await world.person('Olga', ['rep']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'Second', program: program.id, order: 2 });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

const get = async (ctx: RequestContext, object: string, id: string) =>
  JSON.parse((await readRecord(ctx, object, id)).json) as Record<string, unknown>;
const add = (ctx: RequestContext, values: Values) => createRecord(ctx, 'project', { name: 'P', ...values });
const history = async (ctx: RequestContext, id: string) =>
  (
    JSON.parse(await readHistory(ctx, 'project', id)) as {
      data: { operation: string; operationId: string | null; changes: { field: string; before: unknown; after: unknown }[] }[];
    }
  ).data;
const footprint = async () => {
  const [row] = await world.test.sql<{ n: string }>(
    `select concat_ws(' ', (select count(*) from sp1.sys_history), (select count(*) from sp1.sys_outbox), (select count(*) from meta.wf_run)) n`,
  );
  return row?.n;
};

describe('creating a record', () => {
  it('fills defaults, looks up links, numbers it and says what was saved', async () => {
    const saved = await createRecord(rep, 'project', { name: ' Bridge ', budget: '12.5' }, { read: {} });
    const body = JSON.parse(saved.json ?? 'null') as Record<string, unknown>;
    expect(body).toMatchObject({
      id: saved.id,
      version: 1,
      name: 'Bridge',
      number: 'P-0001',
      status: 'open',
      budget: { amount: '12.50', currency: 'EUR' },
      program: { label: 'Standard' },
      phase: { label: 'First' },
      owner: { id: rep.actor.userId, label: 'Rob' },
      created_by: { id: rep.actor.userId, label: 'Rob' },
    });
    expect(body).not.toHaveProperty('secret');
  });

  it('writes the record, its history and its outbox row in one statement', async () => {
    world.sent();
    await add(admin, { score: 5 });
    expect(world.sent()).toHaveLength(1);
  });

  it.each([
    ['a system column', { version: 7 }, ['/version not_writable']],
    ['the id', { id: '0198c0de-0000-7000-8000-000000000000' }, ['/id not_writable']],
    ['a name that is not there', { nothing: 1 }, ['/nothing unknown_field']],
    ['a field one may not see', { secret: 'x' }, ['/secret unknown_field']],
    ['a field one may only read', { rate: '1' }, ['/rate not_writable']],
    ['a prototype', JSON.parse('{"__proto__": {"a": 1}}') as Values, ['/__proto__ unknown_field']],
  ])('refuses %s and stores nothing', async (_what, values, issues) => {
    const before = await footprint();
    await expect(add(rep, values)).rejects.toMatchObject({ code: 'malformed' });
    await add(rep, values).catch((error: { issues: { path: string; code: string }[] }) =>
      expect(error.issues.map(({ path, code }) => `${path} ${code}`)).toEqual(issues),
    );
    expect(await footprint()).toBe(before);
  });

  it('names every problem at once', async () => {
    await expect(createRecord(admin, 'project', { budget: 'much', score: 1.5, status: 'done' })).rejects.toMatchObject({
      code: 'record_invalid',
      issues: expect.arrayContaining([
        expect.objectContaining({ path: '/name', code: 'required' }),
        expect.objectContaining({ path: '/budget' }),
        expect.objectContaining({ path: '/score' }),
      ]) as unknown,
    });
  });

  it('holds the record to its rules, at their field', async () => {
    await expect(add(admin, { status: 'done' })).rejects.toMatchObject({
      issues: [{ path: '/budget', code: 'rule_broken', message: 'A project is done only with a budget.' }],
    });
  });

  it('accepts only links to records that are there, readable and allowed', async () => {
    const bern = await createRecord(admin, 'company', { name: 'B', city: 'Bern' });
    const rome = await createRecord(admin, 'company', { name: 'R', city: 'Rome' });
    const second = await world.person('Tess', ['admin'], 2);
    const foreign = await createRecord(second, 'company', { name: 'F', city: 'Bern' });
    await add(rep, { company: bern.id });
    for (const id of [rome.id, foreign.id, '0198c0de-0000-7000-8000-000000000000']) {
      await expect(add(rep, { company: id })).rejects.toMatchObject({ issues: [{ path: '/company', code: 'lookup_missing' }] });
    }
    const program = await createRecord(admin, 'program', { name: 'Elsewhere' });
    const phase = await createRecord(admin, 'phase', { name: 'There', program: program.id });
    await expect(add(admin, { phase: phase.id })).rejects.toMatchObject({ issues: [{ path: '/phase', code: 'lookup_not_allowed' }] });
    await add(admin, { program: program.id });
  });

  it('names the field of a value that must be unique, whatever the case', async () => {
    await createRecord(admin, 'company', { name: 'U', code: 'abc' });
    await expect(createRecord(admin, 'company', { name: 'U', code: 'ABC' })).rejects.toMatchObject({
      code: 'duplicate',
      issues: [{ path: '/code', code: 'duplicate' }],
    });
  });

  it('is the same record when the same call comes twice with its own id', async () => {
    const id = '0198c0de-1111-7000-8000-000000000000';
    const first = await createRecord(admin, 'company', { name: 'Twice', city: 'Ulm' }, { id });
    const before = await footprint();
    expect(await createRecord(admin, 'company', { name: 'Twice', city: 'Ulm' }, { id })).toEqual({ id, version: first.version });
    expect(await footprint()).toBe(before);
    await expect(createRecord(admin, 'company', { name: 'Other' }, { id })).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('gives numbers without gaps, also under contention', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => add(admin, {})));
    await expect(add(admin, { status: 'done' })).rejects.toMatchObject({ code: 'record_invalid' });
    made.push(await add(admin, {}));
    const numbers = await Promise.all(made.map(async ({ id }) => Number(String((await get(admin, 'project', id))['number']).slice(2))));
    numbers.sort((a, b) => a - b);
    expect(numbers.map((n) => n - (numbers[0] ?? 0))).toEqual(numbers.map((_, index) => index));
  });
});

describe('changing a record', () => {
  it('writes what changed, once, with its history', async () => {
    const { id } = await add(admin, { score: 1, budget: '5' });
    world.sent();
    expect(await updateRecord(admin, 'project', id, { score: 2, name: 'P' })).toMatchObject({ id, version: 2 });
    expect(world.sent()).toHaveLength(1);
    const [entry] = await history(admin, id);
    expect(entry).toMatchObject({ operation: 'update', changes: [{ field: 'score', before: 1, after: 2 }] });
    const [event] = await world.test.sql(
      `select event, version, payload from sp1.sys_outbox where record_id = $1 order by seq desc limit 1`,
      [id],
    );
    expect(event).toEqual({ event: 'record.updated', version: 2, payload: { changed: ['fld_project_score'] } });
  });

  it('writes nothing when nothing changes', async () => {
    const { id } = await add(admin, { score: 1 });
    const before = await footprint();
    expect(await updateRecord(admin, 'project', id, { score: 1 })).toEqual({ id, version: 1 });
    expect(await updateRecord(admin, 'project', id, {})).toEqual({ id, version: 1 });
    expect(await footprint()).toBe(before);
  });

  it('refuses a version that is not the current one and shows the current values', async () => {
    const { id } = await add(admin, { score: 1 });
    await updateRecord(admin, 'project', id, { score: 2 }, { expectedVersion: 1 });
    const before = await footprint();
    await expect(updateRecord(admin, 'project', id, { score: 3 }, { expectedVersion: 1 })).rejects.toMatchObject({
      code: 'version_conflict',
      extra: { version: 2, current: { id, version: 2, score: 2 } },
    });
    expect(await footprint()).toBe(before);
  });

  it('names broken rules, links and values taken along with values that are not well formed, and writes nothing', async () => {
    const { id } = await add(admin, { budget: null });
    const before = await footprint();
    const nobody = '0198c0de-0000-7000-8000-000000000000';
    const refused = async (ctx: RequestContext, changes: Values, which = id) => {
      const error = await updateRecord(ctx, 'project', which, changes).then(
        () => undefined,
        (reason: unknown) => reason as AppError,
      );
      return [error?.code, error?.issues.map(({ path, code }) => `${path} ${code}`).sort()];
    };
    expect(await refused(admin, { due: 'soon', status: 'done', company: nobody })).toEqual([
      'record_invalid',
      ['/budget rule_broken', '/company lookup_missing', '/due not_a_date'],
    ]);
    // The rule reads the budget, and nobody knows what it was meant to be.
    expect(await refused(admin, { budget: 'much', status: 'done' })).toEqual(['record_invalid', ['/budget not_a_number']]);
    // Alike for a record of somebody else and for none.
    const hidden = await refused(rep, { due: 'soon', status: 'done' });
    expect(hidden).toEqual(['record_invalid', ['/due not_a_date']]);
    expect(await refused(rep, { due: 'soon', status: 'done' }, nobody)).toEqual(hidden);
    expect(await footprint()).toBe(before);
    expect(await get(admin, 'project', id)).toMatchObject({ version: 1, status: 'open' });

    await createRecord(admin, 'company', { name: 'Taken', code: 'T-1' });
    const company = await createRecord(admin, 'company', { name: 'Free' });
    await expect(updateRecord(admin, 'company', company.id, { name: '', code: 't-1' })).rejects.toMatchObject({
      code: 'record_invalid',
      issues: [
        { path: '/name', code: 'required' },
        { path: '/code', code: 'duplicate' },
      ],
    });
  });

  it('lets nobody make a record in somebody else’s name who changes only their own', async () => {
    const before = await footprint();
    for (const owner of [other.actor.userId, null]) {
      await expect(createRecord(rep, 'project', { name: 'Planted', owner })).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await footprint()).toBe(before);
    expect(await createRecord(admin, 'project', { name: 'Handed over', owner: other.actor.userId })).toMatchObject({ version: 1 });
  });

  it('hides what is not the caller’s, and keeps it from being given away', async () => {
    const { id } = await add(rep, {});
    await expect(updateRecord(other, 'project', id, { score: 1 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(updateRecord(other, 'project', '0198c0de-0000-7000-8000-000000000000', { score: 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
    const before = await footprint();
    await expect(updateRecord(rep, 'project', id, { owner: other.actor.userId })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await footprint()).toBe(before);
    expect(await get(rep, 'project', id)).toMatchObject({ version: 1, owner: { label: 'Rob' } });
  });

  it('lets a reader change nothing', async () => {
    const viewer = await world.person('Vera', ['viewer']);
    const { id } = await add(admin, {});
    await expect(updateRecord(viewer, 'project', id, { score: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(createRecord(viewer, 'project', { name: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(updateRecord(viewer, 'company', id, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('judges a rule on the row as it is when the lock is held, so that two halves of a wrong change never meet', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await add(admin, { budget: '5' });
      await Promise.allSettled([
        updateRecord(admin, 'project', id, { status: 'done' }),
        updateRecord(admin, 'project', id, { budget: null }),
      ]);
      const record = await get(admin, 'project', id);
      expect(record['status'] === 'done' && record['budget'] === null).toBe(false);
    }
  });

  it('checks a link again when what its condition reads changes', async () => {
    const { id } = await add(admin, {});
    const program = await createRecord(admin, 'program', { name: 'Third' });
    await expect(updateRecord(admin, 'project', id, { program: program.id })).rejects.toMatchObject({
      issues: [{ path: '/phase', code: 'lookup_not_allowed' }],
    });
  });

  it('replays its history to the record at every version', async () => {
    const { id } = await add(admin, { score: 1, tags: ['a'], due: '2026-01-31', rate: '0.1234' });
    const steps: Values[] = [
      { score: 2 },
      { tags: ['a', 'b'], due: null },
      { name: 'Q', rate: '1.5' },
      { budget: { amount: '7.25', currency: 'USD' } },
    ];
    for (const step of steps) await updateRecord(admin, 'project', id, step);
    const replayed: Record<string, unknown> = {};
    for (const { changes } of (await history(admin, id)).reverse()) for (const change of changes) replayed[change.field] = change.after;
    expect(await get(admin, 'project', id)).toMatchObject(replayed);
    expect(replayed).toMatchObject({ score: 2, due: null, name: 'Q', tags: ['a', 'b'] });
  });

  it('is done again with the new revision when the metadata moved on', async () => {
    const { id } = await add(admin, {});
    await world.test.sql('update meta.space set head_rev = 2');
    const stale = { ...admin, refresh: () => Promise.resolve({ ...world.active, revision: 2 }) };
    expect(await updateRecord(stale, 'project', id, { score: 9 })).toMatchObject({ version: 2 });
    await world.test.sql('update meta.space set head_rev = 1');
  });

  it('is all or nothing with the other writes of a transaction', async () => {
    const { id } = await add(admin, { score: 1 });
    await expect(
      admin.data.transaction(1, async (tx) => {
        await updateRecord({ ...admin, tx }, 'project', id, { score: 2 });
        await createRecord({ ...admin, tx }, 'project', { name: 'x', status: 'done' });
      }),
    ).rejects.toMatchObject({ code: 'record_invalid' });
    expect(await get(admin, 'project', id)).toMatchObject({ score: 1, version: 1 });
  });
});

describe('runs', () => {
  const runs = (id: string) =>
    world.test.sql<{ workflow_id: string; depth: number; status: string; trigger: { new: Values; old: Values | null } }>(
      'select workflow_id, depth, status, trigger, run_as, root_id from meta.wf_run where record_id = $1 order by id',
      [id],
    );

  it('start with the change that made their condition true, and not again', async () => {
    const { id } = await add(rep, { budget: '1' });
    expect(await runs(id)).toEqual([]);
    await updateRecord(rep, 'project', id, { status: 'done' });
    await updateRecord(rep, 'project', id, { name: 'still done' });
    expect(await runs(id)).toMatchObject([
      {
        workflow_id: 'wfl_done',
        depth: 0,
        status: 'ready',
        run_as: rep.actor.userId,
        trigger: {
          event: 'record.updated',
          version: 2,
          new: { fld_project_status: 'done', sys_owner: rep.actor.userId },
          old: { fld_project_status: 'open' },
        },
      },
    ]);
  });

  it('start when a record is made that way, and only for the fields they watch', async () => {
    const { id } = await add(rep, { budget: '1', status: 'done', score: 1 });
    await updateRecord(rep, 'project', id, { score: 3 });
    await updateRecord(rep, 'project', id, { score: 2 });
    expect((await runs(id)).map(({ workflow_id }) => workflow_id)).toEqual(['wfl_done', 'wfl_score']);
    expect((await runs(id))[0]?.trigger.old).toBeNull();
  });

  it('cost nothing to a change that can not start one', async () => {
    const { id } = await add(rep, { budget: '1' });
    world.sent();
    await updateRecord(rep, 'project', id, { name: 'another' });
    expect(world.sent().filter(({ text }) => text.includes('"wf_run"'))).toEqual([]);
    await updateRecord(rep, 'project', id, { status: 'open', score: 7 });
    expect(world.sent().filter(({ text }) => text.includes('"wf_run"'))).toHaveLength(1);
  });

  it('stop after eight that set each other off, and say so', async () => {
    const { id } = await add(admin, { budget: '1' });
    const deep = { ...admin, actor: { ...admin.actor, cause: { kind: 'workflow', runId: '4', rootId: '3', depth: 8 } } } as RequestContext;
    await updateRecord(deep, 'project', id, { status: 'done' });
    expect(await runs(id)).toMatchObject([{ depth: 9, status: 'dead', root_id: '3' }]);
  });

  it('are started by what is made, whatever packs brought along before in the same form', async () => {
    const system: RequestContext = { ...admin, actor: { ...admin.actor, kind: 'system', roles: [] } };
    const ofPack: RequestContext = { ...system, actor: { ...system.actor, cause: { kind: 'pack', label: 'demo' } } };
    const runsOf = async (ctx: RequestContext) => {
      const { id } = await createRecord(ctx, 'project', { name: 'Brought', status: 'done', budget: '1' });
      return (await world.test.sql('select 1 from meta.wf_run where record_id = $1', [id])).length;
    };
    expect([await runsOf(ofPack), await runsOf(system), await runsOf(ofPack)]).toEqual([0, 1, 0]);
  });
});

describe('the recycle bin', () => {
  const live = async (object: string) =>
    (JSON.parse(await listRecords(admin, object, { count: 'exact', limit: 1 })) as { page: { count: number } }).page.count;

  it('takes a record with what belongs to it, and gives back exactly that', async () => {
    const { id } = await add(admin, {});
    const kept = await createRecord(admin, 'task', { title: 'kept', project: id });
    const gone = await createRecord(admin, 'task', { title: 'gone', project: id });
    await deleteRecord(admin, 'task', gone.id);
    const before = await live('task');
    await deleteRecord(admin, 'project', id);
    await expect(get(admin, 'project', id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await live('task')).toBe(before - 1);
    await expect(restoreRecord(admin, 'task', kept.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await restoreRecord(admin, 'project', id)).toMatchObject({ version: 3 });
    expect(await get(admin, 'task', kept.id)).toMatchObject({ version: 3, project: { id } });
    await expect(get(admin, 'task', gone.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await history(admin, id)).map(({ operation }) => operation)).toEqual(['restore', 'delete', 'create']);
  });

  it('refuses what others still need, and what is not the caller’s', async () => {
    const company = await createRecord(admin, 'company', { name: 'Needed' });
    const { id } = await add(admin, { company: company.id });
    await expect(deleteRecord(admin, 'company', company.id)).rejects.toMatchObject({ code: 'conflict', issues: [{ code: 'still_used' }] });
    await expect(deleteRecord(rep, 'project', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(restoreRecord(admin, 'project', id)).rejects.toMatchObject({ code: 'not_found' });
    await deleteRecord(admin, 'project', id);
    await deleteRecord(admin, 'company', company.id);
    await expect(restoreRecord(admin, 'project', id)).rejects.toMatchObject({
      code: 'conflict',
      issues: [{ path: '/company', code: 'parent_deleted' }],
    });
    await restoreRecord(admin, 'company', company.id);
    expect(await restoreRecord(admin, 'project', id)).toMatchObject({ id });
    expect(await get(admin, 'project', id)).toMatchObject({ company: { id: company.id } });
  });

  it('says when a unique value was taken meanwhile', async () => {
    const first = await createRecord(admin, 'company', { name: 'A', code: 'taken' });
    await deleteRecord(admin, 'company', first.id);
    await createRecord(admin, 'company', { name: 'B', code: 'taken' });
    await expect(restoreRecord(admin, 'company', first.id)).rejects.toMatchObject({ code: 'duplicate' });
  });
});

describe('the operation of a write', () => {
  const kept = async (operation: string | undefined) =>
    (
      await world.test.sql<{ row: string }>(
        `select op || ' ' || record_id as row from sp1.sys_history where operation = $1 order by op, record_id`,
        [operation],
      )
    ).map(({ row }) => row);

  it('is in the history of all that it wrote, without a row more', async () => {
    const made = await add(admin, {});
    const child = await createRecord(admin, 'task', { title: 'goes along', project: made.id });
    const changed = await updateRecord(admin, 'project', made.id, { name: 'Q' });
    const rows = await footprint();
    const gone = await deleteRecord(admin, 'project', made.id);
    const back = await restoreRecord(admin, 'project', made.id);
    expect(Number((await footprint())?.split(' ')[0]) - Number(rows?.split(' ')[0])).toBe(4);
    expect(await kept(made.operation)).toEqual([`create ${made.id}`]);
    expect(await kept(changed.operation)).toEqual([`update ${made.id}`]);
    expect(await kept(gone.operation)).toEqual([made.id, child.id].sort().map((id) => `delete ${id}`));
    expect(await kept(back.operation)).toEqual([made.id, child.id].sort().map((id) => `restore ${id}`));
    expect(new Set([made.operation, changed.operation, gone.operation, back.operation]).size).toBe(4);
    expect((await history(admin, made.id)).map(({ operationId }) => operationId)).toEqual(
      [back, gone, changed, made].map(({ operation }) => operation),
    );
  });

  it('is none where nothing was written, and one for all writes of a call that says so', async () => {
    const { id } = await add(admin, { name: 'Same' });
    expect(await updateRecord(admin, 'project', id, { name: 'Same' })).not.toHaveProperty('operation');
    const operation = newId();
    const one: RequestContext = { ...admin, operation };
    const other = await createRecord(one, 'task', { title: 'one', project: id });
    expect(await updateRecord(one, 'project', id, { name: 'Other' })).toMatchObject({ operation });
    expect(await kept(operation)).toEqual([`create ${other.id}`, `update ${id}`]);
  });

  it('marks what it moved to the recycle bin', async () => {
    const { id } = await add(admin, {});
    const { operation } = await deleteRecord(admin, 'project', id);
    expect(await world.test.sql(`select deleted_batch as batch from ${world.table('project')} where id = $1`, [id])).toEqual([
      { batch: operation },
    ]);
  });

  it('is found by ranges of blocks', async () => {
    const { operation } = await add(admin, {});
    await world.test.sql(
      `insert into sp1.sys_history (tenant_id, object_no, record_id, version, op, rev) select 9, 1, gen_random_uuid(), 1, 'update', 1 from generate_series(1, 20000)`,
    );
    await world.test.sql('vacuum analyze sp1.sys_history');
    const plan = await world.test.sql(`explain (format json) select 1 from sp1.sys_history where operation = $1`, [operation]);
    expect(JSON.stringify(plan)).toContain('ix_sys_history_operation');
  });
});

describe('the times of a write', () => {
  it('are kept as exactly as they are read, so that a filter finds them again', async () => {
    const { id } = await add(admin, {});
    await updateRecord(admin, 'project', id, { name: 'Q' });
    const { created_at: created, updated_at: updated } = await get(admin, 'project', id);
    const where = {
      and: [{ '==': [{ var: 'created_at' }, created] }, { '==': [{ var: 'updated_at' }, updated] }, { '==': [{ var: 'id' }, id] }],
    };
    expect(JSON.parse(await listRecords(admin, 'project', { filter: where }))).toMatchObject({ data: [{ id }] });
  });
});

it('names the tenant as a constant for every table of every statement of these writes', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

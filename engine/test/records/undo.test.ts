import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { readHistory } from '../../src/records/read-history.js';
import { readOperation } from '../../src/records/read-operation.js';
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

let world: World;
let admin: RequestContext;
let eve: RequestContext;
let rep: RequestContext;

beforeAll(async () => {
  world = await makeWorld([
    ...documents,
    field('project', 'noise', { type: 'integer', track: false }),
    field('project', 'friends', { type: 'many_to_many', target: 'company', inverse: { name: 'friend_of', label: 'friend of' } }),
    field('project', 'about', { type: 'polymorphic', targets: ['company', 'program'], inverse: { name: 'told', label: 'told' } }),
    field('project', 'key', { type: 'encrypted_text' }),
    { kind: 'object', id: 'obj_quiet', name: 'quiet', label: 'Quiet', pluralLabel: 'Quiets', nameField: 'name', trackHistory: false },
    field('quiet', 'name', { type: 'text', required: true }),
  ]);
  admin = await world.person('Ada', ['admin']);
  eve = await world.person('Eve', ['admin']);
  rep = await world.person('Rob', ['rep']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

type Body = Record<string, unknown>;
const get = async (ctx: RequestContext, object: string, id: string) => JSON.parse((await readRecord(ctx, object, id)).json) as Body;
const add = (ctx: RequestContext, values: Values = {}) => createRecord(ctx, 'project', { name: 'P', ...values });
const change = (ctx: RequestContext, { id }: Saved, values: Values) => updateRecord(ctx, 'project', id, values);
const undo = (ctx: RequestContext, { operation }: Pick<Saved, 'operation'>) => undoOperation(ctx, operation ?? '');
const reasons = ({ records }: { records: { problems: { field: string | null; reason: string }[] }[] }) =>
  records.flatMap(({ problems }) => problems.map(({ field: name, reason }) => `${name ?? '*'} ${reason}`)).sort();
const wholly = { restored: 1, partly: 0, notRestored: 0, hidden: 0, records: [] };

describe('undoing a change', () => {
  it('gives back the values of before, as a change like any other, and can be undone itself', async () => {
    const company = await createRecord(admin, 'company', { name: 'Linked' });
    const made = await add(admin, {
      score: 1,
      tags: ['a'],
      budget: { amount: '5', currency: 'CHF' },
      about: { object: 'company', id: company.id },
    });
    const before = await get(admin, 'project', made.id);
    const changed = await change(admin, made, { name: 'Q', score: null, tags: ['b'], budget: '7', friends: [company.id], about: null });
    const answer = await undo(eve, changed);
    expect(answer).toMatchObject({ ...wholly, undoes: changed.operation });
    const back = await get(admin, 'project', made.id);
    expect(back).toMatchObject({ version: 3, updated_by: { label: 'Eve' } });
    const without = ({ version: _v, updated_at: _a, updated_by: _b, ...rest }: Body) => rest;
    expect(without(back)).toEqual(without(before));
    const [entry] = (JSON.parse(await readHistory(admin, 'project', made.id)) as { data: Body[] }).data;
    expect(entry).toMatchObject({ operationId: answer.operation, cause: { kind: 'undo' }, by: { label: 'Eve' } });

    expect(await undo(admin, { operation: answer.operation ?? '' })).toMatchObject(wholly);
    expect(await get(admin, 'project', made.id)).toMatchObject({
      name: 'Q',
      score: null,
      tags: ['b'],
      friends: [{ id: company.id }],
      about: null,
    });
  });

  it('touches nothing that somebody changed since, and says so', async () => {
    const made = await add(admin, { score: 1, due: '2026-01-01' });
    const changed = await change(admin, made, { name: 'Q', score: 2, due: '2026-02-02' });
    await change(eve, made, { score: 3 });
    expect(await readOperation(admin, changed.operation ?? '')).toMatchObject({
      canUndo: true,
      records: [{ did: 'update', undo: 'some', fields: expect.arrayContaining([{ field: 'score', label: 'score', isAsLeft: false }]) }],
    });
    const answer = await undo(admin, changed);
    expect(answer).toMatchObject({ restored: 0, partly: 1, notRestored: 0 });
    expect(answer.records[0]?.restored.map(({ field: name }) => name).sort()).toEqual(['due', 'name']);
    expect(reasons(answer)).toEqual(['score changed_since']);
    expect(await get(admin, 'project', made.id)).toMatchObject({ name: 'P', score: 3, due: '2026-01-01' });
    const again = await undo(admin, changed);
    expect([again.operation, again.notRestored, reasons(again)]).toEqual([
      null,
      1,
      ['due undone_already', 'name undone_already', 'score undone_already'],
    ]);
  });

  it('says which values were not kept', async () => {
    const made = await add(admin, { noise: 1, key: 'first secret' });
    const changed = await change(admin, made, { name: 'Q', noise: 2, key: 'other secret' });
    const answer = await undo(admin, changed);
    expect(reasons(answer)).toEqual(['key not_kept', 'noise not_kept']);
    expect(await get(admin, 'project', made.id)).toMatchObject({ name: 'P', noise: 2 });
    expect(JSON.stringify(JSON.parse(await readHistory(admin, 'project', made.id)))).not.toContain('noise');
    // Nothing at all was kept of this one.
    const quiet = await createRecord(admin, 'quiet', { name: 'a' });
    const unknown = await updateRecord(admin, 'quiet', quiet.id, { name: 'b' });
    await expect(undo(admin, unknown)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is held to rules, links and unique values, each field for itself', async () => {
    const company = await createRecord(admin, 'company', { name: 'Goes' });
    const made = await add(admin, { company: company.id, score: 1, budget: '5', status: 'done' });
    const changed = await change(admin, made, { company: null, score: 2, status: 'open' });
    await deleteRecord(admin, 'company', company.id);
    await change(eve, made, { budget: null });
    const answer = await undo(admin, changed);
    expect(reasons(answer)).toEqual(['company link_gone', 'status invalid']);
    expect(answer.records[0]?.restored).toEqual([{ field: 'score', label: 'score' }]);
    expect(answer.records[0]?.problems.find(({ field: name }) => name === 'status')?.message).toBe('A project is done only with a budget.');
    const one = await createRecord(admin, 'company', { name: 'One', code: 'x-1' });
    const freed = await updateRecord(admin, 'company', one.id, { code: 'x-2', city: 'Ulm' });
    await createRecord(eve, 'company', { name: 'Other', code: 'x-1' });
    const taken = await undo(admin, freed);
    expect([reasons(taken), taken.records[0]?.restored]).toEqual([['code duplicate'], [{ field: 'city', label: 'city' }]]);
  });

  it('keeps a list of links to what there is', async () => {
    const [a, b] = [await createRecord(admin, 'company', { name: 'A' }), await createRecord(admin, 'company', { name: 'B' })];
    const made = await add(admin, { friends: [a.id, b.id] });
    const changed = await change(admin, made, { friends: [] });
    await deleteRecord(admin, 'company', b.id);
    expect(reasons(await undo(admin, changed))).toEqual(['friends link_gone']);
    expect(await get(admin, 'project', made.id)).toMatchObject({ friends: [{ id: a.id }] });
  });

  it('has the rights of whoever undoes', async () => {
    const made = await add(rep, { score: 1 });
    const changed = await change(admin, made, { score: 2, rate: '1.5', secret: 'hush' });
    const answer = await undo(rep, changed);
    // The secret field is not named: not even that it was changed.
    expect(reasons(answer)).toEqual(['rate no_right']);
    expect(await get(admin, 'project', made.id)).toMatchObject({ score: 1, rate: '1.5000', secret: 'hush' });
    expect(JSON.stringify(await readOperation(rep, changed.operation ?? ''))).not.toContain('secret');

    const theirs = await add(admin, { score: 1 });
    const hidden = await change(admin, theirs, { score: 2 });
    await expect(undo(rep, hidden)).rejects.toMatchObject({ code: 'not_found' });
    await expect(readOperation(rep, hidden.operation ?? '')).rejects.toMatchObject({ code: 'not_found' });

    // Taken away from them, it is out of their sight: they are told no more than that.
    const lost = await add(rep);
    const mine = await change(rep, lost, { name: 'Q' });
    const given = await change(admin, lost, { owner: admin.actor.userId });
    expect(await undo(rep, mine)).toMatchObject({ operation: null, restored: 0, hidden: 1, records: [] });
    expect(await undo(admin, given)).toMatchObject(wholly);
    expect(await undo(rep, mine)).toMatchObject(wholly);
  });

  it.each([
    ['no id', 'x'],
    ['another version of ids', 'b2f7c1de-6a0e-4c52-9d1b-3f6f0a1c9e44'],
    ['nobody’s', newId()],
  ])('knows no operation that is %s', async (_name, id) => {
    await expect(undoOperation(admin, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(readOperation(admin, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('ends with its time', async () => {
    const changed = await change(admin, await add(admin), { name: 'Q' });
    const later = { ...admin, clock: { now: () => new Date(Date.now() + 169 * 3_600_000) } };
    expect(await readOperation(later, changed.operation ?? '')).toMatchObject({ canUndo: false });
    await expect(undo(later, changed)).rejects.toMatchObject({ code: 'conflict', message: 'An operation can be undone for 168 hours.' });
  });

  it('ends where it would be too much for one call', async () => {
    const operation = newId();
    await world.test.sql(
      `insert into sp1.sys_history (tenant_id, object_no, record_id, version, op, rev, operation) select 1, 1, gen_random_uuid(), 1, 'update', 1, $1 from generate_series(1, 10001)`,
      [operation],
    );
    await expect(undo(admin, { operation })).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: expect.stringContaining('may have at most 10,000 records; there are 10,001.') as string,
    });
  });

  it('does not cross tenants', async () => {
    const stranger = await world.person('Tom', ['admin'], 2);
    const changed = await change(admin, await add(admin), { name: 'Q' });
    await expect(undo(stranger, changed)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('undoing what made, deleted or restored records', () => {
  it('moves what was made to the recycle bin, unless somebody else worked on it', async () => {
    const made = await add(admin);
    await change(admin, made, { name: 'mine too' });
    expect(await undo(admin, made)).toMatchObject(wholly);
    await expect(get(admin, 'project', made.id)).rejects.toMatchObject({ code: 'not_found' });
    const other = await add(admin);
    await change(eve, other, { name: 'hers' });
    expect(reasons(await undo(admin, other))).toEqual(['* changed_since']);
    const parent = await add(admin);
    await createRecord(eve, 'task', { title: 'hers', project: parent.id });
    expect(reasons(await undo(admin, parent))).toEqual(['* changed_since']);
    expect(await get(admin, 'project', parent.id)).toMatchObject({ name: 'P' });
  });

  it('brings back what was deleted, with all that went with it, and sends it off again', async () => {
    const made = await add(admin);
    const kept = await createRecord(admin, 'task', { title: 'kept', project: made.id });
    const gone = await createRecord(admin, 'task', { title: 'gone before', project: made.id });
    await deleteRecord(admin, 'task', gone.id);
    const deleted = await deleteRecord(admin, 'project', made.id);
    expect(await readOperation(admin, deleted.operation ?? '')).toMatchObject({
      canUndo: true,
      objects: [
        { object: 'project', label: 'projects', records: 1 },
        { object: 'task', label: 'tasks', records: 1 },
      ],
    });
    const answer = await undo(admin, deleted);
    expect(answer).toMatchObject({ ...wholly, restored: 2 });
    expect(await get(admin, 'task', kept.id)).toMatchObject({ project: { id: made.id } });
    await expect(get(admin, 'task', gone.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await undo(admin, { operation: answer.operation ?? '' })).toMatchObject({ ...wholly, restored: 2 });
    await expect(get(admin, 'task', kept.id)).rejects.toMatchObject({ code: 'not_found' });
    const back = await restoreRecord(admin, 'project', made.id);
    expect(await undo(admin, back)).toMatchObject({ ...wholly, restored: 2 });
    expect(reasons(await undo(admin, deleted))).toContain('* undone_already');
  });

  it('of objects that keep no history as well', async () => {
    const quiet = await createRecord(admin, 'quiet', { name: 'a' });
    const deleted = await deleteRecord(admin, 'quiet', quiet.id);
    expect(await undo(admin, deleted)).toMatchObject(wholly);
    expect(await get(admin, 'quiet', quiet.id)).toMatchObject({ name: 'a' });
  });

  it('says when a unique value was taken meanwhile', async () => {
    const one = await createRecord(admin, 'company', { name: 'One', code: 'y-1' });
    const deleted = await deleteRecord(admin, 'company', one.id);
    await createRecord(admin, 'company', { name: 'Two', code: 'y-1' });
    expect(reasons(await undo(admin, deleted))).toEqual(['* duplicate']);
  });

  it('of many records at once, in any mixture', async () => {
    const all: RequestContext = { ...admin, operation: newId() };
    const old = [await add(admin, { score: 1 }), await add(admin, { score: 1 }), await add(admin, { score: 1 })];
    const made = await add(all);
    await createRecord(all, 'task', { title: 'of it', project: made.id });
    await change(all, made, { name: 'twice' });
    await change(all, old[0] as Saved, { score: 2 });
    await change(all, old[0] as Saved, { score: 3 });
    await change(all, old[1] as Saved, { score: 2 });
    await deleteRecord(all, 'project', old[1]?.id ?? '');
    await deleteRecord(all, 'project', old[2]?.id ?? '');
    const answer = await undoOperation(admin, all.operation ?? '');
    expect(answer).toMatchObject({ ...wholly, restored: 5 });
    for (const { id } of old) expect(await get(admin, 'project', id)).toMatchObject({ score: 1, name: 'P' });
    await expect(get(admin, 'project', made.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a thousand in one call', async () => {
    const all: RequestContext = { ...admin, operation: newId() };
    const ids: string[] = [];
    for (let n = 0; n < 1000; n += 1) ids.push((await createRecord(admin, 'company', { name: `n${n}` })).id);
    for (const id of ids) await updateRecord(all, 'company', id, { city: 'Ulm' });
    await updateRecord(eve, 'company', ids[7] ?? '', { city: 'Bonn' });
    const answer = await undoOperation(admin, all.operation ?? '');
    expect([answer.restored, answer.notRestored, reasons(answer)]).toEqual([999, 1, ['city changed_since']]);
    const rows = await world.test.sql(
      `select count(*)::int as n from ${world.table('company')} where ${world.column('company', 'city')} = 'Ulm'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('whatever happens since', () => {
  const FIELDS = ['name', 'score', 'due', 'status'] as const;
  const values = fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c'),
      score: fc.option(fc.integer({ min: 0, max: 3 })),
      due: fc.option(fc.constantFrom('2026-01-01', '2026-01-02')),
      status: fc.constantFrom('open', 'done'),
    },
    { requiredKeys: [] },
  );

  it('no field is touched that somebody changed after the operation, and every other one is as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(values, { minLength: 2, maxLength: 3 }),
        values,
        fc.array(fc.tuple(fc.nat(2), values), { maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(2), values), { maxLength: 3 }),
        async (starts, edit, since, meanwhile) => {
          // With a budget every status is legal, so that nothing but time stands in the way.
          const made: Saved[] = [];
          for (const start of starts) made.push(await add(admin, { budget: '1', ...start }));
          const before = await Promise.all(made.map(({ id }) => get(admin, 'project', id)));
          const all: RequestContext = { ...admin, operation: newId() };
          const done = await Promise.all(made.map((record) => change(all, record, edit)));
          const after = await Promise.all(made.map(({ id }) => get(admin, 'project', id)));
          const others = (edits: readonly (readonly [number, Values])[]) =>
            edits.flatMap(([index, changes]) => (made[index] === undefined ? [] : [{ record: made[index], changes }]));
          const touched = new Set<string>();
          for (const { record, changes } of others(since)) {
            const was = await get(admin, 'project', record.id);
            await change(eve, record, changes);
            for (const name of FIELDS) if (name in changes && was[name] !== changes[name]) touched.add(`${record.id} ${name}`);
          }
          if (done.every(({ operation }) => operation === undefined)) return;
          const left = await Promise.all(made.map(({ id }) => get(admin, 'project', id)));
          // These race with the undo: whatever they write is what stays.
          const [answer] = await Promise.all([
            undoOperation(admin, all.operation ?? ''),
            ...others(meanwhile).map(({ record, changes }) => change(eve, record, changes)),
          ]);
          expect(
            answer.records
              .flatMap(({ problems }) => problems.map(({ reason }) => reason))
              .every((reason) => ['changed_since', 'busy'].includes(reason)),
          ).toBe(true);
          for (const [index, { id }] of made.entries()) {
            const now = await get(admin, 'project', id);
            const busy = answer.records.some((record) => record.id === id && record.problems.some(({ reason }) => reason === 'busy'));
            for (const name of FIELDS) {
              const written = others(meanwhile).flatMap(({ record, changes }) =>
                record.id === id && name in changes ? [changes[name]] : [],
              );
              const wasChanged = JSON.stringify(before[index]?.[name]) !== JSON.stringify(after[index]?.[name]);
              // Set to something else and back again is changed too.
              const isAsLeft = !touched.has(`${id} ${name}`);
              if (written.length > 0)
                expect([...written, ...(wasChanged && isAsLeft ? [before[index]?.[name]] : [left[index]?.[name]])]).toContainEqual(
                  now[name],
                );
              else if (!busy) expect([name, now[name]]).toEqual([name, (wasChanged && isAsLeft ? before : left)[index]?.[name]]);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

it('names the tenant as a constant for every table of every statement', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

it('in the transaction of a caller, what stands in the way of one record keeps no other', async () => {
  const operation = newId();
  const ids: string[] = [];
  for (const code of ['tx-1', 'tx-2', 'tx-3']) ids.push((await createRecord(admin, 'company', { name: code, code })).id);
  for (const id of ids) await deleteRecord({ ...admin, operation }, 'company', id);
  await createRecord(admin, 'company', { name: 'Other', code: 'tx-2' });
  const answer = await admin.data.transaction(1, (tx) => undoOperation({ ...admin, tx }, operation));
  expect(answer).toMatchObject({ restored: 2, notRestored: 1, records: [{ id: ids[1], problems: [{ reason: 'duplicate' }] }] });
  expect(await get(admin, 'company', ids[0] ?? '')).toMatchObject({ name: 'tx-1' });
  expect(await get(admin, 'company', ids[2] ?? '')).toMatchObject({ name: 'tx-3' });
});

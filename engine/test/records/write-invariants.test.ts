import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord, type Saved, type Values } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

let world: World;
let admin: RequestContext;
let rep: RequestContext;

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  const program = await createRecord(admin, 'program', { name: 'Standard', is_default: true });
  await createRecord(admin, 'phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(() => world.close());

const FIELDS = ['name', 'score', 'rate', 'due', 'tags', 'budget', 'company', 'owner', 'status', 'phase'];

type Body = Record<string, unknown>;
const get = async (object: string, id: string) => JSON.parse((await readRecord(admin, object, id)).json) as Body;
const isLive = (object: string, id: string) =>
  readRecord(admin, object, id).then(
    () => true,
    () => false,
  );
/** Everything that a write leaves behind, and the rows of an object. */
const traces = async (object: string) => {
  const [row] = await world.test.sql<{ traces: string }>(
    `select concat_ws(' ', (select count(*) from sp1.sys_history), (select count(*) from sp1.sys_outbox), (select count(*) from meta.wf_run),
       (select count(*) from sp1.sys_dirty), (select sum(next_value) from sp1.sys_counter), (select md5(string_agg(t::text, ';' order by id)) from ${world.table(object)} t)) as traces`,
  );
  return row?.traces;
};

it('invariant 38: a version that is not the current one is a conflict that leaves nothing behind', async () => {
  const { id } = await createRecord(admin, 'project', { name: 'P' });
  await updateRecord(admin, 'project', id, { name: 'Q' });
  const before = await traces('project');
  const conflict = { code: 'version_conflict', extra: { version: 2, current: { name: 'Q', version: 2 } } };
  await expect(updateRecord(rep, 'project', id, { name: 'R' }, { expectedVersion: 1 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(updateRecord(admin, 'project', id, { name: 'R' }, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
  await expect(updateRecord(admin, 'project', id, { name: 'R' }, { expectedVersion: 3 })).rejects.toMatchObject(conflict);
  await expect(deleteRecord(admin, 'project', id, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
  expect(await traces('project')).toBe(before);
});

it('invariant 39: history, replayed from the beginning, gives the record at every version', async () => {
  const company = await createRecord(admin, 'company', { name: 'Linked' });
  const values = fc.record(
    {
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => `n${text}`),
      score: fc.option(fc.integer({ min: -9, max: 9 })),
      rate: fc.option(fc.constantFrom('0.1', '12.3456', '-1')),
      due: fc.option(fc.constantFrom('2024-02-29', '2026-12-31')),
      tags: fc.option(fc.subarray(['a', 'b'])),
      budget: fc.record({ amount: fc.constantFrom('1', '2.50'), currency: fc.constantFrom('EUR', 'CHF') }),
      company: fc.option(fc.constant(company.id)),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(values, fc.array(values, { maxLength: 5 }), async (first, changes) => {
      const { id } = await createRecord(admin, 'project', { name: 'P', ...first });
      const versions = new Map([[1, await get('project', id)]]);
      for (const change of changes) {
        const { version } = await updateRecord(admin, 'project', id, change);
        versions.set(version, await get('project', id));
      }
      const { data } = JSON.parse(await readHistory(admin, 'project', id, { limit: 200 })) as {
        data: { version: number; changes: { field: string; before: unknown; after: unknown }[] }[];
      };
      const replayed: Body = {};
      for (const { version, changes: fields } of data.toReversed()) {
        for (const { field, before, after } of fields) {
          expect(replayed[field] ?? null).toEqual(before);
          replayed[field] = after;
        }
        expect(versions.get(version)).toMatchObject(replayed);
        for (const name of FIELDS) expect([name, replayed[name] ?? null]).toEqual([name, versions.get(version)?.[name] ?? null]);
      }
      expect(data.map(({ version }) => version).toReversed()).toEqual([...versions.keys()]);
    }),
    { numRuns: 25 },
  );
});

it('invariant 42: what a check over the new row refuses leaves nothing behind, although the commit was sent with it', async () => {
  const { id } = await createRecord(rep, 'project', { name: 'Mine', score: 1 });
  const before = await traces('project');
  world.sent();
  // Rights over the row as it would be, a rule, a link, a unique value: each found after the row was written.
  await expect(updateRecord(rep, 'project', id, { owner: admin.actor.userId })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(updateRecord(admin, 'project', id, { score: 2, status: 'done' })).rejects.toMatchObject({ code: 'record_invalid' });
  await expect(createRecord(admin, 'project', { name: 'N', status: 'done' })).rejects.toMatchObject({ code: 'record_invalid' });
  await expect(updateRecord(admin, 'project', id, { company: id })).rejects.toMatchObject({ code: 'record_invalid' });
  expect(await traces('project')).toBe(before);
  // Each went out as one statement that writes.
  expect(world.sent().filter(({ text }) => text.startsWith('with '))).toHaveLength(4);
});

/** Two records want one unique value: what happens to each, in order, and whether the last of it is refused. */
const MATRIX: readonly [steps: string, isRefused: boolean][] = [
  ['A live, make B', true],
  ['A live, B other, change B', true],
  ['A deleted, make B', false],
  ['A deleted, B other, change B', false],
  ['A deleted, B made, restore A', true],
  ['A deleted, B made, B deleted, restore A', false],
  ['A deleted, B made, B deleted, restore A, restore B', true],
  ['A deleted, B made, B changed away, restore A', false],
];
it.each(MATRIX)('invariant 45: a unique value is unique among live records: %s', async (steps, isRefused) => {
  const code = `u-${steps}`;
  const named: Record<string, Saved> = {};
  const make = async (name: string, value: string) => (named[name] = await createRecord(admin, 'company', { name, code: value }));
  const id = (name: string) => named[name]?.id ?? '';
  const actions: Record<string, () => Promise<unknown>> = {
    'A live': () => make('A', code),
    'A deleted': async () => deleteRecord(admin, 'company', (await make('A', code)).id),
    'make B': () => make('B', code.toUpperCase()),
    'B made': () => make('B', code),
    'B other': () => make('B', `${code} other`),
    'change B': () => updateRecord(admin, 'company', id('B'), { code }),
    'B changed away': () => updateRecord(admin, 'company', id('B'), { code: `${code} away` }),
    'B deleted': () => deleteRecord(admin, 'company', id('B')),
    'restore A': () => restoreRecord(admin, 'company', id('A')),
    'restore B': () => restoreRecord(admin, 'company', id('B')),
  };
  const todo = steps.split(', ');
  for (const step of todo.slice(0, -1)) await actions[step]?.();
  const last = actions[todo.at(-1) ?? ''];
  if (isRefused) await expect(last?.()).rejects.toMatchObject({ code: 'duplicate', issues: [{ path: '/code' }] });
  else await last?.();
  const [row] = await world.test.sql(
    `select count(*)::int as n from ${world.table('company')} where lower(${world.column('company', 'code')}) = lower($1) and deleted_at is null`,
    [code],
  );
  expect(row).toEqual({ n: 1 });
});

it('invariant 46: restoring brings back exactly what went with the record, and no other batch', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('stays', 'before', 'twice'), { maxLength: 6 }),
      fc.boolean(),
      async (children, deletesAnother) => {
        const { id } = await createRecord(admin, 'project', { name: 'whole' });
        const other = await createRecord(admin, 'project', { name: 'other' });
        const far = await createRecord(admin, 'task', { title: 'far', project: other.id });
        const made: { id: string; fate: string }[] = [];
        for (const fate of children) {
          const child = await createRecord(admin, 'task', { title: fate, project: id });
          made.push({ id: child.id, fate });
          if (fate !== 'stays') await deleteRecord(admin, 'task', child.id);
          if (fate === 'twice') await restoreRecord(admin, 'task', child.id);
        }
        const values = new Map<string, Body>();
        for (const child of made) if (child.fate !== 'before') values.set(child.id, await get('task', child.id));
        await deleteRecord(admin, 'project', id);
        for (const child of made) expect(await isLive('task', child.id)).toBe(false);
        if (deletesAnother) await deleteRecord(admin, 'project', other.id);
        await restoreRecord(admin, 'project', id);
        for (const child of made) {
          expect(await isLive('task', child.id)).toBe(child.fate !== 'before');
          const was: Values = values.get(child.id) ?? {};
          if (child.fate !== 'before') expect(await get('task', child.id)).toMatchObject({ title: was['title'], project: was['project'] });
        }
        expect([await isLive('project', other.id), await isLive('task', far.id)]).toEqual([!deletesAnother, !deletesAnother]);
      },
    ),
    { numRuns: 12 },
  );
});

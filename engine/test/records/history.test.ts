import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HistoryEntry, VersionAnswer } from '@fieldstone/metadata/types/wire.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { readVersion, restoreVersion } from '../../src/records/restore-version.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

type Json = Record<string, unknown>;
const field = (name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_deal_${name}`,
  object: 'deal',
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, more: Json = {}) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
  ...more,
});
const may = (of: string, object: string, more: Json) => ({ kind: 'permission', id: `prm_${of}_${object}`, role: of, object, ...more });
const options = (...values: string[]) => ({ options: values.map((value) => ({ value, label: value })) });

const documents: readonly Json[] = [
  { kind: 'object', id: 'obj_firm', name: 'firm', label: 'Firm', pluralLabel: 'Firms', nameField: 'name' },
  { kind: 'field', id: 'fld_firm_name', object: 'firm', name: 'name', label: 'Name', type: 'text', required: true },
  { kind: 'object', id: 'obj_deal', name: 'deal', label: 'Deal', pluralLabel: 'Deals', nameField: 'name' },
  field('name', 'text', { required: true }),
  field('stage', 'picklist', options('open', 'won')),
  field('stage_at', 'datetime', { stampedBy: 'stage' }),
  field('amount', 'currency'),
  field('cost', 'integer'),
  field('gain', 'formula', { returns: 'decimal', formula: 'IF(ISBLANK(cost), 0, cost * 2)' }),
  field('days', 'integer', { track: false }),
  field('tags', 'multi_picklist', options('a', 'b', 'c')),
  field('pin', 'encrypted_text', { reveal: true }),
  field('firm', 'lookup', { target: 'firm' }),
  field('firms', 'many_to_many', { target: 'firm' }),
  field('about', 'polymorphic', { targets: ['firm', 'deal'] }),
  {
    kind: 'validation',
    id: 'val_won',
    object: 'deal',
    name: 'won_costs',
    label: 'Won costs',
    on: ['create', 'update'],
    errorWhen: { and: [{ '==': [{ var: 'stage' }, 'won'] }, { is_empty: [{ var: 'cost' }] }] },
    message: 'A won deal has a cost.',
    field: 'cost',
  },
  role('admin', { capabilities: ['edit_metadata'], default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' } }),
  // Sees firms whose name begins with "Open" alone.
  role('clerk'),
  may('clerk', 'deal', { read: 'all', update: 'all' }),
  may('clerk', 'firm', { read: { where: { starts_with: [{ var: 'name' }, 'Open'] } } }),
  // Never sees what a deal costs, may see amounts of open deals alone, and may not change stages.
  role('rep'),
  may('rep', 'deal', {
    read: 'all',
    update: 'all',
    fields: { default: 'edit', only: { cost: 'none', stage: 'read', amount: { read: { where: { '==': [{ var: 'stage' }, 'open'] } } } } },
  }),
];

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let clerk: RequestContext;
const money = (amount: string) => ({ amount, currency: 'EUR' });
const make = async (values: Json) => (await createRecord(admin, 'deal', { name: 'Deal', ...values })).id;
const firm = async (name: string) => (await createRecord(admin, 'firm', { name })).id;
const change = (id: string, values: Json, ctx = admin) => updateRecord(ctx, 'deal', id, values);
const read = async (id: string, ctx = admin) => JSON.parse((await readRecord(ctx, 'deal', id)).json) as Json;
const history = async (id: string, ctx = admin, asked = {}) =>
  (JSON.parse(await readHistory(ctx, 'deal', id, asked)) as { data: HistoryEntry[] }).data;
const then = (id: string, version: number, ctx = admin) => readVersion(ctx, 'deal', id, version);
const kept = ({ kept: all }: VersionAnswer) => Object.fromEntries(all.map(({ field: name, code }) => [name, code]));
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code: string; issues?: Json[] }) => [error.code, (error.issues ?? []).map(({ path, code }) => [path, code])],
  );

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  clerk = await world.person('Cleo', ['clerk']);
});
afterAll(() => world.close());

describe('history', () => {
  it('shows of a field that some rows show what the reader may see of the row today', async () => {
    const id = await make({ stage: 'open', amount: money('5'), cost: 1 });
    await change(id, { amount: money('6') });
    const told = async () =>
      (await history(id, rep)).map(({ version, changes }) => [
        version,
        changes.map((each) => each.field).filter((name) => name !== 'owner'),
      ]);
    expect(await told()).toEqual([
      [2, ['amount']],
      [1, ['name', 'stage', 'amount']],
    ]);
    await change(id, { stage: 'won' });
    expect(await told()).toEqual([
      [3, ['stage', 'stage_at']],
      [1, ['name', 'stage']],
    ]);
  });

  it('shows a change of what one may not see to nobody, whoever asks for what is made of it', async () => {
    const id = await make({ cost: 1 });
    await change(id, { cost: 2 });
    expect((await history(id, rep)).map(({ version }) => version)).toEqual([1]);
    expect(await refusal(history(id, rep, { field: 'gain' }))).toEqual(['malformed', [['/field', 'unknown_field']]]);
    expect((await history(id, admin, { field: 'gain' })).map(({ version, changes }) => [version, changes])).toEqual([
      [2, [{ field: 'cost', label: 'cost', before: 1, after: 2 }]],
      [1, [{ field: 'cost', label: 'cost', before: null, after: 1 }]],
    ]);
  });

  it('says of a secret that it changed, and no more', async () => {
    const id = await make({ pin: 'sesame open 1' });
    await change(id, { pin: 'sesame open 2' });
    const text = JSON.stringify(await history(id, admin, { field: 'pin' }));
    expect(text).not.toContain('sesame');
    expect((await history(id))[0]?.changes).toEqual([
      { field: 'pin', label: 'pin', before: { has_value: true }, after: { has_value: true } },
    ]);
  });
});

describe('a version', () => {
  it('shows what was different then, and brings it back as one change that says so', async () => {
    const [a, b] = [await firm('A'), await firm('B')];
    const id = await make({ stage: 'open', amount: money('5'), firm: a, firms: [a, b], about: { object: 'firm', id: a }, tags: ['a'] });
    const first = await read(id);
    await change(id, { amount: money('9'), firm: b, tags: ['b', 'c'] });
    await change(id, { name: 'Renamed', firms: [b], about: { object: 'firm', id: b } });
    const was = await then(id, 1);
    expect([was.version, was.current]).toEqual([1, 3]);
    expect(was.changes.map(({ field: name, then: before, now }) => [name, before, now])).toEqual([
      ['name', 'Deal', 'Renamed'],
      ['amount', money('5.00'), money('9.00')],
      ['tags', ['a'], ['b', 'c']],
      ['firm', { id: a, label: 'A' }, { id: b, label: 'B' }],
      [
        'firms',
        [
          { id: a, label: 'A' },
          { id: b, label: 'B' },
        ],
        [{ id: b, label: 'B' }],
      ],
      ['about', { object: 'firm', id: a, label: 'A' }, { object: 'firm', id: b, label: 'B' }],
    ]);
    await restoreVersion(admin, 'deal', id, { version: 1 });
    const back = await read(id);
    const stamp = { version: 0, updated_at: '', updated_by: '' };
    expect({ ...back, ...stamp }).toEqual({ ...first, ...stamp });
    expect((await history(id))[0]).toMatchObject({ version: 4, operation: 'update', cause: { kind: 'user', restores: 1 } });
    expect((await then(id, 1)).changes).toEqual([]);
  });

  it('brings back the fields asked for alone', async () => {
    const id = await make({ amount: money('5'), tags: ['a'] });
    await change(id, { amount: money('9'), tags: ['b'], name: 'Renamed' });
    await restoreVersion(admin, 'deal', id, { version: 1, fields: ['tags'] });
    expect(await read(id)).toMatchObject({ name: 'Renamed', tags: ['a'], amount: money('9.00') });
    expect((await then(id, 2)).changes.map(({ field: name }) => name)).toEqual(['tags']);
  });

  it('says what can not be brought back and why, and refuses it by name', async () => {
    const [a, b] = [await firm('A'), await firm('B')];
    const id = await make({ stage: 'open', cost: 1, pin: 'one', days: 1, firm: a, firms: [a, b], amount: money('5') });
    await change(id, { stage: 'won', cost: 2, pin: 'two', days: 2, firm: b, firms: [b], amount: money('6') });
    await deleteRecord(admin, 'firm', a);
    expect(kept(await then(id, 1))).toEqual({ pin: 'secret', firm: 'target_gone', firms: 'target_gone', days: 'untracked' });
    expect(await refusal(restoreVersion(admin, 'deal', id, { version: 1, fields: ['cost', 'firm', 'days', 'pin'] }))).toEqual([
      'record_invalid',
      [
        ['/fields/1', 'target_gone'],
        ['/fields/2', 'untracked'],
        ['/fields/3', 'secret'],
      ],
    ]);
    await restoreVersion(admin, 'deal', id, { version: 1 });
    expect(await read(id)).toMatchObject({ cost: 1, days: 2, stage: 'open', firm: { id: b }, amount: money('5.00') });
  });

  it('had no link where it led to what the reader may not see, whether or not there was one', async () => {
    const [shut, open, other] = [await firm('Shut'), await firm('Open'), await firm('Open too')];
    const linked = await make({ firm: shut, firms: [shut, other], about: { object: 'firm', id: shut } });
    const empty = await make({ firms: [other] });
    const both = async (work: (id: string) => Promise<unknown>) => [await work(linked), await work(empty)];
    for (const id of [linked, empty]) await change(id, { firm: open, firms: [open], about: { object: 'firm', id: open } });
    const [was, ofEmpty] = await both((id) => then(id, 1, clerk));
    expect(was).toEqual(ofEmpty);
    expect(was).toMatchObject({
      changes: [
        { field: 'firm', then: null, now: { label: 'Open' } },
        { field: 'firms', then: [{ label: 'Open too' }], now: [{ label: 'Open' }] },
        { field: 'about', then: null, now: { label: 'Open' } },
      ],
      kept: [{ field: 'days' }],
    });
    await both((id) => restoreVersion(clerk, 'deal', id, { version: 1 }));
    const links = (ctx: RequestContext) => both(async (id) => (({ firm, firms, about }) => ({ firm, firms, about }))(await read(id, ctx)));
    const none = { firm: null, firms: [{ id: other, label: 'Open too' }], about: null };
    expect(await links(clerk)).toEqual([none, none]);
    // Nothing comes back that they could not have written themselves.
    expect(await links(admin)).toEqual([none, none]);
    const alone = await make({ firms: [shut] });
    await change(alone, { firms: [open] });
    await restoreVersion(clerk, 'deal', alone, { version: 1 });
    expect((await read(alone))['firms']).toEqual((await read(await make({ firms: [] })))['firms']);
  });

  it('is held to the rights of who asks, field by field, as they are now', async () => {
    const id = await make({ stage: 'open', cost: 1, amount: money('5'), tags: ['a'] });
    await change(id, { stage: 'won', cost: 2, amount: money('6'), tags: ['b'] });
    const was = await then(id, 1, rep);
    expect(was.changes.map(({ field: name }) => name)).toEqual(['stage_at', 'tags']);
    expect(kept(was)).toEqual({ stage: 'not_writable', days: 'untracked', pin: undefined });
    expect(JSON.stringify(was)).not.toMatch(/cost|amount|gain/);
    const unknown = await refusal(restoreVersion(rep, 'deal', id, { version: 1, fields: ['nothing', 'cost'] }));
    expect(unknown).toEqual([
      'malformed',
      [
        ['/fields/0', 'unknown_field'],
        ['/fields/1', 'unknown_field'],
      ],
    ]);
    await restoreVersion(rep, 'deal', id, { version: 1, fields: ['tags'] });
    expect(await read(id)).toMatchObject({ stage: 'won', cost: 2, amount: money('6.00'), tags: ['a'] });
  });

  it('is brought back under the rules of today, and not over changes of others', async () => {
    const id = await make({ stage: 'open' });
    await change(id, { stage: 'won', cost: 1 });
    expect(await refusal(restoreVersion(admin, 'deal', id, { version: 1, fields: ['cost'] }))).toEqual([
      'record_invalid',
      [['/cost', 'rule_broken']],
    ]);
    expect(await refusal(restoreVersion(admin, 'deal', id, { version: 1, expectedVersion: 1 }))).toEqual(['version_conflict', []]);
    expect(await read(id)).toMatchObject({ stage: 'won', cost: 1, version: 2 });
  });

  it.each([0, 3, 99])('is not there as number %i of two', async (version) => {
    const id = await make({});
    await change(id, { name: 'Two' });
    expect(await refusal(then(id, version))).toEqual(['not_found', []]);
    expect(await refusal(restoreVersion(admin, 'deal', id, { version }))).toEqual(['not_found', []]);
  });
});

describe('invariant 39', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const arbitrary = fc.array(
    fc.record(
      {
        name: word,
        stage: fc.constantFrom('open', null),
        amount: fc.option(fc.integer({ min: 0, max: 3 }).map((amount) => money(`${amount}.50`))),
        cost: fc.option(fc.integer({ min: 0, max: 2 })),
        tags: fc.option(fc.uniqueArray(word).map((tags) => (tags.length === 0 ? null : tags.toSorted()))),
        firm: fc.option(fc.nat(2)),
        firms: fc.option(fc.uniqueArray(fc.nat(2), { minLength: 1 })),
        about: fc.option(fc.nat(2)),
      },
      { requiredKeys: [] },
    ),
    { minLength: 1, maxLength: 8 },
  );
  const KEPT = ['name', 'stage', 'stage_at', 'amount', 'cost', 'tags', 'firm', 'firms', 'about', 'owner'];
  const only = (record: Json) => Object.fromEntries(KEPT.map((name) => [name, record[name] ?? null]));

  it('invariant 39: the history from the create on, and backwards from now, gives the record as it was at every version', async () => {
    const firms = [await firm('A'), await firm('B'), await firm('C')];
    const at = (index: unknown) => firms[index as number];
    const valuesOf = ({ firm: one, firms: many, about, ...rest }: Json): Json => ({
      ...rest,
      ...(one === undefined ? {} : { firm: one === null ? null : at(one) }),
      ...(many === undefined ? {} : { firms: many === null ? null : (many as number[]).map(at) }),
      ...(about === undefined ? {} : { about: about === null ? null : { object: 'firm', id: at(about) } }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (changes) => {
        const id = await make({ stage: 'open', cost: 1 });
        const seen = [only(await read(id))];
        for (const values of changes) {
          const { version } = await change(id, valuesOf(values as Json));
          if (version > seen.length) seen.push(only(await read(id)));
        }
        let replayed: Json = only({});
        for (const entry of (await history(id, admin, { limit: 200 })).toReversed()) {
          replayed = { ...replayed, ...Object.fromEntries(entry.changes.map(({ field: name, after }) => [name, after])) };
          expect(replayed).toEqual(seen[entry.version - 1]);
        }
        for (const [index, was] of seen.entries()) {
          const { changes: different } = await then(id, index + 1);
          expect({ ...seen.at(-1), ...Object.fromEntries(different.map(({ field: name, then: value }) => [name, value])) }).toEqual(was);
        }
      }),
      { numRuns: 40 },
    );
  });
});

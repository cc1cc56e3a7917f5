import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimelineAnswer, TimelineEntry } from '@fieldstone/metadata/types/wire.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { readTimeline, type TimelineQuery } from '../../src/records/read-timeline.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

type Json = Record<string, unknown>;
const object = (name: string, timeline?: Json) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'name',
  ...(timeline ? { timeline } : {}),
});
const field = (of: string, name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const link = (of: string, target: string, more: Json = {}) => field(of, target, 'lookup', { target, timeline: true, ...more });
const options = (...values: string[]) => ({ options: values.map((value) => ({ value, label: value })) });
const none = { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' };
const role = (name: string, more: Json = {}) => ({ kind: 'role', id: `rol_${name}`, name, label: name, default: none, ...more });
const may = (of: string, on: string, more: Json) => ({ kind: 'permission', id: `prm_${of}_${on}`, role: of, object: on, ...more });

const documents: readonly Json[] = [
  object('firm'),
  field('firm', 'name', 'text', { required: true }),
  field('firm', 'secret', 'text'),
  field('firm', 'paper', 'file'),
  link('firm', 'firm'),
  object('meeting', { date: 'day', summary: ['kind', 'secret'] }),
  field('meeting', 'name', 'text', { required: true }),
  field('meeting', 'day', 'date'),
  field('meeting', 'kind', 'picklist', options('call', 'visit')),
  field('meeting', 'secret', 'text'),
  link('meeting', 'firm'),
  field('meeting', 'about', 'polymorphic', { targets: ['firm', 'deal'], timeline: true }),
  field('meeting', 'guests', 'many_to_many', { target: 'firm', timeline: true }),
  object('deal', { summary: ['stage'], changes: ['stage', 'secret', 'hush'], deleted: true }),
  field('deal', 'name', 'text', { required: true }),
  field('deal', 'stage', 'picklist', options('new', 'won')),
  field('deal', 'secret', 'text'),
  field('deal', 'hush', 'text'),
  field('deal', 'amount', 'integer'),
  link('deal', 'firm'),
  // Leads here too, and stands in no timeline.
  object('invoice'),
  field('invoice', 'name', 'text', { required: true }),
  field('invoice', 'firm', 'lookup', { target: 'firm' }),
  role('admin', { default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' } }),
  // Sees own deals, when meetings were only of visits, and no secret; may not know that notes of deals are there at all.
  role('rep'),
  may('rep', 'firm', { read: 'all', fields: { default: 'read', only: { secret: 'none' } } }),
  may('rep', 'deal', {
    read: 'own',
    fields: { default: 'read', only: { secret: 'none', hush: { read: { where: { '==': [{ var: 'stage' }, 'new'] } } } } },
  }),
  may('rep', 'meeting', {
    read: 'all',
    fields: { default: 'read', only: { secret: 'none', day: { read: { where: { '==': [{ var: 'kind' }, 'visit'] } } }, guests: 'none' } },
  }),
  role('firms'),
  may('firms', 'firm', { read: 'all', fields: { default: 'read', only: { secret: 'none' } } }),
];

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let firms: RequestContext;
const make = async (of: string, values: Json = {}) => (await createRecord(admin, of, { name: of, ...values })).id;
const change = (of: string, id: string, values: Json) => updateRecord(admin, of, id, values);
const read = async (ctx: RequestContext, id: string, query: TimelineQuery = {}, of = 'firm') =>
  JSON.parse(await readTimeline(ctx, of, id, query)) as TimelineAnswer;
const told = ({ data }: TimelineAnswer) => data.map(({ kind, what, label }) => `${kind} ${what} ${label ?? '-'}`);
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code: string; issues?: { path: string; code: string }[] }) => [
      error.code,
      (error.issues ?? []).map(({ path, code }) => `${path} ${code}`),
    ],
  );
/** Moments go by the clock of the database; these are told apart for certain. */
const at = (table: string, id: string, moment: string) =>
  world.test.sql(`update ${world.table(table)} set created_at = $2 where id = $1`, [id, moment]);

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  firms = await world.person('Fay', ['firms']);
});
afterAll(() => world.close());

describe('a timeline', () => {
  it('tells of the record, of what belongs to it, of changes there and of what was deleted, newest first', async () => {
    const firm = await make('firm', { name: 'Bernina' });
    const deal = await make('deal', { name: 'Bridge', firm, stage: 'new', amount: 1 });
    await change('deal', deal, { amount: 2 });
    await change('deal', deal, { stage: 'won' });
    await make('meeting', { name: 'Lunch', firm, day: '2031-01-02', kind: 'visit' });
    await make('meeting', { name: 'Long ago', about: { object: 'firm', id: firm }, day: '2001-01-02' });
    await make('invoice', { firm });
    await make('firm', { name: 'Daughter', firm });
    const gone = await make('deal', { name: 'Gone', firm });
    await deleteRecord(admin, 'deal', gone);
    await change('firm', firm, { secret: 'x' });
    const answer = await read(admin, firm);
    expect(told(answer)).toEqual([
      'meeting record Lunch',
      'record.changed update Bernina',
      'deal delete Gone',
      'firm record Daughter',
      'deal update Bridge',
      'deal record Bridge',
      'record.changed create Bernina',
      'meeting record Long ago',
    ]);
    expect(answer.data[0]).toEqual({
      kind: 'meeting',
      at: '2031-01-02T00:00:00.000Z',
      by: { id: admin.actor.userId, label: 'Ada' },
      object: 'meeting',
      id: expect.any(String) as string,
      label: 'Lunch',
      what: 'record',
      version: null,
      cause: null,
      changes: [],
      summary: [
        { field: 'kind', label: 'kind', value: 'visit' },
        { field: 'secret', label: 'secret', value: null },
      ],
    });
    expect(answer.data[4]).toMatchObject({
      id: deal,
      version: 3,
      cause: { kind: 'user', label: null },
      changes: [{ field: 'stage', before: 'new', after: 'won' }],
      summary: [{ field: 'stage', value: 'won' }],
    });
    expect(answer.data[1]?.changes).toEqual([{ field: 'secret', label: 'secret', before: null, after: 'x' }]);
    expect(answer.kinds.map(({ kind }) => kind)).toEqual(['record.changed', 'record.files', 'firm', 'meeting', 'deal']);
  });

  it('has a record once, however many of its links lead here, and again when it is restored', async () => {
    const firm = await make('firm');
    const meeting = await make('meeting', { firm, about: { object: 'firm', id: firm }, guests: [firm] });
    expect(told(await read(admin, firm, { kinds: ['meeting'] }))).toEqual(['meeting record meeting']);
    await deleteRecord(admin, 'meeting', meeting);
    expect(told(await read(admin, firm, { kinds: ['meeting'] }))).toEqual([]);
    await restoreRecord(admin, 'meeting', meeting);
    await change('meeting', meeting, { firm: null, about: null });
    expect(told(await read(admin, firm, { kinds: ['meeting'] }))).toEqual(['meeting record meeting']);
    const self = await make('firm');
    await change('firm', self, { firm: self });
    expect(told(await read(admin, self, { kinds: ['firm'] }))).toEqual([]);
  });

  it('is of the record asked about and not of another object with the same id', async () => {
    const id = await make('firm');
    await createRecord(admin, 'deal', { name: 'Twin' }, { id });
    await make('meeting', { name: 'Of the deal', about: { object: 'deal', id } });
    await make('meeting', { name: 'Of the firm', about: { object: 'firm', id } });
    expect(told(await read(admin, id, { kinds: ['meeting'] }))).toEqual(['meeting record Of the firm']);
    expect(told(await read(admin, id, { kinds: ['meeting'] }, 'deal'))).toEqual(['meeting record Of the deal']);
  });

  it('shows each reader what they may see of it, and when it happened as far as they may know', async () => {
    const firm = await make('firm', { name: 'Bernina', secret: 'canary' });
    await change('firm', firm, { secret: 'canary 2' });
    const own = await make('deal', { name: 'Own', firm, owner: rep.actor.userId, stage: 'new', secret: 'canary' });
    await change('deal', own, { secret: 'canary 2' });
    await change('deal', own, { stage: 'won', secret: 'canary 3', hush: 'canary 4' });
    const foreign = await make('deal', { name: 'Foreign', firm, stage: 'new' });
    await change('deal', foreign, { stage: 'won' });
    const foreignGone = await make('deal', { name: 'Foreign gone', firm });
    await deleteRecord(admin, 'deal', foreignGone);
    const call = await make('meeting', { name: 'Call', firm, kind: 'call', day: '2031-01-02', secret: 'canary' });
    await at('meeting', call, '2020-01-01');
    await make('meeting', { name: 'Visit', firm, kind: 'visit', day: '2031-01-01', secret: 'canary' });
    await make('meeting', { name: 'Guest', guests: [firm] });
    const answer = await read(rep, firm);
    expect(told(answer)).toEqual([
      'meeting record Visit',
      'deal update Own',
      'deal record Own',
      'record.changed create Bernina',
      'meeting record Call',
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/canary|secret|hush|Foreign/);
    expect(answer.data.at(-1)?.at).toBe('2020-01-01T00:00:00.000Z');
    expect(told(await read(firms, firm))).toEqual(['record.changed create Bernina']);
    expect((await read(firms, firm)).kinds.map(({ kind }) => kind)).toEqual(['record.changed', 'record.files', 'firm']);
  });

  it('is narrowed to kinds, and one that is not the reader’s is refused like one that is not there', async () => {
    const firm = await make('firm');
    await make('deal', { firm });
    await make('meeting', { firm });
    expect(told(await read(admin, firm, { kinds: ['deal', 'record.changed'] }))).toEqual([
      'deal record deal',
      'record.changed create firm',
    ]);
    const wrong = refusal(read(firms, firm, { kinds: ['firm', 'deal', 'deel', 'invoice'] }));
    expect(await wrong).toEqual(['malformed', ['/kinds/1 unknown_kind', '/kinds/2 unknown_kind', '/kinds/3 unknown_kind']]);
    expect(await refusal(readTimeline(firms, 'deal', firm))).toEqual(['not_found', []]);
    expect(await refusal(readTimeline(rep, 'deal', await make('deal')))).toEqual(['not_found', []]);
  });

  it('has files that came and went as entries of their own', async () => {
    const ids = ['a', 'b'].map((letter) => `01900000-0000-7000-8000-00000000000${letter}`);
    for (const [index, id] of ids.entries())
      await world.test.sql(
        `insert into meta.file (id, tenant_id, sha256, size, type, name, created_by) values ($1, 1, $2, 3, 'text/plain', $3, $4)`,
        [id, String(index).repeat(64), `file ${index}.txt`, admin.actor.userId],
      );
    const firm = await make('firm', { name: 'Papers' });
    await change('firm', firm, { paper: ids[0], name: 'Papers 2' });
    await change('firm', firm, { paper: ids[1] });
    const answer = await read(admin, firm);
    expect(answer.data.map(({ kind, version, changes }) => [kind, version, changes.map(({ field: name }) => name)])).toEqual([
      ['record.files', 3, ['paper']],
      ['record.files', 2, ['paper']],
      ['record.changed', 2, ['name']],
      ['record.changed', 1, ['name', 'owner']],
    ]);
    expect(answer.data[0]?.changes[0]).toMatchObject({ before: { name: 'file 0.txt' }, after: { name: 'file 1.txt', size: 3 } });
    expect((await read(admin, firm, { kinds: ['record.files'] })).data).toHaveLength(2);
  });

  it('invariant 30: pages put together are the whole of it, with ties, while entries come in', async () => {
    const firm = await make('firm');
    for (let n = 0; n < 24; n += 1) {
      const id = await make('meeting', { name: `m${n}`, firm, ...(n % 2 === 0 ? { day: '2026-01-01' } : {}) });
      if (n % 2 === 1) await at('meeting', id, '2026-01-01');
      const deal = await make('deal', { name: `d${n}`, firm, stage: 'new' });
      await at('deal', deal, '2026-01-01');
    }
    const key = ({ kind, id, version }: TimelineEntry) => `${kind} ${id} ${version ?? ''}`;
    const whole = (await read(admin, firm, { limit: 200 })).data.map(key);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: TimelineAnswer = await read(admin, firm, { limit: 5, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.data.map(key));
      cursor = page.page.next;
      // What comes in later stands before everything that was asked for, or where it is not yet read.
      await make('deal', { name: 'new', firm });
    } while (cursor !== null);
    expect(whole).toHaveLength(49);
    expect(seen).toEqual(whole);
  });

  it('goes on only for who was given the place, on the same record and kinds', async () => {
    const firm = await make('firm');
    await make('deal', { firm });
    const { page } = await read(admin, firm, { limit: 1 });
    const cursor = page.next ?? '';
    expect(await refusal(read(rep, firm, { limit: 1, cursor }))).toEqual(['malformed', ['/cursor invalid_cursor']]);
    expect(await refusal(read(admin, firm, { cursor, kinds: ['deal'] }))).toEqual(['malformed', ['/cursor invalid_cursor']]);
    expect(await refusal(read(admin, await make('firm'), { cursor }))).toEqual(['malformed', ['/cursor invalid_cursor']]);
  });

  it('invariant 32: is one statement, and names the tenant of every table in it', async () => {
    const firm = await make('firm');
    world.sent();
    await read(rep, firm);
    expect(world.sent()).toHaveLength(1);
    expect(world.aliasesWithoutTenant()).toEqual([]);
  });
});

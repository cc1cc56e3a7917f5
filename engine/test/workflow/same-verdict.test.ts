import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScreenMetadata } from '@fieldstone/metadata/types/wire.js';
import { brokenRules } from '../../../runtime-ui/src/model/broken-rules.js';
import { makeScreen } from '../../../runtime-ui/src/model/screen.js';
import { screenMetadata } from '../../src/catalog/describe.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { addUser } from '../support/space.js';
import { OBJECTS, workflow } from './documents.js';
import { openWorld, until, type World } from './world.js';

type Values = Record<string, unknown>;

const field = (name: string, type: string, more: Values = {}, object = 'job') => ({
  kind: 'field',
  id: `fld_${object}_${name}`,
  object,
  name,
  label: name,
  type,
  ...more,
});
const options = (...codes: string[]) => ({ options: codes.map((value) => ({ value, label: value })) });
const rule = (name: string, errorWhen: object, at?: string) => ({
  kind: 'validation',
  id: `val_${name}`,
  object: 'job',
  name,
  label: name,
  errorWhen,
  message: `Broken: ${name}.`,
  ...(at === undefined ? {} : { field: at }),
});
const v = (name: string) => ({ var: name });

/** What a record is changed to, what it was before, and what whoever changes it is told. */
const CASES: readonly [name: string, before: Values, change: Values, told: string][] = [
  ['two_fields', { amount: 1 }, { amount: 5, due: null }, 'due: Broken: two_fields.'],
  ['a_linked_record', {}, { amount: -1 }, 'amount: Broken: a_linked_record.'],
  ['related_records', {}, { state: 'counted' }, 'state: Broken: related_records.'],
  ['a_transition', { state: 'b' }, { state: 'a' }, 'Broken: a_transition.'],
  ['a_process', { status: 'open' }, { status: 'new' }, 'status: From “open”, status can change to “done” only.'],
  ['a_required_field', { status: 'open' }, { status: 'done' }, 'words: words is needed for status “done”.'],
  ['a_dependent_choice', { area: 'web', topic: 'login' }, { area: 'shop' }, 'topic: With area “shop”, topic can be “parcel”.'],
  ['a_type', { record_type: 'rty_plain', area: 'web' }, { record_type: 'rty_special' }, 'area: area of “Special” can be “shop”.'],
];

/** Rules about how a record changes say nothing about a new one. */
const ABOUT_CHANGES = new Set(['a_transition', 'a_process']);

const documents = [
  ...OBJECTS,
  field('parent', 'lookup', { target: 'job' }),
  field('of', 'lookup', { target: 'job', inverse: { name: 'entries', label: 'Entries' } }, 'entry'),
  field('status', 'picklist', options('new', 'open', 'done')),
  field('area', 'picklist', options('web', 'shop')),
  field('topic', 'picklist', { ...options('login', 'parcel'), dependsOn: { field: 'area', values: { web: ['login'], shop: ['parcel'] } } }),
  rule('two_fields', { and: [{ '>': [v('amount'), 3] }, { is_empty: [v('due')] }] }, 'due'),
  rule('a_linked_record', { and: [{ '<': [v('amount'), 0] }, { '==': [v('parent.title'), 'strict'] }] }, 'amount'),
  rule(
    'related_records',
    { and: [{ '==': [v('state'), 'counted'] }, { '<': [{ count: ['entries', { '!=': [v('title'), 'x'] }] }, 1] }] },
    'state',
  ),
  rule('a_transition', { and: [{ '==': [v('$previous.state'), 'b'] }, { '==': [v('state'), 'a'] }] }),
  {
    kind: 'process',
    id: 'prc_status',
    object: 'job',
    name: 'status',
    label: 'Status',
    field: 'status',
    transitions: [
      { from: ['new'], to: ['open'] },
      { from: ['open'], to: ['done'] },
    ],
    enter: [{ to: ['done'], required: ['words'] }],
  },
  { kind: 'record_type', id: 'rty_plain', object: 'job', name: 'plain', label: 'Plain', default: true },
  {
    kind: 'record_type',
    id: 'rty_special',
    object: 'job',
    name: 'special',
    label: 'Special',
    picklists: { area: { options: ['shop'] } },
  },
  {
    kind: 'role',
    id: 'rol_writer',
    name: 'writer',
    label: 'Writer',
    default: { create: true, read: 'all', update: 'all', delete: 'none', fields: 'edit' },
  },
  ...CASES.map(([name, , change]) =>
    workflow(name, [{ id: 'change', type: 'record.update@1', input: { set: change } }], { runAs: 'trigger_user' }),
  ),
];

let world: World;
let person: { kind: 'user'; userId: string; name: string; roles: string[] };
let strict: string;
beforeAll(async () => {
  world = await openWorld(() => documents);
  person = { kind: 'user', userId: await addUser(world.space, ['rol_writer']), name: 'P', roles: ['writer'] };
  strict = await world.create('job', { title: 'strict' });
});
afterAll(() => world.close());

const messages = (error: { issues?: { path: string; message: string }[] }) =>
  (error.issues ?? []).map(({ path, message }) => (path === '' ? message : `${path.slice(1)}: ${message}`));

describe('one rule, one verdict and one message', () => {
  it.each(CASES)('%s', async (flow, before, change, told) => {
    const context = world.context(person);
    const start = { title: 'T', due: '2026-01-01', parent: strict, ...before };

    // The form, with what a form loads: fields, fields of linked records that rules read, and here the related records too.
    const screens: ScreenMetadata = screenMetadata(context.active, context.actor);
    const user = { id: person.userId, name: 'P', email: 'p@x.test' };
    const screen = makeScreen(
      {
        user,
        roles: person.roles,
        tenant: { id: 1, name: 'T' },
        locale: 'en',
        chosenLocale: null,
        locales: ['en'],
        timeZone: 'UTC',
        currency: 'EUR',
        capabilities: [],
      },
      screens,
    );
    const job = screen.object('job');
    if (job === undefined) throw new Error('there is no job');
    const empty = Object.fromEntries(job.fields.map(({ name }) => [name, null]));
    const record = { ...empty, ...start, parent: { id: strict, title: 'strict' }, entries: [] };
    const inForm = brokenRules(screen, job, record, { ...record, ...change });
    expect(inForm.map(({ field: at, message }) => (at === undefined ? message : `${at}: ${message}`))).toEqual([told]);

    // The API, changing a record, and making one where the rule is not about a change.
    const { id } = await createRecord(context, 'job', start);
    expect(await updateRecord(context, 'job', id, change).then(() => [], messages)).toEqual([told]);
    if (!ABOUT_CHANGES.has(flow)) {
      expect(await createRecord(context, 'job', { ...start, ...change }).then(() => [], messages)).toEqual([told]);
    }

    // A workflow that makes the same change as the same person.
    const automation = world.automation();
    const changed = await world.create('job', { ...start, flow }, person);
    automation.kick();
    await until(async () => (await world.runs(`r.record_id = '${changed}'`)).some((run) => run['ended']), `the run of ${flow}`);
    const [run] = await world.runs(`r.record_id = '${changed}'`);
    expect(run?.['error']).toMatchObject({
      code: 'record_invalid',
      message: expect.stringMatching(new RegExp(`${told.replaceAll(/[.]/g, '[.]')}$`)),
    });
    await automation.stop();
  });
});

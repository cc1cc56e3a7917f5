import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';

const field = (name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_job_${name}`,
  object: 'job',
  name,
  label: name,
  type,
  ...more,
});
const base = [
  { kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' },
  { kind: 'object', id: 'obj_job', name: 'job', label: 'Job', pluralLabel: 'Jobs', nameField: 'title' },
  field('title', 'text', { required: true }),
  field('amount', 'integer'),
  field('price', 'currency'),
  field('due', 'date'),
  field('kind_of', 'picklist', { options: [{ value: 'a', label: 'A' }] }),
  field('parent', 'lookup', { target: 'job' }),
  { kind: 'template', id: 'tpl_hello', name: 'hello', label: 'Hello', object: 'job', subject: 'Hi', text: 'Hi {{record.title}}' },
];

/** Places and codes of what is wrong with a workflow of one step (or another set of documents). */
const problems = (node: object, more: object = {}, extra: readonly object[] = []): string[] => {
  const workflow = {
    kind: 'workflow',
    id: 'wfl_small',
    name: 'small',
    label: 'Small',
    object: 'job',
    trigger: { type: 'record', on: ['create'] },
    nodes: [{ id: 'n1', ...node }],
    start: 'n1',
    edges: [],
    ...more,
  };
  const result = compileModel(
    [...base, workflow, ...extra].map((document) => ({ origin: 'small', document: document as MetadataDocument })),
  );
  return result.ok ? [] : result.issues.map((issue) => `${issue.path} ${issue.code}`);
};
const update = (set: object, more: object = {}) => ({ type: 'record.update@1', input: { set, ...more } });
const mail = (input: object) => ({ type: 'email.send@1', input });

describe('steps that are fine', () => {
  it.each([
    [
      'literals of every kind',
      update({ title: 'x', amount: 3, price: { amount: '1.50', currency: 'EUR' }, due: '2027-01-01', kind_of: 'a' }),
    ],
    [
      'the record, the trigger and the user',
      update({ title: { $var: 'record.parent.title' }, amount: { $var: 'trigger.old.amount' }, owner: { $var: 'user.id' } }),
    ],
    [
      'parts of money and of links',
      update({ title: { $template: '{{record.price.amount}} {{record.owner.label}} {{trigger.new.price.currency}}' } }),
    ],
    ['relative dates', update({ due: { $expr: { add: [{ today: [] }, 3, 'day'] } } })],
    ['another record', update({ title: 'x' }, { recordId: { $var: 'record.parent' } })],
    ['a mail from a template', mail({ to: { $var: 'record.owner' }, template: 'hello' })],
    ['a branch', { type: 'branch@1', input: { cases: [{ port: 'big', if: { '>': [{ var: 'amount' }, 3] } }] } }],
    [
      'a webhook',
      { type: 'webhook.call@1', input: { url: 'https://example.com/x', headers: { 'x-a': 'b' }, body: { a: [{ $var: 'record.id' }] } } },
    ],
  ])('%s', (_name, node) => {
    expect(problems(node)).toEqual([]);
  });
});

describe('steps that are refused, with the place', () => {
  const at = '/nodes/0/input';
  it.each([
    ['an unknown type', { type: 'record.delete@1', input: {} }, ['/nodes/0/type unknown_node_type']],
    ['a missing input', { type: 'record.update@1', input: {} }, [`${at}/set missing_property`]],
    ['an unknown input', update({ title: 'x' }, { values: {} }), [`${at}/values unknown_property`]],
    ['an unknown field', update({ titel: 'x' }), [`${at}/set/titel unknown_field`]],
    ['a field of the platform', update({ created_at: 'x' }), [`${at}/set/created_at not_writable`]],
    ['a value of the wrong type', update({ amount: 'many' }), [`${at}/set/amount not_a_number`]],
    ['an option that is none', update({ kind_of: 'b' }), [`${at}/set/kind_of not_an_option`]],
    ['an expression of the wrong type', update({ due: { $expr: { now: [] } } }), [`${at}/set/due/$expr wrong_type`]],
    ['a path to nowhere', update({ title: { $var: 'record.parent.titel' } }), [`${at}/set/title/$var unknown_field`]],
    ['a link followed in the trigger', update({ title: { $var: 'trigger.new.parent.title' } }), [`${at}/set/title/$var unknown_name`]],
    ['the address of a user', mail({ to: { $var: 'record.owner.email' }, template: 'hello' }), [`${at}/to/$var unknown_field`]],
    ['an unknown root', update({ title: { $var: 'process.env' } }), [`${at}/set/title/$var unknown_name`]],
    ['an unknown step', update({ title: { $var: 'steps.n9.output.id' } }), [`${at}/set/title/$var unknown_node`]],
    ['a template with a partial', update({ title: { $template: '{{> x}}' } }), [`${at}/set/title/$template bad_template`]],
    ['a template with an unknown field', update({ title: { $template: '{{record.titel}}' } }), [`${at}/set/title/$template unknown_field`]],
    ['an unknown template', mail({ to: 'a@example.test', template: 'helo' }), [`${at}/template unknown_template`]],
    ['two recipients', mail({ to: 'a@example.test, b@example.test', template: 'hello' }), [`${at}/to not_an_email`]],
    ['a file as webhook', { type: 'webhook.call@1', input: { url: 'file:///etc/passwd' } }, [`${at}/url not_a_url`]],
    [
      'a wrong condition',
      { type: 'branch@1', input: { cases: [{ port: 'big', if: { '>': [{ var: 'amuont' }, 3] } }] } },
      [`${at}/cases/0/if/>/0/var unknown_field`],
    ],
    ['an error to follow that leads nowhere', { ...update({ title: 'x' }), onError: 'edge' }, ['/nodes/0/onError missing_edge']],
    ['what a new record needs', { type: 'record.create@1', input: { object: 'job', set: { amount: 1 } } }, [`${at}/set/title required`]],
  ])('%s', (_name, node, expected) => {
    expect(problems(node)).toEqual(expected);
  });

  it.each([
    ['a cron rule that is none', { type: 'schedule', cron: 'every day', timeZone: 'UTC' }, ['/trigger/cron bad_schedule']],
    ['a rule finer than a minute', { type: 'schedule', cron: '* * * * * *', timeZone: 'UTC' }, ['/trigger/cron bad_schedule']],
    ['a day that never comes', { type: 'schedule', cron: '0 0 30 2 *', timeZone: 'UTC' }, ['/trigger/cron bad_schedule']],
    ['a zone that is none', { type: 'schedule', cron: '0 9 * * *', timeZone: 'Mars/Olympus' }, ['/trigger/timeZone bad_schedule']],
  ])('%s', (_name, trigger, expected) => {
    expect(problems({ type: 'record.create@1', input: { object: 'job', set: { title: 'x' } } }, { trigger })).toEqual(expected);
  });

  it('a schedule without records has none to read or to change', () => {
    const trigger = { type: 'schedule', cron: '0 9 * * *', timeZone: 'UTC' };
    expect(problems(update({ title: { $var: 'record.title' } }), { trigger })).toEqual([
      `${at}/recordId missing_property`,
      `${at}/set/title/$var unknown_name`,
    ]);
  });

  it('a template document that names what its object does not have', () => {
    const template = {
      kind: 'template',
      id: 'tpl_bad',
      name: 'bad',
      label: 'Bad',
      object: 'job',
      subject: '{{record.titel}}',
      text: '{{#each}}',
    };
    expect(problems(update({ title: 'x' }), {}, [template])).toEqual(['/subject unknown_field', '/text bad_template']);
  });
});

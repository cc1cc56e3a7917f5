import { describe, expect, it } from 'vitest';
import { accessOf } from '../../src/rules/access.js';
import { applyDefaults } from '../../src/rules/defaults.js';
import { checkShape } from '../../src/rules/record-schema.js';
import { actor, ALL, modelOf, NONE, objectOf, permission } from '../support/rule-world.js';

const v = (name: string) => ({ var: name });
const stage = objectOf('stage', {
  name: { type: 'text' },
  pipeline: { type: 'lookup', target: 'pipeline' },
  order: { type: 'integer' },
  is_won: { type: 'boolean' },
});
const pipeline = objectOf('pipeline', { name: { type: 'text' }, is_default: { type: 'boolean' } });
const fields = {
  name: { type: 'text', required: true },
  status: { type: 'picklist', options: { default: 'open', options: ['open', 'won'].map((value) => ({ value, label: value })) } },
  amount: { type: 'currency' },
  close_date: { type: 'date', options: { default: { $expr: { add: [{ today: [] }, 30, 'day'] } } } },
  source: { type: 'text', options: { default: { $expr: v('$record.name') } } },
  pipeline: { type: 'lookup', target: 'pipeline', options: { default: { $lookup: { where: { '==': [v('is_default'), true] } } } } },
  stage: {
    type: 'lookup',
    target: 'stage',
    options: { default: { $lookup: { where: { '==': [v('pipeline'), v('$record.pipeline')] }, sort: '-order' } } },
  },
  margin: { type: 'decimal' },
  constructor: { type: 'text' },
  number: { type: 'autonumber' },
} as const;
const deal = objectOf('deal', fields);
const model = modelOf([deal, stage, pipeline], {
  rep: { deal: permission(deal, { create: true, read: ALL, update: ALL, fields: { margin: 'none', status: 'read' } }) },
  boss: { deal: permission(deal, { create: true, read: ALL, update: ALL }) },
  none: { deal: permission(deal, { read: NONE }) },
});
const now = new Date('2026-01-31T23:30:00Z');
const here = { model, actor: actor(['rep']), now };
const rep = accessOf(model, actor(['rep']), 'deal');

describe('defaults', () => {
  it('are literals, expressions in the time zone of the writer, and links to be looked up, in order', () => {
    const { values, lookups } = applyDefaults(deal, { name: 'Big' }, here);
    expect({ ...values }).toEqual({ name: 'Big', owner: here.actor.userId, status: 'open', close_date: '2026-03-03', source: 'Big' });
    expect(lookups.map(({ field, sort }) => [field.name, sort])).toEqual([
      ['pipeline', undefined],
      ['stage', '-order'],
    ]);
    expect(lookups[1]?.where).toMatchObject({ op: 'eq', args: [{ root: 'record' }, { root: 'outer' }] });
  });
  it('leave alone what was given, also nothing', () => {
    const { values, lookups } = applyDefaults(deal, { name: 'Big', status: null, pipeline: null, owner: null }, here);
    expect(values).toMatchObject({ status: null, pipeline: null, owner: null });
    expect(lookups.map(({ field }) => field.name)).toEqual(['stage']);
  });
  it('keep strange keys for checkShape to refuse, and leave the prototype alone', () => {
    const { values } = applyDefaults(deal, JSON.parse('{"__proto__":{"status":"won"},"x":1}') as Record<string, unknown>, here);
    expect(Object.keys(values)).toEqual(expect.arrayContaining(['__proto__', 'x']));
    expect(values['status']).toBe('open');
    expect(checkShape(deal, values, 'create').issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['/__proto__', '/x']));
    expect(Object.hasOwn(Object.prototype, 'status')).toBe(false);
  });
});

describe('the shape of a record', () => {
  it('brings every value to its canonical form', () => {
    const { values, issues } = checkShape(deal, { name: ' Big ', amount: '5', margin: 1.5, status: '', constructor: 'x' }, 'create', {
      currency: 'EUR',
    });
    expect(issues).toEqual([]);
    expect({ ...values }).toEqual({
      name: 'Big',
      amount: { amount: '5.00', currency: 'EUR' },
      margin: '1.50',
      status: null,
      constructor: 'x',
    });
  });

  it.each<[string, unknown, 'create' | 'update', string[]]>([
    ['nothing that is required', {}, 'create', ['/name required']],
    ['nothing changed', {}, 'update', []],
    ['a required value taken away', { name: '  ' }, 'update', ['/name required']],
    ['an unknown key', { nmae: 'x' }, 'update', ['/nmae unknown_field']],
    [
      'system keys',
      { id: 'x', created_at: 'x', version: 1, number: 3 },
      'update',
      ['/id', '/created_at', '/version', '/number'].map((path) => `${path} not_writable`),
    ],
    [
      'keys of other systems',
      { tenant_id: 2, deleted: true, is_admin: true, prototype: {} },
      'update',
      ['/tenant_id', '/deleted', '/is_admin', '/prototype'].map((path) => `${path} unknown_field`),
    ],
    [
      'every wrong value at once',
      { name: 5, amount: { amount: '1', currency: 'EUR', x: 1 }, close_date: 'soon', stage: {} },
      'update',
      ['/name not_text', '/amount wrong_type', '/close_date not_a_date', '/stage not_an_id'],
    ],
    ['a key with a slash', { 'a/b~': 1 }, 'update', ['/a~1b~0 unknown_field']],
  ])('%s', (_name, input, mode, expected) => {
    expect(checkShape(deal, input as Record<string, unknown>, mode).issues.map(({ path, code }) => `${path} ${code}`)).toEqual(expected);
  });

  it('names the nearest field', () => {
    expect(checkShape(deal, { nmae: 'x' }, 'update').issues[0]?.message).toContain('"name"');
  });

  it('answers a field one may not see like one that does not exist, and never suggests it', () => {
    const answer = (name: string) =>
      checkShape(deal, { [name]: '1' }, 'update', { access: rep }).issues.map(({ code, message }) => [code, message]);
    expect(answer('margin')).toEqual(answer('zzzzzz'));
    expect(answer('margins')).toEqual(answer('zzzzzz'));
  });

  it('refuses a field one may only read, but not its default', () => {
    const input = { name: 'Big' };
    const { values } = applyDefaults(deal, input, here);
    expect(checkShape(deal, values, 'create', { access: rep, given: new Set(Object.keys(input)) }).issues).toEqual([]);
    const given = applyDefaults(deal, { ...input, status: 'won' }, here).values;
    expect(checkShape(deal, given, 'create', { access: rep, given: new Set(['name', 'status']) }).issues).toMatchObject([
      { path: '/status', code: 'not_writable' },
    ]);
  });

  it('lets nobody write who may not', () => {
    const none = accessOf(model, actor(['none']), 'deal');
    expect(checkShape(deal, { name: 'x' }, 'update', { access: none }).issues).toMatchObject([{ code: 'unknown_field' }]);
  });

  it('answers thousands of unknown keys with a few', () => {
    const input = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${String(index)}`, 1]));
    expect(checkShape(deal, input, 'update').issues).toHaveLength(50);
  });
});

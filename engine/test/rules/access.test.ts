import { describe, expect, it } from 'vitest';
import type { RowRule } from '../../src/model/types.js';
import { abilityOf } from '../../src/rules/ability.js';
import { accessOf } from '../../src/rules/access.js';
import { actor, ALL, condition, modelOf, NONE, objectOf, permission } from '../support/rule-world.js';

const deal = objectOf('deal', { name: { type: 'text' }, margin: { type: 'currency' }, number: { type: 'autonumber' } });
const person = objectOf('user', { name: { type: 'text' } }, { system: true });
const bare = modelOf([deal, person]);
const own: RowRule = { kind: 'where', where: condition(bare, 'deal', { '==': [{ var: 'owner' }, { var: '$user.id' }] }) };
const open: RowRule = { kind: 'where', where: condition(bare, 'deal', { '==': [{ var: 'name' }, 'open'] }) };

const model = modelOf([deal, person], {
  reader: {
    deal: permission(deal, { read: ALL, rest: 'read', fields: { margin: 'none' } }),
    user: permission(person, { read: ALL, rest: 'read' }),
  },
  rep: { deal: permission(deal, { create: true, read: own, update: own, delete: own, fields: { margin: 'read' } }) },
  twin: { deal: permission(deal, { read: own, update: own, fields: { margin: 'none' } }) },
  boss: { deal: permission(deal, { create: true, read: ALL, update: ALL, delete: ALL }) },
  editor_of_open: { deal: permission(deal, { read: open, update: ALL, delete: open }) },
  no_rows: { deal: permission(deal, {}) },
  blind: { deal: permission(deal, { read: ALL, rest: 'none' }) },
});
const of = (...roles: string[]) => accessOf(model, actor(roles), 'deal');

describe('what roles give', () => {
  it('is nothing without a role, for an unknown role and for an unknown object', () => {
    for (const access of [of(), of('nobody'), of('__proto__'), accessOf(model, actor(['boss']), 'dael')]) {
      expect(access).toMatchObject({ create: false, read: NONE, update: NONE, delete: NONE });
      expect(
        [...access.fields.values()].filter((rules) => rules.read.kind !== 'none' || rules.edit.kind !== 'none' || rules.create),
      ).toEqual([]);
    }
  });

  it.each<[string, string[], Partial<Record<'create' | 'read' | 'update' | 'delete', unknown>>]>([
    ['a reader', ['reader'], { create: false, read: ALL, update: NONE, delete: NONE }],
    ['a rep', ['rep'], { create: true, read: own, update: own, delete: own }],
    ['both add up', ['rep', 'reader'], { create: true, read: ALL, update: own, delete: own }],
    ['in any order', ['reader', 'rep'], { create: true, read: ALL, update: own, delete: own }],
    ['the same rule twice is one', ['rep', 'twin'], { read: own, update: own }],
    ['a role that gives nothing takes nothing', ['boss', 'no_rows'], { read: ALL, update: ALL }],
    ['what may not be read may not be changed', ['editor_of_open'], { read: open, update: open, delete: open }],
  ])('%s', (_name, roles, expected) => {
    expect(of(...roles)).toMatchObject(expected);
  });

  it('different rules are joined by or', () => {
    expect(of('rep', 'editor_of_open').read).toMatchObject({ kind: 'where', where: { op: 'or', args: [{ op: 'eq' }, { op: 'eq' }] } });
  });
});

describe('fields', () => {
  it.each<[string, string[], string, Record<string, unknown>]>([
    ['hidden', ['reader'], 'margin', { read: NONE, edit: NONE }],
    ['readable on the rows of one role only', ['reader', 'rep'], 'margin', { read: own, edit: NONE }],
    ['readable wherever the row is', ['rep'], 'margin', { read: ALL, edit: NONE, create: false }],
    ['editable wherever the row is', ['rep'], 'name', { read: ALL, edit: ALL, create: true }],
    ['editable on own rows, seen on all', ['reader', 'rep'], 'name', { read: ALL, edit: ALL }],
    ['a grant on no rows is no grant', ['no_rows', 'reader'], 'margin', { read: NONE, edit: NONE, create: false }],
    ['the owner can be given away', ['rep'], 'owner', { edit: ALL, create: true }],
    ['the id is set by the system', ['boss'], 'id', { read: ALL, edit: NONE, create: false }],
    ['so is the version', ['boss'], 'version', { read: ALL, edit: NONE, create: false }],
    ['so is the time of creation', ['boss'], 'created_at', { read: ALL, edit: NONE, create: false }],
    ['so is an autonumber', ['boss'], 'number', { read: ALL, edit: NONE, create: false }],
    ['a record that may be read has its id, whatever else is hidden', ['blind'], 'id', { read: ALL }],
    ['and nothing else', ['blind'], 'name', { read: NONE }],
  ])('%s', (_name, roles, field, expected) => {
    expect(of(...roles).fields.get(field)).toMatchObject(expected);
  });

  it('are masked by the rows of the role that shows them', () => {
    // twin sees own rows without the margin, boss-like roles see it: the mask is the rule of the role that grants it.
    expect(of('editor_of_open', 'twin').fields.get('margin')?.read).toEqual(open);
  });
});

describe('the system and the people object', () => {
  it('the system may do everything that can be done', () => {
    const access = accessOf(model, actor([], { kind: 'system' }), 'deal');
    expect(access).toMatchObject({ create: true, read: ALL, update: ALL, delete: ALL });
    expect(access.fields.get('name')).toEqual({ read: ALL, edit: ALL, create: true });
    expect(access.fields.get('version')).toEqual({ read: ALL, edit: NONE, create: false });
  });
  it('people are never written as records, not even by the system', () => {
    const written = { create: false, update: NONE, delete: NONE };
    expect(accessOf(model, actor(['reader']), 'user')).toMatchObject({ ...written, read: ALL });
    expect(accessOf(model, actor([], { kind: 'system' }), 'user')).toMatchObject(written);
  });
  it('is worked out once', () => {
    expect(of('rep', 'reader')).toBe(of('reader', 'rep', 'rep'));
  });
});

describe('ability', () => {
  const can = abilityOf(model, actor(['rep', 'reader']));
  it('says what may be possible on some row', () => {
    expect([can.can('create', 'deal'), can.can('read', 'deal'), can.can('update', 'deal'), can.can('delete', 'deal')]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([can.can('read', 'user'), can.can('update', 'user'), can.can('read', 'nothing')]).toEqual([true, false, false]);
    const blind = abilityOf(model, actor(['blind']));
    expect([blind.can('read', 'deal'), blind.canField('read', 'deal', 'id'), blind.canField('read', 'deal', 'margin')]).toEqual([
      true,
      true,
      false,
    ]);
  });
  it('knows fields', () => {
    expect([
      can.canField('read', 'deal', 'margin'),
      can.canField('update', 'deal', 'margin'),
      can.canField('update', 'deal', 'version'),
    ]).toEqual([true, false, false]);
    expect(abilityOf(model, actor(['reader'])).canField('read', 'deal', 'margin')).toBe(false);
    expect(can.canField('create', 'deal', 'name')).toBe(true);
  });
});

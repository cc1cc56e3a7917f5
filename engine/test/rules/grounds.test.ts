import { holds } from '@fieldstone/metadata/language/evaluate.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DenyModel, RowRule } from '../../src/model/types.js';
import { accessEffects } from '../../src/rules/access-effects.js';
import { missingFor } from '../../src/rules/covers.js';
import { deciding, groundsOf, verdict, type Question } from '../../src/rules/grounds.js';
import { ruleText } from '../../src/rules/rule-text.js';
import { actor, ALL, condition, modelOf, NONE, objectOf, permission } from '../support/rule-world.js';

const deal = objectOf('deal', { name: { type: 'text' }, stage: { type: 'text' }, margin: { type: 'integer' } });
const bare = modelOf([deal]);
const where = (json: unknown): RowRule => ({ kind: 'where', where: condition(bare, 'deal', json) });
const own = where({ '==': [{ var: 'owner' }, { var: '$user.id' }] });
const open = where({ '==': [{ var: 'stage' }, 'open'] });
const won = where({ '==': [{ var: 'stage' }, 'won'] });
const deny = (more: Partial<DenyModel>): DenyModel => ({
  create: false,
  read: NONE,
  update: NONE,
  delete: NONE,
  fields: new Map(),
  actions: new Set(),
  ...more,
});
const roles = {
  reads_own: { deal: permission(deal, { read: own, rest: 'read' }) },
  reads_open: { deal: permission(deal, { read: open, rest: 'read', fields: { margin: 'none' } }) },
  edits_all: { deal: permission(deal, { create: true, read: ALL, update: ALL, delete: own, actions: new Set(['export']) }) },
  margin_of_won: { deal: permission(deal, { read: ALL, rest: 'none', fields: { margin: { read: won, edit: NONE } } }) },
  not_won: { deal: permission(deal, { deny: deny({ read: won }) }) },
  won_stays: { deal: permission(deal, { deny: deny({ update: won, create: true }) }) },
  no_margin: {
    deal: permission(deal, { deny: deny({ fields: new Map([['margin', { read: open, edit: ALL }]]), actions: new Set(['export']) }) }),
  },
};
const model = modelOf([deal], roles);

const QUESTIONS: readonly Question[] = [
  ...(['create', 'read', 'update', 'delete'] as const).map((right): Question => ({ about: 'records', right })),
  ...(['read', 'edit'] as const).flatMap((right): Question[] => ['name', 'margin'].map((field) => ({ about: 'field', right, field }))),
  { about: 'action', action: 'export' },
];

describe('the grounds of a right', () => {
  it('come to what decides on every channel, for any roles, records and questions', () => {
    fc.assert(
      fc.property(
        fc.subarray(Object.keys(roles)),
        fc.constantFrom(...QUESTIONS),
        fc.boolean(),
        fc.constantFrom('open', 'won', null),
        (given, question, isOwn, stage) => {
          const who = actor(given);
          const owner = isOwn ? who.userId : '0190c0de-0000-7000-8000-00000000ffff';
          const record = { owner: { id: owner }, stage, name: 'A', margin: 5 };
          const environment = { record, userId: who.userId, now: new Date(0), timeZone: 'UTC' };
          const judge = (rule: RowRule): boolean => rule.kind === 'all' || (rule.kind === 'where' && holds(rule.where, environment));
          const judged = groundsOf(model, who, 'deal', question).map((ground) => ({ ground, holds: judge(ground.on) }));
          // A field that may be read on some records is a mask on top of the rows.
          expect(verdict(question, judged)).toBe(judge(deciding(model, who, 'deal', question)));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('a rule in words', () => {
  it.each<[RowRule, string]>([
    [ALL, 'all records'],
    [NONE, 'no records'],
    [own, 'their own records'],
    [open, 'records where stage = "open"'],
    [
      where({ or: [{ '==': [{ var: 'owner' }, { var: '$user.id' }] }, { '==': [{ var: 'stage' }, 'won'] }] }),
      'their own records, records where stage = "won"',
    ],
    [where({ '!': { '==': [{ var: 'stage' }, 'won'] } }), 'not records where stage = "won"'],
  ])('%o', (rule, words) => {
    expect(ruleText(rule)).toBe(words);
  });
});

describe('nobody gives away more than they have', () => {
  it.each<[string, string[], string[], string | undefined]>([
    ['the same', ['reads_own'], ['reads_own'], undefined],
    ['less', ['edits_all'], ['reads_own'], undefined],
    ['more records', ['reads_own'], ['edits_all'], '"create" of deals'],
    ['a field', ['reads_open'], ['margin_of_won'], '"read" of deals'],
    ['an action', ['edits_all', 'no_margin'], ['edits_all'], '"export" of deals'],
  ])('%s', (_what, holder, wanted, missing) => {
    expect(missingFor(model, holder, wanted)).toBe(missing);
  });

  it('and what is their own is not the own of another', () => {
    expect(missingFor(model, ['reads_own'], ['reads_own'], true)).toBe('"read" of deals');
    expect(missingFor(model, ['edits_all'], ['reads_own'], true)).toBeUndefined();
  });
});

describe('the effect of a change', () => {
  const changed = (name: keyof typeof roles, to: object) =>
    modelOf([deal], { ...roles, [name]: { deal: to as (typeof roles)['reads_own']['deal'] } });
  it.each<[string, ReturnType<typeof modelOf>, string[], string[]]>([
    ['more records', changed('reads_own', permission(deal, { read: ALL, rest: 'read' })), ['deals: read now on all records'], []],
    [
      'fewer',
      changed('edits_all', permission(deal, { ...roles.edits_all.deal, read: own, fields: {} })),
      [],
      ['deals: read, but for their own records', 'deals: update, but for their own records'],
    ],
    [
      'others',
      changed('reads_own', permission(deal, { read: open, rest: 'read' })),
      ['deals: read on records where stage = "open"'],
      ['deals: read on their own records'],
    ],
    [
      'a field',
      changed('reads_own', permission(deal, { read: own, rest: 'read', fields: { margin: 'none' } })),
      [],
      ['deals: read The margin'],
    ],
  ])('%s', (_what, to, gains, loses) => {
    const [effect, ...others] = accessEffects(model, to);
    expect([effect?.gains, effect?.loses, others]).toEqual([gains, loses, []]);
  });

  it('is nothing when nothing changed', () => {
    expect(accessEffects(model, modelOf([deal], roles))).toEqual([]);
  });
});

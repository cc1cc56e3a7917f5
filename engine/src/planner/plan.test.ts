import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from '../model/compile-model.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { NO_FACTS, type Facts, type TableShape } from './facts.js';
import { factsNeeded, planChange, type Plan } from './plan.js';

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'title' });
const field = (of: string, name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type: 'text',
  ...more,
});
const city = [object('city'), field('city', 'title')];

const model = (documents: object[]): Model => {
  const compiled = compileModel(documents.map((document) => ({ origin: 'tenant', document: document as MetadataDocument })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return compiled.model;
};

/** Plans from one set of documents to another, with the places that the first one got. */
const plan = (from: object[] | null, to: object[], facts: Partial<Facts> = {}): Plan => {
  let next = 1;
  const numberFor = () => next++;
  const place = { timeZone: 'UTC', currency: 'EUR' };
  const roles = { app: 'the_app', bi: 'the_bi' };
  const make = (fromModel: Model | null, toModel: Model, bindings: readonly BindingRow[], known: Facts) =>
    planChange({ space: 1, fromRevision: fromModel ? 1 : 0, from: fromModel, to: toModel, bindings, numberFor, roles, place }, known);
  if (from === null) return make(null, model(to), [], NO_FACTS);
  const first = make(null, model(from), [], NO_FACTS);
  return make(model(from), model(to), first.bindings, { ...NO_FACTS, ...facts });
};
/** A table with so many columns, besides those that were dropped. */
const standing = (columns: number): TableShape => ({
  rows: 7,
  columns: Array.from({ length: columns }, (_, n) => ({ name: `c${n}`, type: 'text', isRequired: false, defaultSql: null, comment: null })),
  indexes: [],
  constraints: [],
  keys: [],
});
const filled: Partial<Facts> = { rows: new Map([['city_1', 7]]) };
const empty: Partial<Facts> = { rows: new Map([['city_1', 0]]) };
const shape = ({ statements }: Plan) =>
  statements.map(
    ({ phase, lock, sql }) =>
      `${phase} ${lock} ${sql
        .split(/[ (\n]/)
        .slice(0, 2)
        .join(' ')}`,
  );

describe('planning a change', () => {
  it('makes a table with its key, guard view, rights and indexes in one transaction', () => {
    const { statements, bindings } = plan(null, city);
    expect(new Set(statements.map(({ phase }) => phase))).toEqual(new Set(['TX']));
    expect(statements[0]?.sql).toContain('constraint "pk_city_1" primary key ("id", "tenant_id")');
    expect(statements.map(({ sql }) => sql)).toContain('grant select, insert, update, delete on "sp1_v"."city_1" to "the_app"');
    expect(statements.find(({ sql }) => sql.startsWith('create or replace view'))?.sql).toMatch(
      /select "id", "tenant_id", .*"title_2"\n.*\n.*where "tenant_id" = current_setting\('app.tenant_id'\)::int\n\s*with cascaded check option/,
    );
    expect(bindings.map(({ elementId, table, column }) => [elementId, table, column])).toEqual([
      ['obj_city', 'city_1', null],
      ['fld_city_title', 'city_1', 'title_2'],
    ]);
  });

  it.each<[string, object[], object[], Partial<Facts>, string[]]>([
    ['nothing', city, city, {}, []],
    ['another label', city, [object('city'), field('city', 'title', { label: 'Name' })], {}, []],
    ['another name', city, [{ ...object('city'), nameField: 'name' }, field('city', 'name', { id: 'fld_city_title' })], {}, []],
    [
      'another name of the object',
      city,
      [
        { ...object('town'), id: 'obj_city' },
        { ...field('town', 'title'), id: 'fld_city_title' },
      ],
      {},
      [],
    ],
    ['a field that goes', [...city, field('city', 'b')], city, {}, []],
    ['an object that goes', [...city, object('bay'), field('bay', 'title')], city, {}, []],
    ['a field', city, [...city, field('city', 'b')], filled, ['TX L1 alter table', 'TX L1 comment on', 'TX L1 create or']],
    [
      'an amount of money',
      city,
      [...city, field('city', 'b', { type: 'currency' })],
      filled,
      ['TX L1 alter table', 'TX L1 comment on', 'TX L1 alter table', 'TX L1 comment on', 'TX L1 create or'],
    ],
    ['an index on rows', city, [object('city'), field('city', 'title', { indexed: true })], filled, ['POST L2 create index']],
    ['an index on no rows', city, [object('city'), field('city', 'title', { indexed: true })], empty, ['TX L1 create index']],
    ['no index any more', [object('city'), field('city', 'title', { indexed: true })], city, filled, ['POST L2 drop index']],
    ['uniqueness over rows', city, [object('city'), field('city', 'title', { unique: true })], filled, ['PRE L2 create unique']],
    ['uniqueness over no rows', city, [object('city'), field('city', 'title', { unique: true })], empty, ['TX L1 create unique']],
    [
      'a required value over rows',
      city,
      [object('city'), field('city', 'title', { required: true })],
      filled,
      ['TX L1 alter table', 'POST L2 alter table'],
    ],
    ['a required value over no rows', city, [object('city'), field('city', 'title', { required: true })], empty, ['TX L1 alter table']],
    ['a value no longer required', [object('city'), field('city', 'title', { required: true })], city, filled, ['TX L1 alter table']],
    [
      'more digits',
      [...city, field('city', 'n', { type: 'decimal', precision: 8, scale: 2 })],
      [...city, field('city', 'n', { type: 'decimal', precision: 9, scale: 2 })],
      filled,
      ['TX L1 drop view', 'TX L1 alter table', 'TX L1 create or', 'TX L1 grant select,'],
    ],
    [
      'fewer digits',
      [...city, field('city', 'n', { type: 'decimal', precision: 9, scale: 2 })],
      [...city, field('city', 'n', { type: 'decimal', precision: 8, scale: 2 })],
      filled,
      [],
    ],
    [
      'another type over rows',
      [...city, field('city', 'n', { indexed: true })],
      [...city, field('city', 'n', { type: 'integer', indexed: true })],
      filled,
      [
        'PRE L1 alter table',
        'PRE L1 comment on',
        'PRE L0 create or',
        'PRE L1 create or',
        'PRE L3 with b',
        'PRE L2 create index',
        'TX L1 drop trigger',
        'TX L1 drop function',
        'TX L1 create or',
        'POST L2 drop index',
      ],
    ],
    ['longer text', [...city, field('city', 'n')], [...city, field('city', 'n', { type: 'long_text' })], filled, []],
  ])('takes for %s these steps', (_what, from, to, facts, expected) => {
    expect(shape(plan(from, to, facts))).toEqual(expected);
  });

  it.each<[string, object, object, string]>([
    ['yes or no to a day', { type: 'boolean' }, { type: 'date' }, 'type_change_unsupported'],
    ['text to a link', {}, { type: 'lookup', target: 'city' }, 'type_change_unsupported'],
    ['a link to something else', { type: 'lookup', target: 'city' }, { type: 'lookup', target: 'user' }, 'target_changed'],
  ])('refuses %s and never rewrites a table', (_what, before, after, code) => {
    const refused = plan([...city, field('city', 'n', before)], [...city, field('city', 'n', after)], filled);
    expect(refused.issues.map((issue) => issue.code)).toEqual([code]);
    expect(refused.statements.filter(({ lock }) => lock === 'L4')).toEqual([]);
  });

  it('has the same hash for the same change, and another one for another', () => {
    const add = (name: string) => plan(city, [...city, field('city', name)], filled).hash;
    expect(add('b')).toBe(add('b'));
    expect(add('b')).not.toBe(add('c'));
  });

  it('asks only about the tables that a change touches', () => {
    const ask = (to: object[]) => {
      const from = plan(null, city);
      return factsNeeded({
        space: 1,
        fromRevision: 1,
        from: model(city),
        to: model(to),
        bindings: from.bindings,
        numberFor: () => 9,
        roles: { app: 'a', bi: 'b' },
        place: { timeZone: 'UTC', currency: 'EUR' },
      });
    };
    expect(ask([...city, object('bay'), field('bay', 'title')])).toEqual([]);
    expect(ask([object('city'), field('city', 'title', { required: true })]).map(({ kind }) => kind)).toEqual(['rows', 'missing']);
  });

  it('invariant 9: keeps every name short, plain and quoted, whatever the element is called', () => {
    const long = 'x'.repeat(41);
    const { statements, bindings } = plan(
      null,
      [
        object(long),
        field(long, 'title'),
        field(long, 'order', { unique: true }),
        field(long, 'select', { label: `'); drop table x; --` }),
      ].map((document) => ({ ...document, id: document.id.slice(0, 60) })),
    );
    for (const name of bindings.flatMap(({ table, column }) => [table, column ?? table]))
      expect(Buffer.byteLength(`ix_${name}_updated`)).toBeLessThanOrEqual(63);
    expect(statements.map(({ sql }) => sql).join('\n')).not.toContain('drop table');
  });

  it.each<[string, () => Plan, string[]]>([
    [
      'more fields than an object may ever have had',
      () =>
        plan(
          [...city, ...Array.from({ length: 399 }, (_, n) => field('city', `a${n}`))],
          [...city, ...Array.from({ length: 399 }, (_, n) => field('city', `b${n}`))],
        ),
      [],
    ],
    ['the last column slots of a table', () => plan(city, [...city, field('city', 'more')], { slots: new Map([['city_1', 1599]]) }), []],
    [
      'one column more than a table can have',
      () => plan(city, [...city, field('city', 'more')], { slots: new Map([['city_1', 1600]]) }),
      ['A table may have at most 1,600 column slots, dropped columns included; there are 1,601.'],
    ],
    [
      'one column more than the live ones leave room for',
      () =>
        plan(city, [...city, field('city', 'more')], { slots: new Map([['city_1', 1600]]), shapes: new Map([['city_1', standing(1600)]]) }),
      ['A table may have at most 1,600 column slots, dropped columns included; there are 1,601.'],
    ],
    [
      'as many columns as a table can have once it is written anew',
      () =>
        plan(city, [...city, field('city', 'more')], { slots: new Map([['city_1', 1600]]), shapes: new Map([['city_1', standing(1599)]]) }),
      [],
    ],
    [
      'more tables than one publish may lock',
      () => plan(city, [...city, ...Array.from({ length: 151 }, (_, n) => [object(`town_${n}`), field(`town_${n}`, 'title')]).flat()]),
      ['One publish may have at most 150 changed tables; there are 151.'],
    ],
  ])('holds limits of the database: %s', (_what, make, expected) => {
    const issues = make().issues.filter(({ code }) => code === 'limit_exceeded');
    expect(issues.map(({ message }) => message.slice(0, message.indexOf('. ') + 1))).toEqual(expected);
  });
});

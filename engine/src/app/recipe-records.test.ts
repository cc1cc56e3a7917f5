import { describe, expect, it } from 'vitest';
import { KnownRecords, makeRecords, type Recipe, type RecipeWorld } from './recipe-records.js';
import type { ValueRecipe } from './recipe-value.js';

const world = (more: Partial<RecipeWorld> = {}): RecipeWorld => ({
  pack: 'demo',
  today: new Date('2026-03-01T00:00:00Z'),
  lists: new Map([['word', ['red', 'green', 'blue']]]),
  known: new KnownRecords(),
  usersWith: (role) => (role === 'seller' ? ['u1', 'u2'] : []),
  ...more,
});
const make = (values: Record<string, ValueRecipe>, count = 50, within = world()) =>
  makeRecords({ object: 'thing', order: 0, count, values }, within).map((record) => record.values);

describe('a recipe', () => {
  it('makes the same records every time', () => {
    const recipe: Record<string, ValueRecipe> = {
      name: { text: '{word} {1-1000}' },
      price: { money: { min: 1, max: 9, step: 0.5, currency: 'EUR' } },
    };
    expect(make(recipe)).toEqual(make(recipe));
    expect(new Set(make(recipe).map((values) => values.name)).size).toBeGreaterThan(40);
  });

  it('keeps the values of a field when another is added before it', () => {
    const name: ValueRecipe = { text: '{word} {1-1000}' };
    expect(make({ colour: { text: '{word}' }, name }).map((v) => v.name)).toEqual(make({ name }).map((v) => v.name));
  });

  it('gives ids that depend on pack, object and place only', () => {
    const ids = (values: Record<string, ValueRecipe>) =>
      makeRecords({ object: 'thing', order: 0, count: 3, values }, world()).map((r) => r.id);
    expect(ids({ a: 1 })).toEqual(ids({ b: 2 }));
    expect(new Set(ids({ a: 1 })).size).toBe(3);
  });

  it.each<[string, ValueRecipe, (value: unknown) => boolean]>([
    ['literal', 'x', (v) => v === 'x'],
    ['pick', { pick: [1, true] }, (v) => v === 1 || v === true],
    ['weighted', { weighted: { a: 1, b: 3 } }, (v) => v === 'a' || v === 'b'],
    ['integer', { integer: { min: 3, max: 5 } }, (v) => [3, 4, 5].includes(v as number)],
    ['decimal', { decimal: { min: 0.5, max: 1.5, step: 0.25 } }, (v) => ['0.50', '0.75', '1.00', '1.25', '1.50'].includes(v as string)],
    ['date', { date: { from: -1, to: 1 } }, (v) => ['2026-02-28', '2026-03-01', '2026-03-02'].includes(v as string)],
    ['instant', { instant: { from: 0, to: 0, hours: [9, 9] } }, (v) => /^2026-03-01T09:[0-5][05]:00.000Z$/.test(v as string)],
    ['user', { user: 'seller' }, (v) => v === 'u1' || v === 'u2'],
    ['slug', { text: '{.title|slug}' }, (v) => v === 'aether-sohne'],
    ['map', { map: 'title', to: { 'Äether Söhne': 7 } }, (v) => v === 7],
    ['else', { if: { path: 'title', in: ['other'] }, then: 1, else: 2 }, (v) => v === 2],
  ])('makes a value: %s', (_name, recipe, isRight) => {
    const values = make({ title: 'Äether Söhne', value: recipe }).map((v) => v.value);
    expect(values.filter((value) => !isRight(value))).toEqual([]);
  });

  it.each<[string, ValueRecipe]>([
    ['null', null],
    ['a user of a role nobody has', { user: 'ghost' }],
    ['a record of an object that has none', { ref: 'nothing' }],
    ['then without else', { if: { path: 'title', in: ['other'] }, then: 1 }],
  ])('leaves out: %s', (_name, recipe) => {
    expect(make({ title: 't', value: recipe }, 3)).toEqual([{ title: 't' }, { title: 't' }, { title: 't' }]);
  });

  it('refers to records that share a value, and copies from them', () => {
    const shared = world();
    const town: Recipe = { object: 'town', order: 0, count: 5, values: { name: { text: '{word}' }, owner: { user: 'seller' } } };
    const house: Recipe = { object: 'house', order: 1, for: { object: 'town', as: 'town', count: [2, 4] }, values: {} };
    const towns = makeRecords(town, shared);
    const houses = makeRecords(house, shared);
    const visits = make(
      { town: { ref: 'town' }, house: { ref: 'house', where: { town: 'town' } }, by: { path: 'town.owner' } },
      40,
      shared,
    );
    expect(towns.map((t) => houses.filter((h) => h.values.town === t.id).length).every((n) => n >= 2 && n <= 4)).toBe(true);
    for (const visit of visits) {
      expect(houses.find((h) => h.id === visit.house)?.values.town).toBe(visit.town);
      expect(towns.find((t) => t.id === visit.town)?.values.owner).toBe(visit.by);
    }
  });

  it('says which list or record it does not know', () => {
    expect(() => make({ name: { text: '{words}' } })).toThrow('unknown word list "words"');
    expect(() => make({ town: { ref: 'town', keys: { paris: 1 } } })).toThrow('unknown record town:paris');
  });
});

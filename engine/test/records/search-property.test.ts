import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../src/kernel/fold.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { searchRecords } from '../../src/records/search-records.js';
import { makeWorld, type World } from './world.js';

const field = (name: string) => ({
  kind: 'field',
  id: `fld_thing_${name}`,
  object: 'thing',
  name,
  label: name,
  type: 'text',
  searchable: true,
});
const role = (name: string) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { read: 'all', create: true, update: 'all', delete: 'all', fields: 'edit' },
});
const documents = [
  { kind: 'object', id: 'obj_thing', name: 'thing', label: 'thing', pluralLabel: 'things', nameField: 'name' },
  field('name'),
  field('other'),
  field('secret'),
  { ...field('shown'), type: 'boolean', searchable: false },
  role('all'),
  role('some'),
  {
    kind: 'permission',
    id: 'prm_some_thing',
    role: 'some',
    object: 'thing',
    read: 'own',
    fields: { only: { secret: { read: { where: { '==': [{ var: 'shown' }, true] } } } } },
  },
];

type Thing = { id: string; name: string; other: string | null; secret: string | null; shown: boolean; mine: boolean };

/** Few words of few letters, so that much is alike; none that are two letters for an umlaut. */
const word = fc.stringMatching(/^[bcé]{1,3}$/);
const text = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const things = fc.array(
  fc.record({
    name: text,
    other: fc.option(text),
    secret: fc.option(text),
    shown: fc.boolean(),
    mine: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

let world: World;
let all: RequestContext;
let some: RequestContext;
beforeAll(async () => {
  world = await makeWorld(documents);
  all = await world.person('Ada', ['all']);
  some = await world.person('Sue', ['some']);
}, 60_000);
afterAll(() => world.close());

async function fill(rows: readonly Omit<Thing, 'id'>[]): Promise<Thing[]> {
  const { sql } = world.test;
  const columns = ['name', 'other', 'secret', 'shown'].map((name) => world.column('thing', name)).join(', ');
  await sql(`delete from ${world.table('thing')}`);
  const made = await sql<{ id: string }>(
    `insert into ${world.table('thing')} (id, tenant_id, owner_id, ${columns})
     select gen_random_uuid(), 1, case when (r ->> 'mine')::boolean then $2::uuid else $3::uuid end, r ->> 'name', r ->> 'other', r ->> 'secret', (r ->> 'shown')::boolean
     from jsonb_array_elements($1::jsonb) with ordinality x(r, n) order by n returning id`,
    [JSON.stringify(rows), some.actor.userId, all.actor.userId],
  );
  return rows.map((row, index) => ({ ...row, id: made[index]?.id ?? '' }));
}

/** The values that somebody may read of a thing; none of one that is not theirs. */
const readable = (thing: Thing, ctx: RequestContext): string[] => {
  if (ctx === all) return [thing.name, thing.other, thing.secret].flatMap((value) => value ?? []);
  return thing.mine ? [thing.name, thing.other, thing.shown ? thing.secret : null].flatMap((value) => value ?? []) : [];
};

/** One or two letters are looked for at the beginning of words, more anywhere. */
const has = (value: string, term: string): boolean =>
  term.length < 3 ? ` ${fold(value)}`.includes(` ${term}`) : fold(value).includes(term);

type Kind = 'exact' | 'prefix' | 'word' | 'part';
const kindIn = (value: string, terms: readonly string[]): Kind | undefined => {
  const plain = fold(value);
  if (plain === terms.join(' ')) return 'exact';
  if (plain.startsWith(terms.join(' '))) return 'prefix';
  if (terms.every((term) => ` ${plain}`.includes(` ${term}`))) return 'word';
  return terms.some((term) => has(value, term)) ? 'part' : undefined;
};
const ORDER: readonly Kind[] = ['exact', 'prefix', 'word', 'part'];

describe('a search, held to a slow one in memory', () => {
  it('finds exactly what has every word in some value that the person may read, and says how well', async () => {
    await fc.assert(
      fc.asyncProperty(things, fc.array(word, { minLength: 1, maxLength: 2 }), async (rows, words) => {
        const made = await fill(rows);
        const terms = words.map(fold);
        for (const ctx of [all, some]) {
          const { data, objects } = await searchRecords(ctx, { q: words.join(' '), limit: 50 });
          const hits = data.filter(({ match }) => match.kind !== 'similar');
          const expected = made
            .filter((thing) => terms.every((term) => readable(thing, ctx).some((value) => has(value, term))))
            .map((thing) => {
              const kinds = readable(thing, ctx).flatMap((value) => kindIn(value, terms) ?? []);
              return `${thing.id} ${ORDER.find((kind) => kinds.includes(kind)) ?? 'part'}`;
            });
          expect(hits.map(({ id, match }) => `${id} ${match.kind}`).sort()).toEqual(expected.sort());
          expect(objects.map(({ count }) => count)).toEqual(expected.length === 0 ? [] : [expected.length]);
          // Better ones first.
          const ranks = hits.map(({ match }) => ORDER.indexOf(match.kind as Kind));
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
          // Whatever is merely similar is theirs to read too.
          for (const { id } of data) expect(readable(made.find((thing) => thing.id === id) as Thing, ctx)).not.toEqual([]);
        }
      }),
      { numRuns: 60, seed: 45 },
    );
  }, 120_000);

  it('finds in a list exactly what has the text, as it stands, in some value that the person may read', async () => {
    await fc.assert(
      fc.asyncProperty(things, text, async (rows, q) => {
        const made = await fill(rows);
        for (const ctx of [all, some]) {
          const { data } = JSON.parse(await listRecords(ctx, 'thing', { q, limit: 50, fields: ['id'] })) as { data: { id: string }[] };
          const expected = made.filter((thing) => readable(thing, ctx).some((value) => fold(value).includes(fold(q))));
          expect(data.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
        }
      }),
      { numRuns: 60, seed: 45 },
    );
  }, 120_000);

  it('answers alike whatever is in values and records that the person may not read', async () => {
    await fc.assert(
      fc.asyncProperty(things, things, fc.array(word, { minLength: 1, maxLength: 2 }), async (rows, others, words) => {
        const made = await fill(rows);
        const q = words.join(' ');
        const before = JSON.stringify(await searchRecords(some, { q }));
        for (const [index, thing] of made.entries()) {
          const other = others[index % others.length];
          if (thing.mine && thing.shown) continue;
          const set = thing.mine
            ? `${world.column('thing', 'secret')} = $2`
            : `${world.column('thing', 'secret')} = $2, ${world.column('thing', 'name')} = $2`;
          await world.test.sql(`update ${world.table('thing')} set ${set} where id = $1`, [thing.id, other?.name]);
        }
        expect(JSON.stringify(await searchRecords(some, { q }))).toBe(before);
      }),
      { numRuns: 40, seed: 45 },
    );
  }, 120_000);
});

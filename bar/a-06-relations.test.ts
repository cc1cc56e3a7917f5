import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

type Link = { id?: string; label?: string | null } | null;
type Row = { id: string; place: Link & { within?: Link }; badge: Link; vault: Link };
const rows = async (who: string, query: Record<string, string> = {}): Promise<Row[]> =>
  json<{ data: Row[] }>(await system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { limit: '200', ...query } })).data;
const v = (name: string) => ({ var: name });
const idsOf = (object: string, region?: 'north' | 'south') =>
  system.records.filter((record) => record.object === object && (region === undefined || record.region === region)).map(({ id }) => id);

describe('A-06: a link to a record that may not be read', () => {
  it('is nothing, without id and label, over any number of links', async () => {
    const hidden = new Set([...idsOf(PLACE, 'south'), ...idsOf(VAULT)]);
    for (const who of READERS) {
      for (const fields of [
        'place,vault',
        'place.name,place.within,place.within.name',
        'part_of.place.within,part_of.vault',
        'part_of.place.name',
      ]) {
        const text = JSON.stringify(await rows(who, { fields }));
        expect([...hidden].filter((id) => text.includes(id))).toEqual([]);
      }
      for (const { vault } of await rows(who)) expect(vault).toBeNull();
    }
    expect(system.leaks).toEqual([]);
  });

  it('has a neutral label where the name of the record may not be read', async () => {
    for (const who of READERS) {
      const labels = new Set((await rows(who, { fields: 'badge' })).map(({ badge }) => badge?.label ?? null));
      expect([who, [...labels]]).toEqual([who, [null]]);
      const { data } = json<{ data: Row[] }>(await system.call(who, 'GET', `/records/${BADGE}`));
      expect(data.length).toBe(1);
    }
    expect(system.leaks).toEqual([]);
  });

  it.each(['vault', 'place', 'part_of.vault', 'place.within', 'c_lookup'])(
    'counts as empty in a condition: %s',
    async (link) => {
      const target = link.endsWith('place') || link.endsWith('within') ? PLACE : VAULT;
      const field = link.split('.').at(-1) ?? '';
      for (const who of READERS) {
        const all = await rows(who, { fields: link });
        const shown = (row: Row): Link =>
          link.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name] ?? null, row) as Link;
        const count = async (filter: unknown): Promise<number | null> => {
          const reply = await system.call(who, 'GET', `/records/${SPECIMEN}`, {
            query: { filter: JSON.stringify(filter), count: 'exact', limit: '1' },
          });
          return reply.status === 200 ? json<{ page: { count: number } }>(reply).page.count : null;
        };
        // Whoever may read a field on some records only is asked about those.
        const asked = field.startsWith('c_')
          ? await rows(who, { filter: JSON.stringify({ '==': [v('status'), 'open'] }), fields: link })
          : all;
        const empty = asked.filter((row) => shown(row) === null).length;
        expect([who, 'is_empty', await count({ is_empty: [v(link)] })]).toEqual([who, 'is_empty', empty]);
        for (const id of idsOf(target)) {
          const same = asked.filter((row) => shown(row)?.id === id).length;
          expect([who, '==', await count({ '==': [v(link), id] })]).toEqual([who, '==', same]);
          expect([who, 'in', await count({ in: [v(link), [id]] })]).toEqual([who, 'in', same]);
          expect([who, '!=', await count({ '!=': [v(link), id] })]).toEqual([who, '!=', asked.length - same]);
          expect([who, 'not', await count({ '!': [{ '==': [v(link), id] }] })]).toEqual([who, 'not', asked.length - same]);
        }
        for (const id of idsOf(target)) {
          const related = { any: ['parts', { '==': [v(field), id] }] };
          if (link === field && !field.startsWith('c_')) {
            const parents = new Set(
              (await rows(who, { fields: `part_of,${field}` })).flatMap((row) =>
                shown(row)?.id === id ? [(row as unknown as { part_of: Link }).part_of?.id] : [],
              ),
            );
            const readable = new Set(all.map((row) => row.id));
            expect([who, 'any', await count(related)]).toEqual([
              who,
              'any',
              [...parents].filter((parent) => parent !== undefined && readable.has(parent)).length,
            ]);
          }
        }
      }
      expect(system.leaks).toEqual([]);
    },
    60_000,
  );

  it('to one of several objects names no object that may not be read', async () => {
    const ask = (object: string) =>
      system.call('canary_own', 'GET', `/records/${SPECIMEN}`, {
        query: { filter: JSON.stringify({ is_a: [v('c_polymorphic'), object] }) },
      });
    const [hidden, none] = [await ask(VAULT), await ask('canary_vaulx')];
    expect(hidden.status).toBe(400);
    expect(shapeOf(hidden, VAULT, 'canary_vaulx')).toBe(shapeOf(none, VAULT, 'canary_vaulx'));
    expect((await ask(PLACE)).status).toBe(200);
  });

  it('is in no groups, counts, related lists or columns of a board', async () => {
    const texts = [
      await system.call('canary_own', 'POST', `/records/${SPECIMEN}/aggregate`, {
        body: { groupBy: ['place'], measures: [{ op: 'count', as: 'n' }] },
      }),
      await system.call('canary_own', 'POST', `/records/${SPECIMEN}/aggregate`, {
        body: { groupBy: ['place.within'], measures: [{ op: 'count', field: 'place', as: 'n' }] },
      }),
      await system.call('canary_own', 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'place' } }),
      await system.call('canary_own', 'GET', `/records/${PLACE}`, { query: { include: '{"specimens":{},"places":{}}' } }),
    ];
    for (const { status } of texts) expect(status).toBe(200);
    // A record whose place may not be read stands where one without a place does.
    const { columns } = json<{ columns: { key: string | null; count: number; cards: unknown[] }[] }>(
      await system.call('canary_own', 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'place', fields: 'title' } }),
    );
    const without = (await rows('canary_own', { fields: 'place' })).filter(({ place }) => place === null).length;
    expect(columns.filter(({ key }) => key === null)).toMatchObject([{ count: without }]);
    // Counted are the links that are shown.
    const { data } = json<{ data: { n: number }[] }>(
      await system.call('canary_own', 'POST', `/records/${SPECIMEN}/aggregate`, {
        body: {
          measures: [
            { op: 'count', field: 'place', as: 'n' },
            { op: 'count_distinct', field: 'place', as: 'd' },
          ],
        },
      }),
    );
    const shown = (await rows('canary_own', { fields: 'place' })).flatMap(({ place }) => (place === null ? [] : [place.id]));
    expect(data).toEqual([{ n: shown.length, d: new Set(shown).size }]);
    expect(system.leaks).toEqual([]);
  });
});

describe('A-06: related lists', () => {
  it('of an object that may not be read are like those that are not there', async () => {
    for (const relation of ['specimens', 'vaults', 'zq']) {
      const of = relation === 'specimens' ? VAULT : SPECIMEN;
      const hidden = await system.call('canary_own', 'GET', `/records/${of}`, { query: { include: JSON.stringify({ [relation]: {} }) } });
      expect(hidden.status).toBeGreaterThanOrEqual(400);
    }
    expect(system.leaks).toEqual([]);
  });

  it('refuse paths of hidden fields over five links, and lists within lists, alike', async () => {
    const paths = [
      'place.within.within.within.secret',
      'part_of.place.within.secret',
      'badge.name',
      'vault.name',
      'vault.amount',
      'place.secret',
      'place.d_sum',
    ];
    for (const path of paths) {
      const absent = `${path.split('.').slice(0, -1).join('.')}.zq`;
      const name = path.split('.').at(-1) ?? '';
      for (const send of [
        (fields: string) => system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { fields } }),
        (sort: string) => system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { sort } }),
        (field: string) => system.call('canary_own', 'POST', `/records/${SPECIMEN}/aggregate`, { body: { groupBy: [field] } }),
        (field: string) =>
          system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify({ is_empty: [v(field)] }) } }),
        (field: string) =>
          system.call('canary_own', 'GET', `/records/${PLACE}`, { query: { include: JSON.stringify({ specimens: { fields: [field] } }) } }),
      ]) {
        const [hidden, none] = [await send(path), await send(absent)];
        expect(hidden.status).toBe(400);
        expect(shapeOf(hidden, path, `\\"${name}\\"`)).toBe(shapeOf(none, absent, '\\"zq\\"'));
      }
    }
    expect(system.leaks).toEqual([]);
  });
});

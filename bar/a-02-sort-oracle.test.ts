import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { absentFor, HIDDEN, SOME } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** Where an order can be asked for. */
const PLACES: Readonly<Record<string, (sort: string) => Promise<Exchange>>> = {
  list: (sort) => system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { sort } }),
  'list, as a tie': (sort) => system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { sort: `status,${sort}` } }),
  query: (sort) => system.call('canary_own', 'POST', `/records/${SPECIMEN}/query`, { body: { sort: [sort] } }),
  board: (sort) => system.call('canary_own', 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'status', sort } }),
  'one column of a board': (sort) =>
    system.call('canary_own', 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'status', column: 'open', sort } }),
  'over a link': (sort) =>
    system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { sort: sort.replace(/^(-?)/, '$1part_of.') } }),
  'related list': (sort) =>
    system.call('canary_own', 'GET', `/records/${PLACE}`, { query: { include: JSON.stringify({ specimens: { sort } }) } }),
  groups: (sort) =>
    system.call('canary_own', 'POST', `/records/${SPECIMEN}/aggregate`, {
      body: { groupBy: ['status'], measures: [{ op: 'count', as: 'n' }], sort },
    }),
};

describe('A-02: an order by a field that may not be read', () => {
  it.each(Object.keys(PLACES))('is refused like one by a field that is not there: %s', async (place) => {
    const differences: string[] = [];
    await inParallel([...HIDDEN, ...SOME], 6, async (field) => {
      for (const sign of ['', '-']) {
        const absent = absentFor(field);
        const ask = PLACES[place] as (sort: string) => Promise<Exchange>;
        const [hidden, none] = [await ask(sign + field), await ask(sign + absent)];
        if (hidden.status < 400 || shapeOf(hidden, field, absent) !== shapeOf(none, field, absent)) {
          differences.push(`${sign}${field}: ${hidden.text.slice(0, 300)} <> ${none.text.slice(0, 300)}`);
        }
      }
    });
    expect(differences).toEqual([]);
    expect(system.leaks).toEqual([]);
  });
});

describe('A-02: an order that a view has', () => {
  const ROWS = 500;
  /** Far from the order they are made in: neighbours lie 197 apart, and no rank follows from another. */
  const hiddenOf = (n: number): number => (n * 197) % ROWS;
  const kendall = (ranks: readonly number[] | null): number => {
    if (ranks === null) return 0;
    let sum = 0;
    for (const [at, left] of ranks.entries()) for (const right of ranks.slice(at + 1)) sum += Math.sign(right - left);
    return sum / ((ranks.length * (ranks.length - 1)) / 2);
  };

  it('by a hidden field is left out, and the rows follow it in no way', async () => {
    const owner = system.person('canary_own').id;
    await inParallel([...Array(ROWS).keys()], 1, async (n) => {
      const body = {
        title: `Row ${String(n)}`,
        owner,
        status: 'won',
        region: 'north',
        h_integer: hiddenOf(n),
        h_decimal: String(hiddenOf(n)),
        c_integer: hiddenOf(n),
      };
      expect((await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body })).status).toBe(201);
    });
    const ranks = async (who: string, query: Record<string, string>): Promise<number[] | null> => {
      const filter = JSON.stringify({ starts_with: [{ var: 'title' }, 'Row '] });
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const reply = await system.call(who, 'GET', `/records/${SPECIMEN}`, {
          query: { filter, limit: '200', fields: 'title', ...query, ...(cursor === undefined ? {} : { cursor }) },
        });
        if (reply.status !== 200) return null;
        const answer = json<{ data: { title: string }[]; page: { next: string | null } }>(reply);
        found.push(...answer.data.map(({ title }) => hiddenOf(Number(title.slice(4)))));
        cursor = answer.page.next ?? undefined;
      } while (cursor !== undefined);
      return found;
    };
    const seen = await ranks('canary_own', { view: 'hidden_order' });
    expect(seen).toHaveLength(ROWS);
    expect(Math.abs(kendall(seen))).toBeLessThanOrEqual(0.05);
    // It is the order that the administrator sees them in.
    expect(kendall(await ranks('admin', { view: 'hidden_order' }))).toBe(-1);
    for (const sort of ['title', '-created_at', 'status', 'place', 'badge', 'vault', 'part_of', 'owner', 'size']) {
      expect([sort, Math.abs(kendall(await ranks('canary_own', { sort }))) <= 0.05]).toEqual([sort, true]);
    }
  }, 300_000);

  it('by the name of a record that may not be read says nothing of the name', async () => {
    // Three records whose places may not be read, and whose names fall as the records rise.
    const ids: string[] = [];
    for (const name of ['c', 'a', 'b']) {
      const place = json(await system.call('admin', 'POST', `/records/${PLACE}`, { body: { name, region: 'south' } }))['id'];
      const vault = json(await system.call('admin', 'POST', '/records/canary_vault', { body: { name } }))['id'];
      const badge = json(await system.call('admin', 'POST', '/records/canary_badge', { body: { name } }))['id'];
      const body = { title: 'Linked', owner: system.person('canary_own').id, place, vault, badge };
      ids.push(String(json(await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body }))['id']));
    }
    const filter = JSON.stringify({ '==': [{ var: 'title' }, 'Linked'] });
    const order = async (sort: string) =>
      json<{ data: { id: string }[] }>(
        await system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { filter, sort, fields: 'id' } }),
      ).data?.map(({ id }) => ids.indexOf(id));
    for (const link of ['place', 'vault', 'badge']) {
      const [up, down] = [await order(`${link},id`), await order(`-${link},id`)];
      // Refused, or the same both ways: nothing to sort by.
      if (up !== undefined) expect([link, up, down]).toEqual([link, [0, 1, 2], [0, 1, 2]]);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** Everywhere a text is looked for in records of an object: how many were found. */
const SEARCHES: Readonly<Record<string, (who: string, object: string, q: string) => Promise<Exchange>>> = {
  list: (who, object, q) => system.call(who, 'GET', `/records/${object}`, { query: { q, count: 'exact' } }),
  query: (who, object, q) => system.call(who, 'POST', `/records/${object}/query`, { body: { q, count: 'exact' } }),
  groups: (who, object, q) =>
    system.call(who, 'POST', `/records/${object}/aggregate`, { body: { q, measures: [{ op: 'count', as: 'n' }] } }),
  'everything at once': (who, _object, q) => system.call(who, 'GET', '/search', { query: { q } }),
};

function found({ status, text }: Exchange): number {
  if (status >= 400) return 0;
  const answer = JSON.parse(text) as {
    data: Record<string, unknown>[];
    page?: { count?: number };
    objects?: { count: number }[];
    suggestion?: string | null;
  };
  const [first] = answer.data;
  if (answer.objects) return answer.data.length + answer.objects.length + (answer.suggestion === null ? 0 : 1);
  return answer.page?.count ?? (typeof first?.['n'] === 'number' ? first['n'] : answer.data.length);
}

/** Texts that one could type, of values that somebody may not read. */
const hiddenTexts = (who: string) => {
  const { values } = system.secretsOf(who);
  return [...new Set(system.planted.flatMap(({ marks }) => marks.filter((mark) => mark.startsWith('zqk') && values.has(mark))))];
};

describe('A-04: a search for what one may not read', () => {
  it.each(Object.keys(SEARCHES))(
    'finds nothing, by %s',
    async (way) => {
      const hits: string[] = [];
      let asked = 0;
      const search = SEARCHES[way] as (typeof SEARCHES)[string];
      for (const who of READERS) {
        const texts = hiddenTexts(who).filter((_text, at) => way === 'list' || at % 5 === 0);
        await inParallel(texts, 8, async (text) => {
          // A specimen has most of them; the name of a place is looked for among places.
          for (const object of [SPECIMEN, ...(asked % 4 === 0 ? [PLACE, BADGE, VAULT] : [])]) {
            asked += 1;
            if (found(await search(who, object, text)) > 0) hits.push(`${who} ${object} ${text}`);
          }
        });
      }
      expect(hits).toEqual([]);
      expect(asked).toBeGreaterThan(300);
      expect(system.leaks).toEqual([]);
    },
    120_000,
  );

  it('finds what one may read, by the same words', async () => {
    const own = system.planted.find(({ field, record }) => field === 'title' && record.owner === 'canary_own');
    for (const search of Object.values(SEARCHES))
      expect(found(await search('canary_own', SPECIMEN, own?.marks[0] ?? ''))).toBeGreaterThan(0);
    const hidden = system.planted.find(({ field }) => field === 'h_text');
    expect(found(await (SEARCHES['list'] as (typeof SEARCHES)[string])('admin', SPECIMEN, hidden?.marks[0] ?? ''))).toBe(1);
  });

  it('finds no record by a part of it, a pattern, or a letter in another case', async () => {
    const hidden = hiddenTexts('canary_own').slice(0, 20);
    for (const text of hidden) {
      for (const q of [
        text.slice(0, 8),
        text.slice(2),
        text.toUpperCase(),
        `%${text}%`,
        text.replace('q', '_'),
        `${text}*`,
        `"${text}"`,
        `h_text:${text}`,
      ]) {
        const reply = await system.call('canary_own', 'GET', `/records/${SPECIMEN}`, { query: { q, count: 'exact' } });
        const rows = reply.status === 200 ? json<{ data: { title: string }[] }>(reply).data : [];
        // A short part may be one of a title that may be read.
        expect(rows.filter(({ title }) => !title.toLowerCase().includes(q.toLowerCase()))).toEqual([]);
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('of people finds names, and nothing else of them', async () => {
    const admin = system.person('admin');
    for (const q of [admin.email, admin.email.slice(0, 12), admin.id, 'trial.example', '$argon2id']) {
      expect([q, found(await system.call('canary_own', 'GET', '/records/user', { query: { q, count: 'exact' } }))]).toEqual([q, 0]);
    }
  });
});

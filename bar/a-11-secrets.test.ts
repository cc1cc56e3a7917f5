import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

const SECRETS = ['h_encrypted_text', 'c_encrypted_text'];
const marks = () => system.planted.filter(({ field }) => SECRETS.includes(field)).flatMap(({ marks }) => marks);

describe('A-11: a secret, for everybody, the administrator included', () => {
  it('reads as being there, on every way to records', async () => {
    const id = system.records.find(({ object }) => object === SPECIMEN)?.id ?? '';
    for (const who of ['admin', ...READERS]) {
      for (const path of [
        '',
        '?limit=200',
        `/${id}`,
        `/${id}/history`,
        `?fields=${SECRETS.join(',')}`,
        '?view=hidden_order',
        '/board?view=hidden_board',
      ]) {
        const { text } = await system.call(who, 'GET', `/records/${SPECIMEN}${path}`);
        expect(marks().filter((mark) => text.includes(mark))).toEqual([]);
      }
    }
    const { data } = json<{ data: Record<string, unknown>[] }>(
      await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { fields: 'h_encrypted_text' } }),
    );
    expect(data[0]?.['h_encrypted_text']).toEqual({ has_value: true });
    expect(system.leaks).toEqual([]);
  });

  it('can not be asked about, sorted, grouped, measured or searched for', async () => {
    for (const field of SECRETS) {
      const [mark = ''] = system.planted.find((each) => each.field === field)?.marks ?? [];
      for (const condition of [
        { '==': [{ var: field }, mark] },
        { contains: [{ var: field }, mark.slice(0, 5)] },
        { starts_with: [{ var: field }, 'z'] },
        { '>': [{ var: field }, 'a'] },
        { in: [{ var: field }, [mark]] },
      ]) {
        const { status } = await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify(condition) } });
        expect([JSON.stringify(condition), status]).toEqual([JSON.stringify(condition), 400]);
      }
      expect((await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { sort: field } })).status).toBe(400);
      for (const op of ['min', 'max', 'count_distinct']) {
        expect(
          (await system.call('admin', 'POST', `/records/${SPECIMEN}/aggregate`, { body: { measures: [{ op, field, as: 'x' }] } })).status,
        ).toBe(400);
      }
      expect((await system.call('admin', 'POST', `/records/${SPECIMEN}/aggregate`, { body: { groupBy: [field] } })).status).toBe(400);
      for (const q of [mark, mark.slice(2, 8)]) {
        const { data } = json<{ data: unknown[] }>(await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { q } }));
        expect(data.length === 0 || q !== mark).toBe(true);
      }
    }
  });

  it('stands in no table, in whatever form', async () => {
    const tables = await system.test.sql<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('meta', 'sp1')`,
    );
    const wanted = new Set(marks());
    const found: string[] = [];
    for (const { name } of tables) {
      for (const { row } of await system.test.sql<{ row: string }>(`select t::text as row from ${name} t`)) {
        const text = row.toLowerCase();
        for (const mark of wanted)
          if (text.includes(mark) || text.includes(Buffer.from(mark).toString('hex'))) found.push(`${name}: ${mark}`);
      }
    }
    expect(found).toEqual([]);
  });
});

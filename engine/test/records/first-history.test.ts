import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bulkRecords } from '../../src/records/bulk-records.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

const field = (name: string, type: string, more: object = {}) => ({
  ...{ kind: 'field', id: `fld_thing_${name}`, object: 'thing', name, label: name, type },
  ...more,
});
const options = ['red', 'green', 'blue'].map((value) => ({ value, label: value }));
/** A field of each type that people write, with the values it is given: usual ones, edges, and ones that are stored in another form than they are sent in. */
const VALUES: readonly (readonly [type: string, values: readonly unknown[], more?: object])[] = [
  ['text', ['plain', ' spaces ', 'say "\\" \u00e9 \u{1f600}', 'x'.repeat(255)]],
  ['long_text', ['one\ntwo\ttabs', '{"json": [null, 1]}']],
  ['email', ['Ann.Lee@Example.COM']],
  ['phone', ['+49 (0)30 123456', '030/12345']],
  ['url', ['HTTPS://Example.com/a?b=c#d']],
  ['integer', [0, -7, 9_007_199_254_740_991, '42']],
  ['decimal', ['1.5', '-0.10', 12, '-0', '0.000'], { scale: 3 }],
  ['percent', ['12.5', 3]],
  [
    'currency',
    [
      { amount: '12.5', currency: 'EUR' },
      { amount: '-0.1234', currency: 'usd' },
      { amount: 7, currency: 'JPY' },
    ],
  ],
  ['boolean', [true, false]],
  ['date', ['2024-02-29', '0001-01-01', '9999-12-31']],
  ['datetime', ['2024-02-29T12:00:00+02:00', '2024-02-29T12:00:00.123456Z']],
  ['time', ['09:30', '23:59:59']],
  ['duration', ['PT1H30M', 90]],
  ['picklist', ['red'], { options }],
  ['multi_picklist', [['red', 'blue'], []], { options }],
  ['tags', [['B', 'a  c']]],
  ['json', [{ a: [1, { b: null }] }, 'text', 0]],
  ['address', [{ street: 'Main 1', city: 'Bonn' }]],
  ['geo_point', [{ lat: 50.1, lng: 7.2 }]],
  ['rich_text', ['<p>Hi <b>you</b></p>']],
];

let world: World;
let admin: RequestContext;
beforeAll(async () => {
  world = await makeWorld([
    { kind: 'object', id: 'obj_thing', name: 'thing', label: 'Thing', pluralLabel: 'Things', nameField: 'name' },
    field('name', 'text', { required: true }),
    field('of', 'lookup', { target: 'thing', inverse: { name: 'parts', label: 'Parts' } }),
    ...VALUES.map(([type, , more]) => field(`a_${type}`, type, more)),
    {
      ...{ kind: 'role', id: 'rol_admin', name: 'admin', label: 'Admin' },
      default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ['bulk'] },
    },
  ]);
  admin = await world.person('ann', ['admin']);
});
afterAll(() => world.close());

const firstDiff = async (id: string): Promise<unknown> =>
  (await world.test.sql<{ diff: unknown }>('select diff from sp1.sys_history where record_id = $1', [id]))[0]?.diff;

async function both(values: Record<string, unknown>): Promise<{ single: unknown; bulk: unknown }> {
  const { id } = await createRecord(admin, 'thing', values);
  // One alone would be made as any other.
  const { results } = await bulkRecords(admin, 'thing', {
    mode: 'all',
    operations: [values, values].map((each) => ({ op: 'create', values: each })),
  });
  const [written] = results;
  if (written === undefined || written instanceof Error) throw written ?? new Error('nothing was written');
  return { single: await firstDiff(id), bulk: await firstDiff(written.id) };
}

describe('the first values in the history of a record', () => {
  // One is made of what is sent, the other of the row that was stored.
  it.each(VALUES.flatMap(([type, values]) => values.map((value) => [type, value] as const)))(
    'are the same for a record made alone and one made among many: %s %j',
    async (type, value) => {
      const { single, bulk } = await both({ name: 'x', [`a_${type}`]: value });
      expect(single).toEqual(bulk);
      expect(Object.keys(single as object)).toContain('fld_thing_name');
    },
  );

  it('are the same with all of them, a link and values that are taken away', async () => {
    const { id } = await createRecord(admin, 'thing', { name: 'whole' });
    const all = Object.fromEntries(VALUES.map(([type, [value]]) => [`a_${type}`, value]));
    const { single, bulk } = await both({ name: 'part', of: id, ...all, a_text: null, a_date: '' });
    expect(single).toEqual(bulk);
    expect(single).toMatchObject({ fld_thing_of: [null, id], fld_thing_name: [null, 'part'] });
    expect(Object.keys(single as object)).not.toContain('fld_thing_a_text');
  });
});

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldType } from '../../src/fields/registry.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseListQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { readHistory } from '../../src/records/read-history.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

type Row = Record<string, unknown> & { id: string };

const field = (of: string, name: string, type: string, more: object = {}) => ({
  ...{ kind: 'field', id: `fld_${of}_${name}`, object: of, name, label: name, type },
  ...more,
});
const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'name' });
const TYPES = ['rich_text', 'time', 'duration', 'score', 'rating', 'address', 'geo_point', 'json', 'tags'] as const;
const documents = [
  object('site'),
  field('site', 'name', 'text', { required: true }),
  ...TYPES.map((type) =>
    field('site', `a_${type}`, type, type === 'tags' ? { indexed: true } : type === 'rich_text' ? { searchable: true } : {}),
  ),
  object('visit'),
  field('visit', 'name', 'text', { required: true }),
  field('visit', 'site', 'lookup', { target: 'site', inverse: { name: 'visits', label: 'Visits' } }),
  {
    kind: 'view',
    id: 'viw_visits',
    object: 'visit',
    name: 'by_city',
    label: 'By city',
    type: 'list',
    columns: [{ field: 'name' }, { field: 'site.a_address.city' }],
    sort: [{ field: 'site.a_address.city', direction: 'asc' }],
  },
  {
    kind: 'role',
    id: 'rol_admin',
    name: 'admin',
    label: 'Admin',
    default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' },
  },
  {
    kind: 'role',
    id: 'rol_guest',
    name: 'guest',
    label: 'Guest',
    default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'none' },
  },
  {
    kind: 'permission',
    id: 'prm_guest_site',
    role: 'guest',
    object: 'site',
    read: 'all',
    fields: { default: 'read', only: { a_address: 'none', a_tags: 'none' } },
  },
];

let world: World;
let admin: RequestContext;
let guest: RequestContext;

const list = async (ctx: RequestContext, of: string, query: Record<string, unknown>) =>
  JSON.parse(await listRecords(ctx, of, parseListQuery(new Map(Object.entries(query))))) as { data: Row[]; page: { next: string | null } };
const names = async (filter: unknown) => (await list(admin, 'site', { filter, sort: 'name' })).data.map((row) => row['name']);

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  guest = await world.person('Gus', ['guest']);
  const sites = [
    [
      'North',
      {
        a_rich_text: '<h3>A &amp; B</h3><p>very <strong>strong</strong></p>',
        a_address: { city: 'Bern', country: 'ch' },
        a_geo_point: { lat: 46.9, lng: 7.4 },
        a_tags: ['VIP', 'fair'],
        a_duration: '1h 30m',
        a_time: '09:00',
        a_json: { plan: 1 },
        a_score: 70,
        a_rating: 4,
      },
    ],
    ['East', { a_address: { street: 'Main 1', city: 'Aarau' }, a_duration: 'PT45M', a_tags: ['fair'], a_time: '17:30' }],
    ['South', { a_address: { country: 'IT' }, a_geo_point: { lat: 41.9, lng: 12.5 } }],
    ['West', {}],
  ] as const;
  for (const [name, values] of sites) {
    const site = await createRecord(admin, 'site', { name, ...values });
    await createRecord(admin, 'visit', { name: `to ${name}`, site: site.id });
  }
});
afterAll(() => world.close());

describe('values of several parts', () => {
  it.each<[unknown, string[]]>([
    [{ '==': [{ var: 'a_address.city' }, 'Bern'] }, ['North']],
    [{ contains: [{ var: 'a_address.city' }, 'AR'] }, ['East']],
    [{ in: [{ var: 'a_address.country' }, ['CH', 'IT']] }, ['North', 'South']],
    [{ is_empty: [{ var: 'a_address.street' }] }, ['North', 'South', 'West']],
    [{ is_empty: [{ var: 'a_address' }] }, ['West']],
    [{ contains: [{ var: 'a_address' }, 'bern ch'] }, ['North']],
    [{ contains: [{ var: 'a_address' }, 'bern it'] }, []],
    [{ starts_with: [{ var: 'a_address' }, 'main 1 aarau'] }, ['East']],
    [{ '!': [{ contains: [{ var: 'a_address' }, 'bern'] }] }, ['East', 'South', 'West']],
    [{ contains: [{ var: 'a_rich_text' }, 'very STRONG'] }, ['North']],
    [{ contains: [{ var: 'a_rich_text' }, '<strong>'] }, []],
    [{ starts_with: [{ var: 'a_rich_text' }, 'a & b\nvery'] }, ['North']],
    [{ ends_with: [{ var: 'a_rich_text' }, 'strong'] }, ['North']],
    [{ '>': [{ var: 'a_geo_point.lat' }, 45] }, ['North']],
    [{ '!': [{ is_empty: [{ var: 'a_geo_point' }] }] }, ['North', 'South']],
    [{ '!': [{ is_empty: [{ var: 'a_json' }] }] }, ['North']],
    [{ contains: [{ var: 'a_tags' }, 'VIP'] }, ['North']],
    [{ or: [{ contains: [{ var: 'a_tags' }, 'vip'] }, { contains: [{ var: 'a_tags' }, ' Fair '] }] }, ['East', 'North']],
    [{ '>': [{ var: 'a_duration' }, 'PT1H'] }, ['North']],
    [{ '<=': [{ var: 'a_duration' }, 2700] }, ['East']],
    [{ between: [{ var: 'a_time' }, '08:00', '12:00'] }, ['North']],
    [{ '>=': [{ var: 'a_rating' }, 4] }, ['North']],
    [{ any: ['visits', { '==': [{ var: 'site.a_address.city' }, 'Aarau'] }] }, ['East']],
  ])('filters by %j', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  it('sorts by a part page by page, empty ones last, and over a link', async () => {
    const walk = async (of: string, sort: string) => {
      const found: unknown[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const { data, page } = await list(admin, of, { sort, limit: 1, fields: 'name', ...(cursor === undefined ? {} : { cursor }) });
        found.push(...data.map((row) => row['name']));
        cursor = page.next;
      }
      return found;
    };
    expect((await walk('site', 'a_address.city')).slice(0, 2)).toEqual(['East', 'North']);
    expect((await walk('site', '-a_address.city')).slice(0, 2)).toEqual(['North', 'East']);
    expect((await walk('site', '-a_geo_point.lat')).slice(0, 2)).toEqual(['North', 'South']);
    expect((await walk('site', '-a_duration')).slice(0, 2)).toEqual(['North', 'East']);
    const visits = await walk('visit', 'site.a_address.city');
    expect([visits.length, ...visits.slice(0, 2)]).toEqual([4, 'to East', 'to North']);
    // A view names them like any other column.
    expect((await list(admin, 'visit', { view: 'by_city' })).data[0]).toMatchObject({
      site: { a_address: { city: 'Aarau', street: 'Main 1' } },
    });
  });

  it('finds formatted text by its words, and not by its markup', async () => {
    const found = async (q: string) => (await list(admin, 'site', { q })).data.map((row) => row['name']);
    expect([await found('A & B'), await found('very strong'), await found('h3'), await found('<strong>')]).toEqual([
      ['North'],
      ['North'],
      [],
      [],
    ]);
  });

  it.each(['a_rich_text', 'a_address.planet', 'a_address.city.name', 'a_json.plan', 'a_address', 'a_json', 'a_tags', 'a_geo_point'])(
    'has no order by %s',
    async (sort) => {
      await expect(list(admin, 'site', { sort })).rejects.toMatchObject({ issues: [{ path: '/sort/0', code: 'unknown_field' }] });
    },
  );

  it('refuses parts and tags that may not be read like names that do not exist', async () => {
    const problemOf = async (query: Record<string, unknown>) => {
      const error = (await list(guest, 'site', query).catch((caught: unknown) => caught)) as {
        issues?: { code: string; message: string }[];
      };
      return error.issues?.map(
        ({ code, message }) => `${code} ${message.replaceAll(/a_address\.city|a_address|nothing\.city|nothing|a_tags/g, 'x')}`,
      );
    };
    for (const [hidden, missing] of [
      [{ sort: 'a_address.city' }, { sort: 'nothing.city' }],
      [{ fields: 'a_address.city' }, { fields: 'nothing.city' }],
      [{ filter: { '==': [{ var: 'a_address.city' }, 'Bern'] } }, { filter: { '==': [{ var: 'nothing.city' }, 'Bern'] } }],
      [{ filter: { contains: [{ var: 'a_address' }, 'Bern'] } }, { filter: { contains: [{ var: 'nothing' }, 'Bern'] } }],
      [{ filter: { contains: [{ var: 'a_tags' }, 'vip'] } }, { filter: { contains: [{ var: 'nothing' }, 'vip'] } }],
    ] as const) {
      expect(await problemOf(hidden)).toEqual(await problemOf(missing));
      expect(await problemOf(hidden)).toHaveLength(1);
    }
  });

  it('answers what it says it answers, and writes history of the whole value', async () => {
    const ajv = new Ajv2020({ strict: false });
    const [north] = (await list(admin, 'site', { filter: { '==': [{ var: 'name' }, 'North'] } })).data;
    for (const type of TYPES) {
      const { answerSchema, jsonSchema } = fieldType(type);
      expect([type, ajv.validate(answerSchema ?? jsonSchema({}), north?.[`a_${type}`]), ajv.errors]).toEqual([type, true, null]);
    }
    await updateRecord(admin, 'site', north?.id ?? '', {
      a_address: { city: 'Bern', country: 'CH', street: 'Here 1' },
      a_duration: 'PT2H',
      a_json: [1],
    });
    const history = JSON.stringify(await readHistory(admin, 'site', north?.id ?? '', { limit: 10 }));
    for (const text of ['Here 1', 'PT2H', 'PT1H30M']) expect(history).toContain(text);
  });
});

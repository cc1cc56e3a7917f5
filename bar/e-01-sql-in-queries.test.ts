import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asked, Exchange } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { tapPostgres, type WireTap } from '../engine/test/support/wire-tap.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { asBrackets, asShapes, fingerprint, MARKER, sqlPayloads, TOKEN } from './support/sql-payloads.js';

let system: CanarySystem;
let tap: WireTap;
beforeAll(async () => {
  system = await openCanarySystem(async (test) => {
    tap = await tapPostgres(test.url);
    return { databaseConfig: { ...test.config, url: tap.url } };
  });
}, 300_000);
afterAll(async () => {
  await system.close();
  await tap.close();
});

type Place = {
  readonly name: string;
  readonly send: (value: unknown) => Promise<Exchange>;
  /** Values that people send there. */
  readonly benign: readonly unknown[];
  /** What is refused is refused by reading it: the database is not asked about a record. */
  readonly isReadFirst?: false;
  /** What people would send to ask the same of the database. */
  readonly twin?: (value: unknown) => unknown;
  /** Other spellings of the parameter, where it stands in an address. */
  readonly bracketed?: (query: string) => Promise<Exchange>;
};

const get = (path: string, query: Record<string, string>, headers: Record<string, string> = {}) =>
  system.call('admin', 'GET', path, { query, headers });
const LIST = `/records/${SPECIMEN}`;
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const WORDS = ['alpha', 'be', '12', 'x', 'gamma 4', 'alpha be x', '%', "d'or"];
/** As many words of the same lengths: these decide what is asked, and signs stand in none of them. */
const wordsOf = (value: unknown): string =>
  text(value)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => word.replace(/^["'«»„“”,;:!?]+/, '').replace(/["'«»„“”,;:!?.]+$/, ''))
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, 'k'))
    .join(' ');

/** A parameter of an address. */
const inAddress = (path: string, name: string, benign: readonly string[], more: Record<string, string> = {}): Place => ({
  name: `GET ${path} ${name}`,
  benign,
  send: (value) => get(path, { ...more, [name]: text(value) }),
  bracketed: (query) => system.call('admin', 'GET', `${path}?${new URLSearchParams(more).toString()}&${query}`),
});
/** A place in a body. */
const inBody = (path: string, name: string, benign: readonly unknown[], body: (value: unknown) => unknown): Place => ({
  name: `POST ${path} ${name}`,
  benign,
  send: (value) => system.call('admin', 'POST', path, { body: body(value) } as Asked),
});
const v = (path: unknown) => ({ var: path });
const QUERY = `${LIST}/query`;
const GROUPS = `${LIST}/aggregate`;
const count = { op: 'count', as: 'n' };

/** Everything of which a question is made. */
const PLACES = (): readonly Place[] => [
  inAddress(LIST, 'filter', ['{"==":[{"var":"title"},"x"]}']),
  inAddress(LIST, 'sort', ['title', '-title', '-size,title', 'place.name']),
  inAddress(LIST, 'fields', ['title', 'title,size', 'place.name']),
  inAddress(LIST, 'limit', ['1', '20']),
  inAddress(LIST, 'skip', ['5']),
  inAddress(LIST, 'cursor', ['']),
  inAddress(LIST, 'count', ['none', 'capped', 'exact']),
  inAddress(LIST, 'view', ['hidden_order']),
  inAddress(LIST, 'q', WORDS),
  inAddress(LIST, 'include', ['{"parts":{}}']),
  ...['filter', 'q', 'sort', 'fields', 'cursor', 'view', 'sum', 'switcher', 'choices', 'column'].map((name) =>
    inAddress(`${LIST}/board`, name, name === 'q' ? WORDS : name === 'column' ? ['', 'open', 'won'] : ['size', 'title'], { by: 'status' }),
  ),
  inAddress(`${LIST}/board`, 'by', ['status', 'region', 'place']),
  { ...inAddress('/search', 'q', WORDS), twin: wordsOf },
  inAddress('/search', 'objects', [SPECIMEN], { q: 'alpha' }),
  inAddress('/recycle-bin', 'q', WORDS),
  inAddress('/recycle-bin', 'object', [SPECIMEN, PLACE]),
  ...(['q', 'object', 'until', 'cursor'] as const).map((name) =>
    inBody('/recycle-bin/purge/preview', name, name === 'q' ? WORDS : ['x'], (value) => ({ all: true, [name]: value })),
  ),
  inBody(QUERY, 'a path', ['title', 'place.name', 'place.within.name'], (value) => ({ filter: { '==': [v(value), 'x'] } })),
  inBody(QUERY, 'a path into JSON', ['title'], (value) => ({
    filter: { '==': [v(typeof value === 'string' ? `h_json.${value}` : value), 'x'] },
  })),
  inBody(QUERY, 'a value', ['x'], (value) => ({ filter: { contains: [v('title'), value] } })),
  inBody(QUERY, 'values of a list', ['x'], (value) => ({ filter: { in: [v('title'), [value, 'x']] } })),
  inBody(QUERY, 'an option', ['open'], (value) => ({ filter: { '==': [v('status'), value] } })),
  inBody(QUERY, 'a date', ['2026-01-01'], (value) => ({ filter: { '>': [v('created_at'), value] } })),
  inBody(QUERY, 'a link', ['00000000-0000-0000-0000-000000000000'], (value) => ({ filter: { '==': [v('place'), value] } })),
  inBody(QUERY, 'a number', [1], (value) => ({ filter: { '==': [v('size'), value] } })),
  inBody(QUERY, 'an operator', ['=='], (value) => ({ filter: { [text(value)]: [v('title'), 'x'] } })),
  inBody(QUERY, 'a unit of time', ['month', 'day', 'year'], (value) => ({
    filter: { '<': [v('created_at'), { start_of: [{ now: [] }, value] }] },
  })),
  inBody(QUERY, 'a unit to add', ['month', 'day', 'year'], (value) => ({
    filter: { '<': [v('created_at'), { add: [{ now: [] }, 1, value] }] },
  })),
  inBody(QUERY, 'a count to add', [1], (value) => ({ filter: { '<': [v('created_at'), { add: [{ now: [] }, value, 'day'] }] } })),
  inBody(QUERY, 'a relation', ['parts'], (value) => ({ filter: { any: [value, { '==': [v('title'), 'x'] }] } })),
  inBody(QUERY, 'an object of is_a', ['canary_place'], (value) => ({ filter: { is_a: [v('place'), value] } })),
  inBody(QUERY, 'a field of a sum', ['size'], (value) => ({ filter: { '>': [{ sum: ['parts', value] }, 1] } })),
  ...['filter', 'q', 'sort', 'fields', 'limit', 'skip', 'cursor', 'count', 'view', 'include'].map((name) =>
    inBody(QUERY, name, name === 'q' ? WORDS : ['title'], (value) => ({ [name]: value })),
  ),
  inBody(QUERY, 'a related list', ['parts', 'specimens'], (value) => ({ include: { [text(value)]: {} } })),
  ...['filter', 'sort', 'fields', 'limit', 'view'].map((name) =>
    inBody(QUERY, `${name} of a related list`, ['title'], (value) => ({ include: { parts: { [name]: value } } })),
  ),
  inBody(GROUPS, 'a field to group by', ['status', 'region', 'place', 'place.name'], (value) => ({ groupBy: [value], measures: [count] })),
  inBody(GROUPS, 'a unit to group by', ['day', 'week', 'month', 'quarter', 'year'], (value) => ({
    groupBy: [{ field: 'created_at', by: value }],
    measures: [count],
  })),
  inBody(GROUPS, 'a time zone', ['Europe/Berlin', 'UTC'], (value) => ({
    groupBy: [{ field: 'created_at', by: 'day', timeZone: value }],
    measures: [count],
  })),
  inBody(GROUPS, 'a name of a group', ['grp'], (value) => ({ groupBy: [{ field: 'status', as: value }], measures: [count] })),
  inBody(GROUPS, 'an operation', ['count', 'sum', 'avg', 'min', 'max'], (value) => ({
    groupBy: ['status'],
    measures: [{ op: value, field: 'size', as: 'n' }],
  })),
  inBody(GROUPS, 'a measured field', ['size'], (value) => ({ groupBy: ['status'], measures: [{ op: 'sum', field: value, as: 'n' }] })),
  inBody(GROUPS, 'a name of a measure', ['msr'], (value) => ({ groupBy: ['status'], measures: [{ op: 'count', as: value }] })),
  inBody(GROUPS, 'a path of having', ['n'], (value) => ({ groupBy: ['status'], measures: [count], having: { '>': [v(value), 1] } })),
  inBody(GROUPS, 'a value of having', [1], (value) => ({ groupBy: ['status'], measures: [count], having: { '>': [v('n'), value] } })),
  inBody(GROUPS, 'sort', ['n', '-n', 'status'], (value) => ({ groupBy: ['status'], measures: [count], sort: value })),
  inBody(GROUPS, 'ratesOn', ['2026-01-01', 'today'], (value) => ({ groupBy: ['status'], measures: [count], ratesOn: value })),
  inBody(GROUPS, 'a field of ratesOn', ['h_date'], (value) => ({
    groupBy: ['status'],
    measures: [{ op: 'sum', field: 'h_currency', as: 'n' }],
    ratesOn: { field: value },
  })),
  ...['filter', 'q', 'view', 'limit', 'totals'].map((name) =>
    inBody(GROUPS, name, name === 'q' ? WORDS : ['hidden_order'], (value) => ({ groupBy: ['status'], measures: [count], [name]: value })),
  ),
  { name: 'an object in the address', benign: [SPECIMEN, PLACE], send: (value) => get(`/records/${inPath(value)}`, {}) },
  {
    name: 'an id in the address',
    benign: ['00000000-0000-0000-0000-000000000000'],
    isReadFirst: false,
    send: (value) => get(`${LIST}/${inPath(value)}`, {}),
  },
  {
    name: 'a language',
    benign: ['en', 'de-AT'],
    isReadFirst: false,
    send: (value) => get(LIST, {}, { 'Accept-Language': headerOf(value) }),
  },
  {
    name: 'a place of events',
    benign: ['0-0'],
    isReadFirst: false,
    send: (value) => system.call('admin', 'GET', '/events', { headers: { 'Last-Event-ID': headerOf(value) }, streamMs: 5 }),
  },
];

/** As a part of an address: halves of characters cannot be sent there. */
const inPath = (value: unknown): string => encodeURIComponent(Buffer.from(text(value)).toString());
/** What a header can carry. */
const headerOf = (value: unknown): string => text(value).replaceAll(/[^\u0020-\u007e]/g, '');

/** Statements about records since the last look, and those in which a payload stands as SQL. */
function heard(): { readonly about: string[]; readonly injected: string[] } {
  const all = tap.executed().map((sql) => ({ sql, print: fingerprint(sql) }));
  return {
    about: all.filter(({ sql }) => sql.includes('canary')).map(({ print }) => print),
    injected: all.filter(({ print }) => print.includes(TOKEN) || print.includes(MARKER)).map(({ sql }) => sql),
  };
}

describe('E-01: SQL in the parts of a question', () => {
  it('is refused before the database is asked, or is a value: no statement is sent that people do not send', async () => {
    const places = PLACES();
    const known = new Set<string>();
    heard();
    for (const { benign, send } of places) {
      for (const value of benign) await send(value);
      for (const print of heard().about) known.add(print);
    }
    expect(known.size).toBeGreaterThan(40);

    const wrong: string[] = [];
    const told = { refused: 0, answered: 0 };
    const payloads = sqlPayloads(400);
    expect(new Set(payloads).size).toBe(400);
    const look = async (place: Place, value: unknown, send: () => Promise<Exchange>) => {
      if (place.twin !== undefined) {
        await place.send(place.twin(value));
        for (const print of heard().about) known.add(print);
      }
      const { status, text: answer } = await send();
      const { about, injected } = heard();
      const note = (what: string) => wrong.push(`${place.name} ${JSON.stringify(value).slice(0, 120)}: ${what}`);
      if (status >= 500) note(`${String(status)} ${answer.slice(0, 200)}`);
      if (status >= 400) told.refused += 1;
      else told.answered += 1;
      if (status >= 400 && place.isReadFirst !== false && about.length > 0) note('asked the database and was refused');
      for (const print of about) if (!known.has(print)) note(`new statement ${print.slice(0, 300)}`);
      for (const sql of injected) note(`payload in ${sql.slice(0, 300)}`);
    };
    for (const [nth, place] of places.entries()) {
      // One in twenty of them in each place, others in the next; all of them at night.
      const mine = payloads.filter((_, at) => IS_NIGHT || (at + nth) % 20 === 0);
      for (const payload of mine) await look(place, payload, () => place.send(payload));
      const [first = '', second = ''] = mine;
      for (const shape of [...asShapes(first), ...(IS_NIGHT ? asShapes(second) : [])]) await look(place, shape, () => place.send(shape));
      const { bracketed } = place;
      if (bracketed !== undefined) {
        const parameter = place.name.split(' ').at(-1) ?? '';
        for (const query of asBrackets(parameter, second)) await look(place, query, () => bracketed(query));
      }
    }
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(told.refused).toBeGreaterThan(places.length * 10);
    // Some are values: a text to look for may be anything.
    expect(told.answered).toBeGreaterThan(100);
    expect(await system.test.sql('select relname from pg_class where relname like $1', [`${MARKER}%`])).toEqual([]);
  }, 600_000);

  it('is seen on the wire when it gets into a statement', async () => {
    heard();
    await system.trial.database.data.query(system.trial.tenant.id, { text: `select '${TOKEN}'::text`, values: [] });
    expect(heard().injected).toEqual([]);
    await system.trial.database.data.query(system.trial.tenant.id, { text: `select 'x'::text as ${TOKEN}`, values: [] });
    expect(heard().injected).toHaveLength(1);
  });
});

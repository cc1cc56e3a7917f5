import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitMessage, LIMITS, type LimitName } from '../src/model/limits.js';
import { discardDraft } from '../src/catalog/draft-list.js';
import { planSpaceChange } from '../src/catalog/plan-change.js';
import { recentParts } from '../src/app/recent-parts.js';
import { recordRoutes } from '../src/http/routes/records.js';
import { searchRoutes } from '../src/http/routes/search.js';
import { translateDatabaseError } from '../src/store/pg-errors.js';
import { field, fieldOf, object, openScene, type Scene } from './support/scene.js';
import { source } from './support/space.js';
import { startTestServer, type Client, type TestServer } from './support/server.js';

const city = fieldOf('city');
const link = (of: string, target: string, name = target) =>
  field(of, name, { type: 'lookup', target, inverse: { name: `${of}_list`, label: of } });
const documents = [
  ...['planet', 'country', 'river', 'city'].flatMap((name) => [object(name), field(name, 'title', { required: true })]),
  {
    kind: 'role',
    id: 'rol_ada',
    name: 'ada',
    label: 'Ada',
    default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' },
  },
  link('country', 'planet'),
  link('river', 'country'),
  link('city', 'river'),
  city('note', { type: 'long_text' }),
  city('kind', { type: 'picklist', options: [{ value: 'a', label: 'A' }] }),
  city('size', { type: 'integer' }),
];

const some = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const names = (count: number) => some(count, () => 'title');
const isTitle = { '==': [{ var: 'title' }, 'x'] };
const nested = (depth: number): object => (depth === 0 ? isTitle : { '!': nested(depth - 1) });
const query = (more: object) => ['post', '/records/city/query', more] as const;
const aggregate = (more: object) => ['post', '/records/city/aggregate', more] as const;

const lists = (count: number) => JSON.stringify(Object.fromEntries(some(count, (n) => [`list${n}`, {}])));

/** What is asked with so much of something, and what the limit is called in the answer where it is a limit of the language of conditions. */
type Ask = (count: number) => readonly ['get' | 'post', string, object?];
const REQUESTS: readonly [LimitName, Ask, code?: string][] = [
  ['page_rows', (count) => query({ limit: count })],
  ['page_rows', (count) => ['get', `/records/city?limit=${count}`]],
  ['skipped_rows', (count) => query({ skip: count })],
  ['sort_levels', (count) => query({ sort: names(count) })],
  ['selected_fields', (count) => query({ fields: names(count) })],
  ['filter_characters', (count) => query({ filter: JSON.stringify(isTitle).padEnd(count) })],
  ['search_characters', (count) => query({ q: 'x'.repeat(count) })],
  ['search_words', (count) => ['get', `/search?q=${some(count, () => 'x').join('%20')}`]],
  ['search_hits', (count) => ['get', `/search?q=x&limit=${count}`]],
  ['condition_parts', (count) => query({ filter: { and: some(Math.floor(count / 3), () => isTitle) } }), 'too_large'],
  ['condition_depth', (count) => query({ filter: nested(count - 2) }), 'too_deep'],
  ['list_values', (count) => query({ filter: { in: [{ var: 'title' }, some(count, (n) => `x${n}`)] } }), 'too_large'],
  [
    'path_links',
    (count) => query({ filter: { '==': [{ var: [...['river', 'country', 'planet'].slice(0, count), 'title'].join('.') }, 'x'] } }),
    'path_too_long',
  ],
  ['board_cards', (count) => ['get', `/records/city/board?groupBy=kind&limit=${count}`]],
  ['related_lists', (count) => ['get', `/records/city/00000000-0000-0000-0000-000000000000?include=${encodeURIComponent(lists(count))}`]],
  ['list_expansions', (count) => query({ include: JSON.parse(lists(count)) as object })],
  ['related_rows', (count) => query({ include: { 'river.city_list': { limit: count } } })],
  ['group_levels', (count) => aggregate({ groupBy: names(count).map((name) => ({ field: name })) })],
  ['measures', (count) => aggregate({ measures: some(count, (n) => ({ op: 'count', as: `n${n}` })) })],
  [
    'bulk_operations',
    (count) => ['post', '/records/city/bulk', { mode: 'each', operations: some(count, () => ({ op: 'delete', id: 'x' })) }],
  ],
  ['groups', (count) => aggregate({ groupBy: [{ field: 'kind' }], limit: count })],
];

/** Where the other limits are tested, and what stands there. */
const ELSEWHERE: Readonly<Partial<Record<LimitName, readonly [file: string, text: string]>>> = {
  columns: ['engine/src/planner/plan.test.ts', 'more fields than an object may ever have had'],
  column_slots: ['engine/src/planner/plan.test.ts', 'one column more than a table can have'],
  name_bytes: ['engine/src/planner/physical-name.test.ts', 'at most 63 bytes'],
  nested_records: ['engine/test/records/nested.test.ts', 'LIMITS.nested_records.max + 1'],
  nested_levels: ['engine/test/records/nested.test.ts', '/phases/0/projects/0/tasks limit_exceeded'],
  question_bytes: ['engine/test/records/http.test.ts', 'LIMITS.question_bytes.max'],
  bulk_bytes: ['engine/test/records/bulk.test.ts', 'LIMITS.bulk_bytes.max'],
  exchange_rates: ['engine/test/currencies.test.ts', 'length: 1001'],
  sorted_over_links: ['engine/test/records/query-plans.test.ts', 'at most 100,000 records'],
  merged_records: ['engine/test/records/merge.test.ts', 'A merge may have at most 4 records'],
  undo_hours: ['engine/test/records/undo.test.ts', 'can be undone for 168 hours'],
  operation_records: ['engine/test/records/undo.test.ts', 'may have at most 10,000 records'],
  uploaded_bytes: ['engine/test/records/files.test.ts', 'uploads of a person within a day may have at most'],
  event_streams: ['engine/test/records/events.test.ts', 'open streams of events'],
  formula_written_out: ['engine/src/model/compile-computed.test.ts', 'at most 500 parts'],
  formula_parts: ['metadata/language/parse-formula.test.ts', 'too_large'],
  formula_length: ['metadata/language/parse-formula.test.ts', 'too_large'],
  formula_depth: ['metadata/language/parse-formula.test.ts', 'too_deep'],
};

describe('limits of requests', () => {
  let s: Scene;
  let server: TestServer;
  let ada: Client;
  beforeAll(async () => {
    s = await openScene(documents);
    server = await startTestServer({
      database: s.test,
      active: s.activeModels.current(s.space),
      more: [
        ...recordRoutes({ contextOf: ({ actor }) => ({ ...s.context(), actor }) }),
        ...searchRoutes(({ actor }) => ({ ...s.context(), actor }), recentParts(s.database.pool)),
      ],
    });
    ada = await server.signedIn(['ada']);
  });
  afterAll(async () => {
    await server.close();
    await s.close();
  });
  it.each(REQUESTS)('%s: so many and no more', async (name, ask, code = 'limit_exceeded') => {
    const { max } = LIMITS[name];
    const call = async (count: number) => {
      const [method, path, body] = ask(count);
      const { status, body: answer } = await ada[method](path, body);
      return { status, issues: (answer.issues ?? []) as { code: string; message: string }[] };
    };
    expect((await call(max)).issues.map((issue) => issue.code)).not.toContain(code);
    const { status, issues } = await call(max + 1);
    expect(issues).toHaveLength(1);
    expect(issues[0]?.code).toBe(code);
    if (code === 'limit_exceeded') expect([status, issues[0]?.message]).toEqual([422, limitMessage(name, max + 1)]);
    else expect(issues[0]?.message).toContain(String(max));
  });

  it('answer_bytes: of what is sent, whatever letters it is made of', async () => {
    const table = `sp1.${s.at('obj_city')}`;
    await s.test.sql(
      `insert into ${table} (id, tenant_id, ${s.at('fld_city_title')}, ${s.at('fld_city_note')})
       select gen_random_uuid(), ${s.tenantId}, 'x' || n, repeat('€', 32000) from generate_series(1, 100) n`,
    );
    const list = (limit: number) => ada.get(`/records/city?fields=note&limit=${limit}`);
    expect((await list(80)).status).toBe(200);
    const { status, body } = await list(100);
    expect([status, body.code]).toEqual([422, 'limit_exceeded']);
    expect(body.detail).toMatch(/^An answer may have at most 8,388,608 bytes; there are 9,\d{3},\d{3}\. Ask for fewer records/);
    await s.test.sql(`delete from ${table}`);
  });

  it('statement_seconds: Postgres stops what takes longer, and people read that', async () => {
    const { data } = s.database;
    const timeout = { text: `select current_setting('statement_timeout')`, values: [] };
    expect(await data.query(s.tenantId, timeout)).toBe(`${LIMITS.statement_seconds.max}s`);
    const hurried = data.batch(s.tenantId, [
      { text: `select set_config('statement_timeout', '20ms', true)`, values: [] },
      { text: 'select pg_catalog.pg_sleep(1)::text', values: [] },
      { text: 'select pg_catalog.pg_sleep(1)::text', values: [] },
    ]);
    const stopped = await hurried.catch((error: unknown) => translateDatabaseError(error, s.activeModels.current(s.space)));
    expect(stopped).toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('at most 5 seconds') });
  });

  it('snapshot_bytes: all metadata together', async () => {
    const help = 'x'.repeat(500);
    const large = some(45, (n) => [
      object(`large_${n}`),
      ...some(398, (f) => field(`large_${n}`, f === 0 ? 'title' : `f${f}`, { help })),
    ]).flat();
    const wanted = (documents: readonly object[]) =>
      planSpaceChange(s.catalog, { space: s.space, sources: documents.map(source), madeBy: null, isPreview: true });
    expect((await wanted(large)).answer.issues).toEqual([
      {
        path: '',
        code: 'limit_exceeded',
        message: expect.stringMatching(/^The metadata of a space may have at most 8,388,608 bytes as JSON; there are/),
      },
    ]);
  });

  it('tables_per_publish: the rest goes in another one', { timeout: 120_000 }, async () => {
    const { max } = LIMITS.tables_per_publish;
    const towns = some(max + 1, (n) => [object(`town_${n}`), field(`town_${n}`, 'title')]);
    const planned = await s.plan(...towns.flat());
    expect(planned.issues).toEqual([{ path: '', code: 'limit_exceeded', message: limitMessage('tables_per_publish', max + 1) }]);
    expect(planned.issues[0]?.message).toMatch(/Publish in parts/);
    await discardDraft(s.catalog, { space: s.space, owner: s.admin });
    await s.go(...towns.slice(0, max).flat());
    await s.go(...towns.slice(max).flat());
    await s.settle();
  });
});

it('every limit has a test, and says so', () => {
  const here = new Set<string>([
    ...REQUESTS.map(([name]) => name),
    'answer_bytes',
    'snapshot_bytes',
    'statement_seconds',
    'tables_per_publish',
  ]);
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  for (const [name, [file, text]] of Object.entries(ELSEWHERE)) {
    expect(read(file), name).toContain(text);
    here.add(name);
  }
  // Of the others, a test that names them.
  const files = readdirSync(fileURLToPath(new URL('..', import.meta.url)), { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.test.ts') && !file.includes('node_modules') && !file.includes('dist') && file !== join('test', 'limits.test.ts'),
  );
  const texts = files.map((file) => read(join('engine', file)));
  const untested = Object.keys(LIMITS).filter(
    (name) =>
      !here.has(name) &&
      !texts.some((text) => text.includes(`'${name}'`) || text.includes(`LIMITS.${name}`) || text.includes(`limit ${name}`)),
  );
  expect(untested).toEqual([]);
});

import fc from 'fast-check';
import pg from 'pg';
import type { Environment, RecordValues } from '@fieldstone/metadata/language/evaluate.js';
import { fieldType } from '../../src/fields/registry.js';
import { quote } from '../../src/kernel/statement.js';
import type { ExpressionContext } from '../../src/store/expression-to-sql.js';
import * as pool from './condition-arbitrary.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { active, columnsOf, fieldsOf } from './expression-world.js';

const TENANT = 1;
/** Rows of the twin have the same ids and other values: a predicate without its tenant finds two rows, or the wrong one. */
const TWIN = 2;

type Row = Record<string, unknown>;
const maybe = (values: readonly unknown[]): fc.Arbitrary<unknown> => fc.option(fc.constantFrom(...values), { freq: 5 });

const address = fc
  .record({ street: maybe(pool.TEXTS), city: maybe(pool.TEXTS), country: maybe(['DE', 'FR']) })
  .map((parts) => (Object.values(parts).some((part) => part !== null) ? parts : null));

/** Formatted text as editors, mail programs and careless people write it; the write path cleans it. */
const html = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'html' },
    fc.constantFrom(...pool.TEXTS, ' ', '&amp;', '&lt;b&gt;', '&nbsp;', '&auml;', '\u00a0', '<br>', '<br />', '&amp;nbsp;', '1 < 2', '>'),
    fc
      .tuple(
        fc.constantFrom(
          'p',
          'div',
          'h1',
          'ul',
          'li',
          'b',
          'strong',
          'code',
          'span',
          'script',
          'pre',
          'a href="https://a.example/?a=1&b=ab"',
        ),
        fc.array(tie('node'), { maxLength: 3 }),
      )
      .map(([tag, inner]) => `<${tag}>${inner.join('')}</${tag.split(' ')[0] ?? ''}>`),
  ),
})).node;

/** Canonical values, as `normalize` gives them. */
const VALUES: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  thing: {
    name: maybe(pool.TEXTS),
    note: maybe(pool.TEXTS),
    essay: fc.option(html, { freq: 5 }),
    quantity: maybe(pool.INTEGERS),
    ratio: maybe(pool.DECIMALS),
    price: maybe(['0.30', '5', '42', '99999']).chain((amount) =>
      fc.constantFrom('EUR', 'USD').map((currency) => (amount === null ? null : { amount, currency })),
    ),
    share: maybe(['0', '5', '12.5']),
    flag: maybe([true, false]),
    day: maybe(pool.DAYS),
    hour: maybe(pool.HOURS),
    spent: maybe(pool.DURATIONS),
    grade: maybe([0, 5, 42, 100]),
    stars: maybe([1, 5, 7]),
    home: address,
    spot: maybe([
      { lat: 0.1, lng: 5 },
      { lat: -0.1, lng: 7 },
      { lat: 42, lng: -0.3 },
    ]),
    data: maybe([{ id: 1, a: 1 }, { id: 1, a: 2 }, 5, 'a', [], {}, false]),
    words: fc.subarray(['Red', 'GREEN', 'ä', 'x y']).map((list) => (list.length === 0 ? null : list)),
    moment: maybe(pool.INSTANTS),
    mail: maybe(['a@b.example', 'A@b.example']),
    colour: maybe(pool.COLOURS),
    colours: fc.subarray(pool.COLOURS).map((list) => (list.length === 0 ? null : list)),
    box: maybe(pool.BOX_IDS),
    about: maybe([
      ...pool.BOX_IDS.slice(0, 3).map((id) => ({ object: 'box', id })),
      ...pool.PART_IDS.slice(0, 3).map((id) => ({ object: 'part', id })),
    ]),
    boxes: fc.subarray([...pool.BOX_IDS]).map((list) => (list.length === 0 ? null : list)),
    owner: maybe(pool.USER_IDS),
    number: fc.integer({ min: 1, max: 2000 }),
    version: fc.constantFrom(1, 5, 7),
    deleted_at: fc.constant(null),
  },
  box: {
    name: maybe(pool.TEXTS),
    colour: maybe(pool.COLOURS),
    essay: fc.option(html, { freq: 5 }),
    size: maybe(pool.INTEGERS),
    ratio: maybe(pool.DECIMALS),
    day: maybe(pool.DAYS),
    hour: maybe(pool.HOURS),
    spent: maybe(pool.DURATIONS),
    home: address,
    moment: maybe(pool.INSTANTS),
    parent: maybe(pool.BOX_IDS),
    owner: maybe(pool.USER_IDS),
  },
  part: {
    name: maybe(pool.TEXTS),
    quantity: maybe(pool.INTEGERS),
    ratio: maybe(pool.DECIMALS),
    day: maybe(pool.DAYS),
    colour: maybe(pool.COLOURS),
    thing: maybe(pool.THING_IDS),
    box: maybe(pool.BOX_IDS),
    deleted_at: maybe(['2026-01-01T00:00:00.000Z']),
  },
  user: { name: maybe(pool.TEXTS) },
};

export const seed = Number(process.env['SEED'] ?? 20_260_331);
let database: TestDatabase;
export let client: pg.Client;
let language = 'default';

function rowsOf(object: string, ids: readonly string[], salt: number): Row[] {
  const rows = fc.sample(fc.record(VALUES[object] ?? {}), { numRuns: ids.length, seed: seed + salt });
  return rows.map((row, index) => ({ id: ids[index], ...row }));
}

async function createTable(object: string, table: string): Promise<void> {
  // Text sorts by a language here, as it may in any installation.
  const typeOf = (pgType: string) => (pgType === 'text' ? `text collate ${quote(language)}` : pgType);
  const columns = fieldsOf(object).flatMap(columnsOf);
  const list = columns.map(({ name, pgType }) => `${quote(name)} ${typeOf(pgType)}`).join(', ');
  await client.query(`create table sp1_v.${quote(table)} (tenant_id int, ${list})`);
}

async function insert(object: string, table: string, tenant: number, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const fields = fieldsOf(object);
    const values = fields.flatMap((field) => {
      const { normalize, encode } = fieldType(field.type);
      const result = normalize(row[field.name] ?? null, field.options);
      if ('issue' in result) throw new Error(`${field.name}: ${result.issue.message}`);
      return encode(result.value, field.options);
    });
    const places = values.map((_, index) => `$${String(index + 2)}`);
    await client.query(`insert into sp1_v.${quote(table)} values ($1, ${places.join(', ')})`, [tenant, ...values]);
  }
}

/** Reads records as the API gives them. */
async function read(object: string, table: string): Promise<Map<string, Row>> {
  const parts = fieldsOf(object).map((field) => {
    const columns = columnsOf(field).map(({ name }) => `r.${quote(name)}`);
    return `'${field.name}', ${fieldType(field.type).jsonSql(columns, field.options)}`;
  });
  const { rows } = await client.query<{ record: Row }>(
    `select json_build_object(${parts.join(', ')}) as record from sp1_v.${quote(table)} r where tenant_id = ${String(TENANT)} order by id`,
  );
  return new Map(rows.map(({ record }) => [String(record['id']), record]));
}

const things: RecordValues[] = [];
const previous: RecordValues[] = [];
let outer: RecordValues = {};

/** Makes the tables and fills them; reads the same records as the API gives them. */
export async function openTables(): Promise<void> {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // The session's own zone and date style must not matter.
  await client.query(`set timezone = 'Asia/Tokyo'; set datestyle = 'German'; create schema if not exists sp1_v`);
  const found = await client.query<{ collname: string }>(
    `select collname from pg_collation where collname in ('en-x-icu', 'en_US.utf8') limit 1`,
  );
  language = found.rows[0]?.collname ?? language;
  const tables: [string, string, readonly string[]][] = [
    ['thing', 'thing_1', pool.THING_IDS],
    ['thing', 'thing_before', pool.THING_IDS],
    ['box', 'box_1', pool.BOX_IDS],
    ['part', 'part_1', pool.PART_IDS],
    ['user', 'user_1', pool.USER_IDS],
  ];
  for (const [index, [object, table, ids]] of tables.entries()) {
    await createTable(object, table);
    await insert(object, table, TENANT, rowsOf(object, ids, index));
    await insert(object, table, TWIN, rowsOf(object, ids, index + 100));
  }
  // Half of the earlier images are equal, so that "changed" has both answers.
  await client.query(
    `delete from sp1_v.thing_before b using sp1_v.thing_1 t where t.id = b.id and t.tenant_id = b.tenant_id and right(t.id::text, 1) < '5'`,
  );
  await client.query(`insert into sp1_v.thing_before select * from sp1_v.thing_1 where right(id::text, 1) < '5'`);

  const [boxes, users] = [await read('box', 'box_1'), await read('user', 'user_1')];
  const follow = (record: Row, link: string, records: Map<string, Row>): Row => ({
    ...record,
    [link]: record[link] === null ? null : (records.get(String(record[link])) ?? null),
  });
  const withOwner = new Map([...boxes].map(([id, box]) => [id, follow(box, 'owner', users)]));
  const whole = new Map([...withOwner].map(([id, box]) => [id, follow(box, 'parent', withOwner)]));
  const listed = (thing: Row): Row => ({
    ...thing,
    boxes: Array.isArray(thing['boxes']) ? thing['boxes'].map((id: string) => whole.get(id)) : null,
  });
  const link = (thing: Row): Row => follow(follow(listed(thing), 'box', whole), 'owner', users);
  const bare = await read('thing', 'thing_1');
  const parts = [...(await read('part', 'part_1')).values()].filter((part) => part['deleted_at'] === null);
  const partsOf = (id: string) =>
    parts.filter((part) => part['thing'] === id).map((part) => follow(follow(part, 'box', whole), 'thing', bare));
  const before = await read('thing', 'thing_before');
  for (const [id, thing] of bare) {
    things.push({ ...link(thing), parts: partsOf(id) });
    previous.push(link(before.get(id) ?? {}));
  }
  outer = whole.get(pool.BOX_IDS[0] ?? '') ?? {};
}

export async function closeTables(): Promise<void> {
  await client.end();
  await database.drop();
}

/** Whom and when an expression is judged for. */
export type Asker = { readonly timeZone: string; readonly now: string; readonly userId: string };

/** A statement under construction: placeholders as the query compiler makes them, only for what is used. */
export class Statement {
  readonly values: unknown[] = [TENANT];
  readonly param = (value: unknown): string => `$${String(this.values.push(value))}`;

  context({ timeZone, now, userId }: Asker): ExpressionContext {
    const { param } = this;
    return {
      active,
      tenantParam: '$1',
      alias: { record: 't', previous: 'p', outer: 'o' },
      get userParam() {
        return param(userId);
      },
      get nowParam() {
        return param(now);
      },
      get timeZoneParam() {
        return param(timeZone);
      },
      param,
    };
  }
}

/** The clause that gives record t, its earlier image p and the outer record o. */
export const FROM_THINGS = `from sp1_v.thing_1 t
    join sp1_v.thing_before p on p.tenant_id = $1 and p.id = t.id
    cross join (select * from sp1_v.box_1 where tenant_id = $1 order by id limit 1) o
    where t.tenant_id = $1 order by t.id`;

export const countThings = (): number => things.length;

export const environmentOf = ({ timeZone, now, userId }: Asker, index = 0): Environment => ({
  record: things[index] ?? {},
  previous: previous[index] ?? null,
  outer,
  userId,
  now: new Date(now),
  timeZone,
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { CANARY_PACK, PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { packFile } from '../engine/src/app/leaks/trial-system.js';
import { compileModel } from '../engine/src/model/compile-model.js';
import type { PackFile } from '../engine/src/model/pack-content.js';
import { openDatabase } from '../engine/src/store/open-database.js';
import { tapPostgres, type WireTap } from '../engine/test/support/wire-tap.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { allDocuments, asTag, converted } from './support/injected-model.js';
import { fingerprint, injectedInto, MARKER, sqlPayloads, TOKEN } from './support/sql-payloads.js';

type Json = Readonly<Record<string, unknown>>;

/** Payloads that JSON in Postgres can hold; the others are sent over HTTP below. */
// eslint-disable-next-line no-control-regex -- exactly these cannot be kept
const KEPT = sqlPayloads(400).filter((payload) => !/[\u0000\ud800-\udfff]/.test(payload) && payload.trim() === payload);
/** Those that end a quoted text; around a number there is room for twenty characters. */
const ENDING = KEPT.filter((payload) => payload.includes("'"));
const SHORT = ENDING.filter((payload) => !/[{}]/.test(payload))
  .map((payload) => payload.slice(0, 20))
  .filter((payload) => payload.includes("'"));
const inTurn = (texts: readonly string[]): (() => string) => {
  let next = 0;
  return () => texts[(next += 7) % texts.length] ?? '';
};
let plain = 0;
const benign = () => `plain text ${String((plain += 1))}`;
const files = (documents: readonly Json[]): PackFile[] => documents.map((document, at) => packFile(CANARY_PACK, document, at));

/** The product with these texts in its metadata and in its records, and all that was said to Postgres. */
type World = {
  readonly system: CanarySystem;
  readonly documents: readonly Json[];
  readonly text: () => string;
  heard(): string[];
  close(): Promise<void>;
};

async function openWorld(text: () => string, code: () => string): Promise<World> {
  let tap: WireTap | undefined;
  const documents = allDocuments(text, code);
  const system = await openCanarySystem(async (test) => {
    tap = await tapPostgres(test.url);
    return { databaseConfig: { ...test.config, url: tap.url }, files: files(documents) };
  });
  return {
    ...{ system, documents, text },
    heard: () => tap?.executed() ?? [],
    async close() {
      await system.close();
      await tap?.close();
    },
  };
}

/** Everything that reads what is stored, and a publish that converts it. Gives what was answered, by what was done. */
async function useEverything({ system, documents, text }: World): Promise<string[]> {
  const answers: string[] = [];
  const call = async (who: string, method: string, path: string, asked: Parameters<CanarySystem['call']>[3] = {}): Promise<Exchange> => {
    const reply = await system.call(who, method, path, asked);
    answers.push(`${who} ${method} ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')} ${String(reply.status)}`);
    return reply;
  };
  const ids: string[] = [];
  const values = () => ({
    title: text(),
    b_text: text(),
    b_long: text(),
    b_tags: [asTag(text())],
    b_becomes_pick: text(),
    c_json: { [text()]: text() },
  });
  for (let n = 0; n < 12; n += 1) {
    const choices = { b_becomes_text: ['one', 'two', 'three'][n % 3], b_becomes_flag: ['one', 'two'][n % 2] };
    const made = await call('admin', 'POST', `/records/${SPECIMEN}`, { body: { ...values(), ...choices } });
    ids.push(String(json(made)['id']));
  }
  const id = ids[0] ?? '';
  await call('admin', 'PATCH', `/records/${SPECIMEN}/${id}`, { body: values() });
  await call('admin', 'POST', `/records/${SPECIMEN}/bulk`, {
    body: { mode: 'each', operations: ids.slice(0, 3).map((each) => ({ op: 'update', id: each, values: values() })) },
  });
  await call('admin', 'POST', `/records/${SPECIMEN}/${id}/actions/bar`, { body: {} });
  await call('admin', 'POST', `/records/${SPECIMEN}/${id}/clone`, { body: {} });
  const look = async () => {
    for (const who of ['admin', 'canary_wide']) {
      const fields = who === 'admin' ? 'title,b_text,b_formula,b_indexed,b_case,b_number,b_json' : 'title';
      await call(who, 'GET', `/records/${SPECIMEN}`, { query: { fields, limit: '200', count: 'exact' } });
      await call(who, 'GET', `/records/${SPECIMEN}`, { query: { q: 'alpha' } });
      await call(who, 'GET', '/search', { query: { q: 'alpha' } });
      await call(who, 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'status' } });
      await call(who, 'GET', `/records/${SPECIMEN}/${id}`, { query: { include: '{"parts":{}}' } });
      await call(who, 'GET', `/records/${SPECIMEN}/${id}/history`);
      await call(who, 'GET', `/records/${SPECIMEN}/${id}/timeline`);
      await call(who, 'GET', `/records/${PLACE}`);
      await call(who, 'GET', '/metadata');
      await call(who, 'GET', '/openapi.json');
    }
    await call('admin', 'GET', `/records/${SPECIMEN}`, { query: { view: 'bar' } });
    for (const by of ['b_pick', 'b_becomes_text', 'b_becomes_pick', 'title', 'b_case', 'b_formula'])
      await call('admin', 'POST', `/records/${SPECIMEN}/aggregate`, { body: { groupBy: [by], measures: [{ op: 'count', as: 'n' }] } });
    await call('admin', 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'b_pick' } });
    await call('admin', 'GET', `/records/${PLACE}`, {
      query: { fields: 'name,b_count,b_kept', sort: '-b_kept', include: '{"specimens":{}}' },
    });
    for (const field of ['title', 'b_text', 'b_long', 'b_becomes_pick', 'b_formula', 'b_indexed', 'b_case', 'b_number'])
      await call('admin', 'POST', `/records/${SPECIMEN}/query`, {
        body: { filter: { '==': [{ var: field }, text()] }, sort: field === 'b_long' ? [] : [field] },
      });
  };
  await look();
  await system.trial.publish(files(converted(documents, text))).catch((error: unknown) => {
    throw new Error(JSON.stringify((error as { issues?: unknown }).issues), { cause: error });
  });
  await look();
  await call('admin', 'DELETE', `/records/${SPECIMEN}/${id}`);
  await call('admin', 'GET', '/recycle-bin', { query: { q: 'alpha' } });
  await call('admin', 'POST', `/records/${SPECIMEN}/${id}/restore`);
  return answers;
}

let hostile: World;
beforeAll(async () => {
  hostile = await openWorld(inTurn(ENDING), inTurn(SHORT));
}, 600_000);
afterAll(() => hostile.close());

/** Only what is about the objects of the test: other statements come and go with time. */
const prints = (statements: readonly string[]): string[] =>
  [...new Set(statements.filter((sql) => sql.includes('canary')).map(shape))].sort();
/** In the bodies of functions are statements of their own. */
const shape = (sql: string): string => fingerprint(/^\s*(create (or replace )?function|do\b)/i.test(sql) ? sql.replaceAll("''", '?') : sql);

describe('E-02: SQL in metadata and in stored texts', () => {
  it('is a text wherever metadata may hold one: the same statements are sent as for plain texts', async () => {
    const calm = await openWorld(benign, () => 'No. ');
    try {
      const [answers, expected] = [await useEverything(hostile), await useEverything(calm)];
      const [said, usual] = [hostile.heard(), calm.heard()];
      expect(answers.filter((answer) => / 5\d\d$/.test(answer))).toEqual([]);
      expect(answers).toEqual(expected);
      expect(said.filter(injectedInto).map((sql) => sql.slice(0, 400))).toEqual([]);
      const known = new Set(prints(usual));
      expect(known.size).toBeGreaterThan(80);
      expect(
        prints(said)
          .filter((print) => !known.has(print))
          .map((print) => print.slice(0, 500)),
      ).toEqual([]);
      expect(await markers()).toEqual([]);
      // It is all there, as it was written.
      const seen = (
        await hostile.system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { fields: 'b_formula,b_number,b_becomes_text' } })
      ).text;
      expect(seen).toContain(TOKEN);
    } finally {
      await calm.close();
    }
  }, 600_000);

  it('has no place in a name, an id, a type or any other word of a closed list', async () => {
    const documents = hostile.documents;
    const accepted: string[] = [];
    let tried = 0;
    const payload = inTurn(KEPT);
    for (const [place, at] of placesOf(documents)) {
      for (let n = 0; n < (IS_NIGHT ? 20 : 1); n += 1) {
        const text = payload();
        tried += 1;
        // The product runs in this process, and has connections to look after.
        await new Promise((resolve) => setImmediate(resolve));
        const changed = documents.map((document, index) =>
          index === at.document ? (withText(document, at.path, text) as Json) : document,
        );
        const result = compileModel(changed.map((document, index) => packFile(CANARY_PACK, document, index)));
        if (result.ok) accepted.push(place);
      }
    }
    expect(tried).toBeGreaterThan(150);
    // What is left is text for people, or a value that is compared. Everything here is a text in the world above.
    expect([...new Set(accepted)].filter((place) => !TEXTS.test(place))).toEqual([]);
  }, 600_000);

  it('is refused over HTTP in every name of a draft, a pack and a change set, and publishes nothing', async () => {
    const { system } = hostile;
    const { revision } = json<{ revision: number }>(await system.call('admin', 'GET', '/metadata'));
    hostile.heard();
    const wrong: string[] = [];
    const base = {
      kind: 'field',
      id: 'fld_bar_x',
      object: SPECIMEN,
      name: 'bar_x',
      label: 'X',
      type: 'picklist',
      options: [{ value: 'one', label: 'One' }],
    };
    const put = (document: unknown, name = 'bar_x') =>
      system.call('admin', 'PUT', `/metadata/draft/field/${encodeURIComponent(Buffer.from(`${SPECIMEN}.${name}`).toString())}`, {
        body: { baseRevision: revision, document },
      });
    const places: Record<string, (payload: string) => Promise<unknown>> = {
      'the id': (payload) => put({ ...base, id: payload }),
      'the name': (payload) => put({ ...base, name: payload }, payload),
      'the object': (payload) => put({ ...base, object: payload }),
      'the type': (payload) => put({ ...base, type: payload }),
      'an option': (payload) => put({ ...base, options: [{ value: payload, label: 'x' }] }),
      'a default': (payload) => put({ ...base, default: payload }),
      'what happens when a target goes': (payload) =>
        put({ ...base, type: 'lookup', options: undefined, target: PLACE, onDelete: payload, inverse: { name: 'bars', label: 'x' } }),
      'the target': (payload) =>
        put({ ...base, type: 'lookup', options: undefined, target: payload, inverse: { name: 'bars', label: 'x' } }),
      'the name from the other side': (payload) =>
        put({ ...base, type: 'lookup', options: undefined, target: PLACE, inverse: { name: payload, label: 'x' } }),
      'an index': (payload) => put({ ...base, indexed: payload }),
      'a length': (payload) => put({ ...base, type: 'text', options: undefined, maxLength: payload }),
      digits: (payload) => put({ ...base, type: 'decimal', options: undefined, precision: 10, scale: payload }),
      'a bound': (payload) => put({ ...base, type: 'integer', options: undefined, min: payload }),
      'a format': (payload) => put({ ...base, type: 'autonumber', options: undefined, format: payload }),
      'a function': (payload) =>
        put({ ...base, type: 'rollup', options: undefined, rollup: { relation: 'parts', function: payload, field: 'size' } }),
      'a relation': (payload) => put({ ...base, type: 'rollup', options: undefined, rollup: { relation: payload, function: 'count' } }),
      'a formula': (payload) => put({ ...base, type: 'formula', options: undefined, formula: payload }),
      'what a formula gives': (payload) => put({ ...base, type: 'formula', options: undefined, formula: '1', returns: payload }),
      'a property': (payload) => put({ ...base, [payload]: payload }),
      'a collation': (payload) => put({ ...base, collation: payload }),
    };
    const payloads = sqlPayloads(400);
    for (const [nth, [what, send]] of Object.entries(places).entries()) {
      const mine = payloads.filter((_, at) => at % (IS_NIGHT ? 4 : 100) === nth % 4);
      for (const payload of mine) {
        await send(payload);
        const reply = await system.call('admin', 'POST', '/metadata/draft/plan');
        const { hash = null } = json<{ hash?: string | null }>(reply);
        if (reply.status >= 500 || hash !== null) wrong.push(`${what} ${payload}: ${String(reply.status)} ${reply.text.slice(0, 200)}`);
        await system.call('admin', 'DELETE', '/metadata/draft');
      }
    }
    for (const payload of payloads.filter((_, at) => at % (IS_NIGHT ? 4 : 40) === 0)) {
      const name = encodeURIComponent(Buffer.from(payload).toString());
      const replies = [
        await system.call('admin', 'POST', `/packs/${name}/install`, { body: {} }),
        await system.call('admin', 'GET', `/packs/${name}`),
        await system.call('admin', 'GET', `/metadata/draft/field/${name}`),
        await system.call('admin', 'POST', '/metadata/change-sets/check', {
          body: {
            changeSet: {
              kind: 'change_set',
              id: payload,
              base: { [payload]: payload },
              files: { [payload]: base },
              elements: [{ element: payload }],
            },
          },
        }),
        await system.call('admin', 'POST', '/metadata/drafts', { body: { name: payload, from: payload } }),
        await system.call('admin', 'POST', '/metadata/draft/publish', { body: { plan: payload, confirm: [payload] } }),
      ];
      for (const { method, path, status, text } of replies)
        if (status >= 500 || status < 400) wrong.push(`${method} ${path}: ${String(status)} ${text.slice(0, 200)}`);
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(hostile.heard().filter(injectedInto)).toEqual([]);
    expect(await markers()).toEqual([]);
  }, 900_000);

  it('is quoted in a way that holds where the database was told to read backslashes', async () => {
    const { test } = hostile.system;
    const name = new URL(test.url).pathname.slice(1);
    await test.sql(`alter database "${name}" set standard_conforming_strings = off`);
    const database = await openDatabase(test.config);
    try {
      const setting = `select current_setting('standard_conforming_strings') as said`;
      const [pool, knex] = [await database.pool.query(setting), (await database.knex.raw(setting)) as { rows: unknown[] }];
      const data = await database.data.query(hostile.system.trial.tenant.id, { text: setting, values: [] });
      expect([pool.rows, knex.rows, data]).toEqual([[{ said: 'on' }], [{ said: 'on' }], 'on']);
    } finally {
      await database.close();
      await test.sql(`alter database "${name}" reset standard_conforming_strings`);
    }
  });

  it('would be seen: in a statement, in the body of a function, in a name', () => {
    expect(injectedInto(`select '${TOKEN}', 'it''s ${TOKEN}'`)).toBe(false);
    expect(injectedInto(`select '' ${TOKEN} ''`)).toBe(true);
    expect(injectedInto(`create table "${TOKEN}" ()`)).toBe(true);
    expect(injectedInto(`create or replace function f() returns trigger as 'begin x := ''${TOKEN}''; end'`)).toBe(false);
    expect(injectedInto(`create or replace function f() returns trigger as 'begin x := ${TOKEN}; end'`)).toBe(true);
  });
});

const markers = () => hostile.system.test.sql('select relname from pg_class where relname like $1', [`${MARKER}%`]);

/** Where texts stand that people read, or values that are compared with others: they may be anything. */
const TEXTS =
  /\/(label|pluralLabel|help|description|message|subject|text|html|default|group|comment|icon|url|body|to|formula|format)(\/|$)|^(validation|view|permission|workflow|field|action|role)\/.*\/(==|!=|contains|in)\/|\/(set|input|texts)\//;

type Place = { readonly document: number; readonly path: readonly (string | number)[] };

/** One place for each way to a text in a document of a kind. */
function placesOf(documents: readonly Json[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const walk = (value: unknown, name: string, place: Place): void => {
    if (typeof value === 'string') {
      if (!places.has(name)) places.set(name, place);
    } else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        walk(inner, `${name}/${Array.isArray(value) ? '*' : key}`, { ...place, path: [...place.path, key] });
  };
  documents.forEach((document, at) => walk(document, `${String(document['kind'])}`, { document: at, path: [] }));
  return places;
}

function withText(value: unknown, [key, ...rest]: readonly (string | number)[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((item: unknown, at) => (String(at) === String(key) ? withText(item, rest, text) : item));
  return { ...(value as Json), [key]: withText((value as Json)[key], rest, text) };
}

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asked } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { HIDDEN, IS_NIGHT, SOME } from './support/hidden-fields.js';
import { openTwinSystem, type Side, type Twins, type TwinSystem } from './support/twins.js';

let system: TwinSystem;
beforeAll(async () => {
  system = await openTwinSystem();
}, 300_000);
afterAll(() => system.close());

const ROLES = ['canary_own', 'canary_wide', 'canary_shut'] as const;
/** 2,000 with each change, 20,000 at night. */
const SESSIONS = Number(process.env['FIELDSTONE_BAR_SESSIONS'] ?? (IS_NIGHT ? 20_000 : 2_000));
const SEED = Number(process.env['FIELDSTONE_BAR_SEED'] ?? 20_261_127);

/** One call of a session. "made:n" in the path is the id of what this session made as the nth; a cursor is that of the page before. */
type Call = {
  readonly method: string;
  readonly path: string;
  readonly asked: Asked;
  readonly isNextPage?: boolean;
  readonly makes?: boolean;
};

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const VISIBLE = [
  'title',
  'status',
  'region',
  'size',
  'place',
  'part_of',
  'badge',
  'vault',
  'owner',
  'created_at',
  'updated_at',
  'version',
  'id',
  'code',
];
const PATHS = [
  'place.name',
  'place.region',
  'place.secret',
  'place.within',
  'part_of.title',
  'part_of.h_text',
  'part_of.c_text',
  'badge.level',
  'badge.name',
  'vault.name',
  'owner.name',
  'part_of.place.name',
];
const field = fc.oneof(
  { weight: 5, arbitrary: oneOf(...VISIBLE) },
  { weight: 2, arbitrary: oneOf(...SOME) },
  { weight: 2, arbitrary: oneOf(...HIDDEN) },
  { weight: 2, arbitrary: oneOf(...PATHS) },
  oneOf('zq', 'x_text'),
);
const readable = fc.oneof(
  { weight: 4, arbitrary: oneOf('title', 'status', 'size', 'place', 'part_of', 'vault', 'badge') },
  oneOf('place.name', 'part_of.title', 'c_text', 'c_integer', 'c_date', 'c_tags'),
);
const value = fc.oneof(
  oneOf<unknown>('open', 'won', 'north', 'Title 1', 'Title', 'a', '', null, 0, 1, 2, 5, 100, true, '2400-01-02', 'Secret 0 0', 'zqk'),
  fc.nat({ max: 6 }).map((n) => `id:${String(n)}`),
);
const v = (name: string) => ({ var: name });
const comparison = fc.oneof(
  fc
    .tuple(
      oneOf('==', '!=', '<', '<=', '>', '>=', 'contains', 'starts_with', 'ends_with'),
      fc.oneof({ weight: 3, arbitrary: readable }, field),
      value,
    )
    .map(([op, name, to]) => ({ [op]: [v(name), to] })),
  fc
    .tuple(fc.oneof({ weight: 3, arbitrary: readable }, field), fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([name, list]) => ({ in: [v(name), list] })),
  fc.oneof({ weight: 3, arbitrary: readable }, field).map((name) => ({ is_empty: [v(name)] })),
  fc
    .tuple(oneOf('any', 'all', 'none'), oneOf('title', 'size', 'h_text', 'c_text', 'place', 'vault'), value)
    .map(([op, name, to]) => ({ [op]: ['parts', { '==': [v(name), to] }] })),
  fc.tuple(oneOf('>', '==', '<'), fc.nat({ max: 4 })).map(([op, n]) => ({ [op]: [{ count: ['parts'] }, n] })),
  oneOf<unknown>(
    { is_a: [v('c_polymorphic'), VAULT] },
    { is_a: [v('c_polymorphic'), PLACE] },
    { '>': [{ sum: ['parts', 'size'] }, 3] },
    { '>': [{ max: ['parts', 'h_integer'] }, 3] },
  ),
);
const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2 },
    comparison,
    fc.tuple(tie('filter'), tie('filter')).map((args) => ({ and: args })),
    fc.tuple(tie('filter'), tie('filter')).map((args) => ({ or: args })),
    tie('filter').map((arg) => ({ '!': [arg] })),
  ),
}));
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const object = fc.oneof({ weight: 6, arbitrary: fc.constant(SPECIMEN) }, oneOf(PLACE, BADGE, VAULT, 'user', 'zq'));
const relations = oneOf('parts', 'specimens', 'places', 'zq');
const sort = fc.array(
  fc.tuple(fc.oneof({ weight: 3, arbitrary: readable }, field), fc.boolean()).map(([name, falls]) => (falls ? `-${name}` : name)),
  { minLength: 1, maxLength: 2 },
);
const present = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).filter(([, each]) => each !== undefined));

const list = fc
  .record({
    filter: sometimes(filter),
    q: sometimes(oneOf('Title', 'title 1', 'Secret', 'Out', 'zqk', 'North', 'a')),
    sort: sometimes(sort),
    fields: sometimes(fc.array(fc.oneof({ weight: 4, arbitrary: oneOf(...VISIBLE) }, field), { minLength: 1, maxLength: 4 })),
    limit: sometimes(oneOf(1, 2, 5, 50)),
    count: sometimes(oneOf('none', 'capped', 'exact')),
    view: sometimes(oneOf('hidden_order', 'hidden_board', 'zq')),
    skip: sometimes(oneOf(1, 3)),
    include: sometimes(fc.tuple(relations, sometimes(filter)).map(([name, inner]) => ({ [name]: present({ limit: 3, filter: inner }) }))),
  })
  .map(present);
const inAddress = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).map(([name, each]) => [
      name,
      Array.isArray(each) ? each.join(',') : typeof each === 'object' ? JSON.stringify(each) : String(each),
    ]),
  );
const about = fc.tuple(object, fc.nat({ max: 19 })).map(([of, n]) => (n === 19 ? `${of}/made:0` : `${of}/id:${String(n)}`));
const values = fc
  .record({
    title: sometimes(oneOf('Changed', 'Title 1', '')),
    region: sometimes(oneOf('north', 'zq')),
    size: sometimes(oneOf<unknown>(0, 3, 7, 'x')),
    place: sometimes(fc.nat({ max: 5 }).map((n) => `id:${PLACE}:${String(n)}`)),
    vault: sometimes(fc.nat({ max: 3 }).map((n) => `id:${VAULT}:${String(n)}`)),
    part_of: sometimes(fc.nat({ max: 18 }).map((n) => `id:${SPECIMEN}:${String(n)}`)),
    h_text: fc.option(fc.constant('mine'), { nil: undefined, freq: 10 }),
    c_text: fc.option(fc.constant('mine'), { nil: undefined, freq: 6 }),
    zq: fc.option(fc.constant(1), { nil: undefined, freq: 12 }),
  })
  .map(present);

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(object, list).map(([of, query]) => ({ method: 'GET', path: `/records/${of}`, asked: { query: inAddress(query) } })),
  },
  { weight: 2, arbitrary: fc.tuple(object, list).map(([of, body]) => ({ method: 'POST', path: `/records/${of}/query`, asked: { body } })) },
  {
    weight: 2,
    arbitrary: fc.constant({ method: 'GET', path: `/records/${SPECIMEN}`, asked: { query: { limit: '2' } }, isNextPage: true }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        groupBy: fc.array(fc.oneof({ weight: 3, arbitrary: readable }, field), { maxLength: 2 }),
        measures: fc.array(
          fc
            .tuple(
              oneOf('count', 'sum', 'min', 'max', 'avg', 'count_distinct'),
              fc.oneof({ weight: 3, arbitrary: oneOf('size', 'place', 'title') }, field),
            )
            .map(([op, name]) => ({ op, field: name, as: op })),
          { maxLength: 2 },
        ),
        filter: sometimes(filter),
        totals: fc.boolean(),
      })
      .map((body) => ({ method: 'POST', path: `/records/${SPECIMEN}/aggregate`, asked: { body: present(body) } })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(oneOf('status', 'region', 'place', 'part_of', 'h_picklist', 'vault', 'zq'), sometimes(filter), sometimes(field))
      .map(([by, chosen, sum]) => ({
        method: 'GET',
        path: `/records/${SPECIMEN}/board`,
        asked: { query: inAddress(present({ by, filter: chosen, sum, limit: 3 })) },
      })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(about, sometimes(relations)).map(([path, name]) => ({
      method: 'GET',
      path: `/records/${path}`,
      asked: name === undefined ? {} : { query: { include: JSON.stringify({ [name]: {} }) } },
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(about, oneOf('history', 'shares', 'history/1', 'history/2', 'files/c_file', 'files/h_file'))
      .map(([path, what]) => ({ method: 'GET', path: `/records/${path}/${what}`, asked: {} })),
  },
  {
    weight: 3,
    arbitrary: values.map((body) => ({
      method: 'POST',
      path: `/records/${SPECIMEN}`,
      asked: { body: { title: 'Made', ...body } },
      makes: true,
    })),
  },
  { weight: 3, arbitrary: fc.tuple(about, values).map(([path, body]) => ({ method: 'PATCH', path: `/records/${path}`, asked: { body } })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(about, values)
      .map(([path, body]) => ({ method: 'PATCH', path: `/records/${path}`, asked: { body, headers: { 'If-Match': '"1"' } } })),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 2 }).map((n) => ({ method: 'DELETE', path: `/records/${SPECIMEN}/made:${String(n)}`, asked: {} })),
  },
  {
    weight: 1,
    arbitrary: about.map((path) => ({ method: 'DELETE', path: `/records/${path}`, asked: { headers: { 'If-Match': '"99"' } } })),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 2 }).map((n) => ({ method: 'POST', path: `/records/${SPECIMEN}/made:${String(n)}/restore`, asked: {} })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(about, values).map(([path, given]) => ({
      method: 'POST',
      path: `/records/${path}/clone`,
      asked: { body: { values: { ...given, status: 'open' } } },
      makes: true,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oneOf('all', 'each'), fc.array(fc.tuple(fc.nat({ max: 18 }), values), { minLength: 1, maxLength: 3 }))
      .map(([mode, rows]) => ({
        method: 'POST',
        path: `/records/${SPECIMEN}/bulk`,
        asked: {
          body: { mode, operations: rows.map(([n, given]) => ({ op: 'update', id: `id:${SPECIMEN}:${String(n)}`, values: given })) },
        },
      })),
  },
  {
    weight: 1,
    arbitrary: oneOf('/search?q=Title', '/search?q=Secret', '/search?q=Out', '/search?q=zqk', '/recycle-bin', '/recycle-bin?q=Made').map(
      (path) => ({ method: 'GET', path, asked: {} }),
    ),
  },
  {
    weight: 1,
    arbitrary: about.map((path) => ({
      method: 'POST',
      path: '/access/explain',
      asked: { body: { object: path.split('/')[0], record: path.split('/')[1], do: 'read' } },
    })),
  },
);
const session = fc.array(call, { minLength: 6, maxLength: 14 });

/** The ids that "id:3" and "id:canary_place:3" stand for, the same on both sides. */
const withIds = ({ ids }: Twins, of: string, text: string): string =>
  text
    .replaceAll(/id:([a-z_]+):(\d+)/g, (_all, name: string, n: string) => ids[name]?.[Number(n)] ?? '00000000-0000-7000-8000-000000000000')
    .replaceAll(/id:(\d+)/g, (_all, n: string) => ids[of]?.[Number(n)] ?? '00000000-0000-7000-8000-000000000000');

/** Where two texts part, with what stands around it. */
function difference(left: string, right: string): string {
  let at = 0;
  while (left[at] === right[at]) at += 1;
  return [left, right].map((text) => text.slice(Math.max(at - 200, 0), at + 200)).join('\n');
}

async function play(twins: Twins, calls: readonly Call[]): Promise<string[]> {
  for (const side of twins.sides) {
    side.made.length = 0;
    side.cursor = undefined;
  }
  const different: string[] = [];
  for (const { method, path, asked, isNextPage, makes } of calls) {
    const of = path.split('/')[2] ?? SPECIMEN;
    const sent = JSON.parse(withIds(twins, of in twins.ids ? of : SPECIMEN, JSON.stringify(asked))) as Asked;
    const askedOf = (side: Side): Asked =>
      isNextPage === true && side.cursor !== undefined ? { ...sent, query: { ...sent.query, cursor: side.cursor } } : sent;
    const { left, right, answers } = await twins.both(method, withIds(twins, of in twins.ids ? of : SPECIMEN, path), askedOf);
    if (left !== right) different.push(`${twins.role} ${method} ${path} ${JSON.stringify(asked)}\n${difference(left, right)}`);
    for (const [at, { status, text }] of answers.entries()) {
      const side = twins.sides[at] as Side;
      if (status >= 500 && status !== 503) different.push(`${method} ${path} ${JSON.stringify(asked)}: ${text}`);
      if (makes === true && status === 201) side.made.push(String((JSON.parse(text) as { id: string }).id));
      if (isNextPage === true && status === 200)
        side.cursor = (JSON.parse(text) as { page: { next: string | null } }).page.next ?? undefined;
    }
  }
  // What the session made goes, so that lists stay short.
  for (let n = 0; n < twins.sides[0].made.length; n += 1) await twins.both('DELETE', `/records/${SPECIMEN}/made:${String(n)}`, () => ({}));
  return different;
}

describe(`R-02: ${String(SESSIONS)} sessions on two systems that differ only in what one may not read`, () => {
  it('are answered byte for byte the same', { timeout: IS_NIGHT ? 3_600_000 : 900_000 }, async () => {
    const different: string[] = [];
    let calls = 0;
    await Promise.all(
      ROLES.map(async (role, at) => {
        const twins = await system.twins(role);
        const share = Math.ceil(SESSIONS / ROLES.length);
        for (const each of fc.sample(session, { numRuns: share, seed: SEED + at })) {
          calls += each.length;
          different.push(...(await play(twins, each)));
          // Once they differ, what follows from it does too.
          if (different.length > 0) return;
        }
      }),
    );
    expect(different.slice(0, 2)).toEqual([]);
    expect(calls).toBeGreaterThan(SESSIONS * 6);
  });
});

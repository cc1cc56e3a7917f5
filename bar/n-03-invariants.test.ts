import { afterAll, beforeAll, expect, it } from 'vitest';
import { allOf, callerOf, must, type Answer, type Caller } from './support/api.js';
import { fieldOf, inverse, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation } from './support/installation.js';

const CLIENTS = 20;
const ROUNDS = isNight ? 40 : 2;

const DOCUMENTS = [
  objectOf('stock', 'name'),
  fieldOf('stock', 'name', 'text', { required: true }),
  fieldOf('stock', 'code', 'text', { unique: true }),
  fieldOf('stock', 'number', 'autonumber', { format: 'S-{0000}' }),
  fieldOf('stock', 'left', 'integer'),
  fieldOf('stock', 'note', 'text'),
  fieldOf('stock', 'total', 'rollup', { rollup: { relation: 'parts', function: 'sum', field: 'quantity' }, materialized: true }),
  fieldOf('stock', 'count', 'rollup', { rollup: { relation: 'parts', function: 'count' }, materialized: true }),
  {
    ...{ kind: 'validation', id: 'val_stock_left', object: 'stock', name: 'left', label: 'Not below zero', on: ['create', 'update'] },
    ...{ errorWhen: { '<': [{ var: 'left' }, 0] }, message: 'There is not so much left.', field: 'left' },
  },
  objectOf('part', 'name'),
  fieldOf('part', 'name', 'text'),
  fieldOf('part', 'quantity', 'integer'),
  fieldOf('part', 'stock', 'lookup', { target: 'stock', ...inverse('parts') }),
];

let product: Installation;
let clients: Caller[];
beforeAll(async () => {
  product = await openInstallation(DOCUMENTS);
  const nodes = [await product.start(), await product.start()];
  const { authorization } = await product.addPerson('admin');
  clients = Array.from({ length: CLIENTS }, (_, at) => callerOf(() => nodes[at % 2]?.origin ?? '', authorization));
}, 600_000);
afterAll(() => product.close());

const [first] = [(...sent: Parameters<Caller>): Promise<Answer> => must(clients[0] as Caller, ...sent)];
const newStock = async (more: object = {}): Promise<string> =>
  String((await first('POST', '/records/stock', { body: { name: 'stock', left: 10, ...more } })).body['id']);
/** Every client does something at once; what each was answered. */
const together = (work: (client: Caller, at: number) => Promise<Answer | undefined>) => Promise.all(clients.map(work));

/** Told to come back, because it waited longer for others than a call may: honest, and no more than that. */
const isTurnedAway = (answer: Answer | undefined): boolean =>
  answer?.status === 503 && answer.body['code'] === 'overloaded' && answer.headers.get('retry-after') !== null;

/** By day the machine may have so much else to do that a queue takes longer than a call waits: then it comes back, as it is told. */
const comingBack =
  (client: Caller): Caller =>
  async (...sent) => {
    for (;;) {
      const answer = await client(...sent);
      if (isNight || !isTurnedAway(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, Number(answer?.headers.get('retry-after')) * 1_000));
    }
  };

/** Changes the records that are named, by every client at once and in turns from the one end and from the other; not the same fields of all, so that no one statement does it. */
const inOppositeOrders = (round: number, named: readonly object[], who: readonly Caller[]) =>
  Promise.all(
    who.map((client, at) => {
      const operations = (at % 2 === 0 ? named : named.toReversed()).map((target, index) => ({
        ...target,
        values: { name: 'knot', note: `${String(round)} ${String(at)}`, ...(index % 2 === 0 ? { left: at } : {}) },
      }));
      return client('POST', '/records/stock/bulk', { body: { mode: 'all', operations } });
    }),
  );
/** How many there are of the records whose code begins so, and how many calls what they hold is from. */
async function knots(code: string): Promise<[records: number, writers: number]> {
  const rows = (await allOf(clients[0] as Caller, 'stock', ['code', 'note'])).filter((row) => String(row['code']).startsWith(code));
  return [rows.length, new Set(rows.map(({ note }) => note)).size];
}
const codes = (of: string) => Array.from({ length: 10 }, (_, at) => `${of} ${String(at)}`);

it.each(['ids', 'values'])(
  'N-03: calls that name the same records by their %s in opposite orders all come through',
  { timeout: ROUNDS * 120_000 },
  async (by) => {
    const named: object[] = [];
    for (const code of codes(by)) {
      const id = await newStock({ code });
      named.push(by === 'ids' ? { op: 'update', id } : { op: 'upsert', match: { code } });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await inOppositeOrders(round, named, clients.map(comingBack));
      expect(answers.map((answer) => answer?.status)).toEqual(clients.map(() => 200));
      expect(await knots(by)).toEqual([named.length, 1]);
    }
  },
);

it(
  'N-03: where calls wait for each other in a circle they are done again; the last resort is a conflict, or to come back',
  { timeout: ROUNDS * 120_000 },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // What is not there yet can not be locked: each makes what the other waits for.
      const named = codes(`new ${String(round)}`).map((code) => ({ op: 'upsert', match: { code } }));
      const answers = await inOppositeOrders(round, named, clients.slice(0, 6));
      const others = answers.filter((answer) => answer?.status !== 200 && answer?.status !== 409);
      expect(others.filter((answer) => !isTurnedAway(answer))).toEqual([]);
      expect(await knots(`new ${String(round)}`)).toEqual([named.length, 1]);
    }
  },
);

it('N-03: of many who want the same unique value one gets it', { timeout: ROUNDS * 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const code = `code ${String(round)}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        clients[at % CLIENTS]?.('POST', '/records/stock', { body: { name: 'stock', code: at % 2 === 0 ? code : code.toUpperCase() } }),
      ),
    );
    const statuses = answers.map((answer) => answer?.status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
    expect(answers.filter((answer) => answer?.status === 409).map((answer) => answer?.body['code'])).toEqual(
      Array.from({ length: 49 }, () => 'duplicate'),
    );
  }
});

it('N-03: automatic numbers are given once and without gaps, whatever fails beside them', { timeout: ROUNDS * 120_000 }, async () => {
  const before = (await allOf(clients[0] as Caller, 'stock', ['number'])).length;
  let failed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await together((client, at) =>
      client('POST', '/records/stock', { body: at % 3 === 0 ? { name: 'stock', left: -1 } : { name: 'stock', left: at } }),
    );
    failed += answers.filter((answer) => answer?.status === 422).length;
    expect(answers.filter((answer) => answer?.status !== 422 && answer?.status !== 201)).toEqual([]);
  }
  const numbers = (await allOf(clients[0] as Caller, 'stock', ['number'])).map(({ number }) => Number(/\d+/.exec(String(number))?.[0]));
  expect(numbers.length).toBe(before + ROUNDS * CLIENTS - failed);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
});

it('N-03: no more is taken than there is', { timeout: ROUNDS * 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await newStock({ left: 7 });
    const path = `/records/stock/${id}`;
    /** Takes one, as often as others come first; whether there was one. */
    const take = async (client: Caller): Promise<boolean> => {
      for (;;) {
        const found = await must(client, 'GET', path);
        const left = Number(found.body['left']) - 1;
        const answer = await client('PATCH', path, { body: { left }, headers: { 'If-Match': found.headers.get('etag') ?? '' } });
        if (answer?.status !== 409) {
          expect([200, 422]).toContain(answer?.status);
          return answer?.status === 200;
        }
      }
    };
    const took = await Promise.all(clients.map(take));
    expect(took.filter(Boolean)).toHaveLength(7);
    expect((await first('GET', path)).body).toMatchObject({ left: 0 });
  }
});

it('N-03: stored roll-ups come to what they are worked out from', { timeout: ROUNDS * 120_000 }, async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => newStock()));
  const anyOf = (at: number) => ids[at % ids.length];
  const answers: (Answer | undefined)[] = [];
  await Promise.all(
    clients.map(async (client, at) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const made = await client('POST', '/records/part', { body: { name: 'part', quantity: at + round, stock: anyOf(at) } });
        const path = `/records/part/${String(made?.body['id'])}`;
        const moved = await client('PATCH', path, { body: { quantity: at * 2, stock: anyOf(at + 1) } });
        // Somebody changes where it belongs to meanwhile.
        const beside = await client('PATCH', `/records/stock/${anyOf(at + 1) ?? ''}`, { body: { note: `${String(at)} ${String(round)}` } });
        const gone = at % 2 === 0 ? await client('DELETE', path) : undefined;
        answers.push(made, moved, beside, ...(gone === undefined ? [] : [gone]));
      }
    }),
  );
  expect(answers.filter((answer) => answer === undefined || answer.status >= 300).map((answer) => answer?.body)).toEqual([]);
  const parts = await allOf(clients[0] as Caller, 'part', ['quantity', 'stock']);
  const expected = ids.map((id) => {
    const own = parts.filter(({ stock }) => (stock as { id: string } | null)?.id === id);
    return [own.length, own.reduce((sum, { quantity }) => sum + Number(quantity), 0)];
  });
  const stored = async () =>
    Promise.all(
      ids
        .map(async (id) => (await first('GET', `/records/stock/${id}`)).body)
        .map(async (body) => [(await body)['count'], Number((await body)['total'])]),
    );
  // Worked out behind the writes: waits for as long as the test may run.
  while (JSON.stringify(await stored()) !== JSON.stringify(expected)) await new Promise((resolve) => setTimeout(resolve, 50));
});

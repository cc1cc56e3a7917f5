import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOf, callerOf, must, type Answer, type Caller } from './support/api.js';
import { openCuttingProxy } from './support/cutting-proxy.js';
import { fieldOf, inverse, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';

const KILLS = isNight ? 50 : 1;
const CALLS = isNight ? 40 : 12;
const BREAKS = isNight ? 2_000 : 30;

const DOCUMENTS = [
  objectOf('order', 'mark'),
  fieldOf('order', 'mark', 'text', { required: true }),
  fieldOf('order', 'step', 'integer'),
  objectOf('line', 'mark'),
  fieldOf('line', 'mark', 'text', { required: true }),
  fieldOf('line', 'order', 'master_detail', { target: 'order', required: true, ...inverse('lines') }),
];

let product: Installation;
let node: Node;
let person: Caller;
let other: Caller;
let stranger: Caller;
beforeAll(async () => {
  product = await openInstallation(DOCUMENTS);
  node = await product.start();
  const caller = async (tenantId?: number) => callerOf(() => node.origin, (await product.addPerson('admin', tenantId)).authorization);
  [person, other] = [await caller(), await caller()];
  const [tenant] = await product.sql<{ id: number }>(
    'insert into meta.tenant (space_id, name) select space_id, name from meta.tenant limit 1 returning id',
  );
  stranger = await caller(tenant?.id);
}, 600_000);
afterAll(() => product.close());

const withKey = (key: string) => ({ 'Idempotency-Key': key });
const make = (call: Caller, key: string, mark: string) => call('POST', '/records/order', { body: { mark }, headers: withKey(key) });
const countOf = async (mark: string, call: Caller = person) =>
  (await allOf(call, 'order', ['mark'])).filter((row) => row['mark'] === mark).length;
/** An answer without what each of its transports has of its own. */
const said = (answer: Answer | undefined) => [
  answer?.status,
  answer?.body,
  answer?.headers.get('etag'),
  answer?.headers.get('location'),
  answer?.headers.get('operation-id'),
];
const untilDead = async () => {
  while ((await fetch(`${node.origin}/health/live`).catch(() => null)) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('K-05: a call with an Idempotency-Key', () => {
  it('K-05: has one effect and one answer, when it comes five times at once and later again', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => make(person, 'five', 'five')));
    expect(answers[0]?.status).toBe(201);
    for (const answer of [...answers, await make(person, 'five', 'five')]) expect(said(answer)).toEqual(said(answers[0]));
    expect(answers.filter((answer) => answer?.headers.get('idempotent-replayed') === 'true')).toHaveLength(4);
    expect(await countOf('five')).toBe(1);
  });

  it('K-05: is refused with another body, and is another call for another user and another tenant', async () => {
    const first = await make(person, 'shared', 'shared');
    const changed = await make(person, 'shared', 'changed');
    expect([changed?.status, changed?.body['code']]).toEqual([422, 'idempotency_mismatch']);
    for (const call of [other, stranger]) {
      const answer = await make(call, 'shared', 'shared');
      expect([answer?.status, answer?.headers.get('idempotent-replayed'), answer?.body['id'] === first?.body['id']]).toEqual([
        201,
        null,
        false,
      ]);
    }
    expect([await countOf('shared'), await countOf('shared', stranger), await countOf('changed')]).toEqual([2, 1, 0]);
  });

  it('K-05: whose answer did not arrive in time is answered with it when it is sent again', async () => {
    // The first one waits for a record that somebody holds, longer than its caller waits for it.
    const { body: held } = await must(person, 'POST', '/records/order', { body: { mark: 'held', step: 1 } });
    const [place] = await product.sql<{ table: string; column: string }>(
      `select c.relname as table, b.column_name as column from meta.binding b join pg_class c on c.relname = b.table_name where b.element_id = 'fld_order_step'`,
    );
    const holding = product.sql(
      `begin; update sp1."${place?.table ?? ''}" set updated_at = updated_at where id = '${String(held['id'])}'; select pg_sleep(1); rollback`,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const change = { body: { step: 2 }, headers: withKey('late') };
    const path = `/records/order/${String(held['id'])}`;
    const first = person('PATCH', path, change);
    const second = await person('PATCH', path, change);
    await holding;
    expect(said(second)).toEqual(said(await first));
    expect([second?.status, second?.body['version']]).toEqual([200, 2]);
  });

  it('K-05: whose answer was refused is refused again, and one that failed on our side is done', async () => {
    const wrong = () => person('POST', '/records/order', { body: {}, headers: withKey('wrong') });
    const first = await wrong();
    const second = await wrong();
    expect([first?.status, second?.status, second?.headers.get('idempotent-replayed')]).toEqual([422, 422, 'true']);
    expect(second?.body).toEqual(first?.body);
  });

  it('K-05: is a new one after 24 hours', async () => {
    await make(person, 'yesterday', 'yesterday');
    await product.sql(`update meta.idempotency set created_at = created_at - interval '24 hours 1 second' where key = 'yesterday'`);
    expect((await make(person, 'yesterday', 'yesterday'))?.headers.get('idempotent-replayed')).toBeNull();
    expect(await countOf('yesterday')).toBe(2);
  });

  it('K-05: that undoes an operation undoes it once', async () => {
    const { body } = await must(person, 'POST', '/records/order', { body: { mark: 'undone', step: 1 } });
    const path = `/records/order/${String(body['id'])}`;
    const { headers: changed } = await must(person, 'PATCH', path, { body: { step: 2 } });
    const undo = (id: string | null, key: string) => person('POST', `/operations/${id ?? ''}/undo`, { headers: withKey(key) });
    const answers = await Promise.all(Array.from({ length: 5 }, () => undo(changed.get('operation-id'), 'undo')));
    expect(answers[0]?.status).toBe(200);
    for (const answer of answers) expect(said(answer)).toEqual(said(answers[0]));
    expect((await must(person, 'GET', path)).body).toMatchObject({ step: 1, version: 3 });
  });

  it(
    'K-05: is done once when the process that worked on it is killed and it is sent again after the restart',
    { timeout: KILLS * 180_000 },
    async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const calls = Array.from({ length: CALLS }, (_, at) => {
          const mark = `kill-${String(kill)}-${String(at)}`;
          const body =
            at % 3 === 0
              ? { mark }
              : at % 3 === 1
                ? { mark, lines: [{ mark }, { mark }] }
                : { mode: 'all', operations: Array.from({ length: 5 }, () => ({ op: 'create', values: { mark } })) };
          const send = () => person('POST', at % 3 === 2 ? '/records/order/bulk' : '/records/order', { body, headers: withKey(mark) });
          return { mark, send, orders: at % 3 === 2 ? 5 : 1, lines: at % 3 === 1 ? 2 : 0 };
        });
        const sent = calls.map(({ send }) => send());
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
        await node.kill();
        await untilDead();
        const before = await Promise.all(sent);
        node = await product.start();
        // Sent again by everybody, also by those who were answered; some were at work on it when the process died.
        const after = await Promise.all(calls.map(({ send }) => send()));
        const [orders, lines] = [await allOf(person, 'order', ['mark']), await allOf(person, 'line', ['mark'])];
        for (const [at, call] of calls.entries()) {
          const own = [orders, lines].map((rows) => rows.filter(({ mark }) => mark === call.mark).length);
          expect([after[at]?.status, own], call.mark).toEqual([call.orders === 5 ? 200 : 201, [call.orders, call.lines]]);
          if (before[at] !== undefined) expect(said(after[at])).toEqual(said(before[at]));
        }
      }
    },
  );
});

it(
  'K-05: a call whose connection to the database broke has one effect, however often it has to be sent',
  { timeout: 120_000 + BREAKS * 2_000 },
  async () => {
    const url = new URL(await product.databaseUrl());
    const proxy = await openCuttingProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    const far = await product.start({ DATABASE_URL: url.href });
    const { authorization } = await product.addPerson('admin');
    const caller = callerOf(() => far.origin, authorization);
    const marks: string[] = [];
    let again = 0;
    proxy.cut(0.05);
    await Promise.all(
      Array.from({ length: CALLS }, async (_, at) => {
        for (let n = 0; proxy.cuts() < BREAKS; n += 1) {
          const mark = `broken-${String(at)}-${String(n)}`;
          marks.push(mark);
          for (let answer = await make(caller, mark, mark); answer?.status !== 201; answer = await make(caller, mark, mark)) {
            // A connection that broke, or a call whose first try still seems to be at work.
            expect([503, 409]).toContain(answer?.status);
            again += 1;
          }
        }
        proxy.cut(0);
      }),
    );
    await far.kill();
    await proxy.close();
    expect(again).toBeGreaterThan(0);
    const found = (await allOf(person, 'order', ['mark'])).map(({ mark }) => String(mark)).filter((mark) => mark.startsWith('broken-'));
    expect(found.toSorted()).toEqual(marks.toSorted());
  },
);

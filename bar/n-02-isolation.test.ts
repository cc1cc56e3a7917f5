import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf, type Answer, type Caller } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { anomaliesOf, type Step, type Transaction } from './support/histories.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { openServer, type OwnServer } from './support/own-server.js';

const RUNS = isNight ? 20 : 1;
const CLIENTS = isNight ? 20 : 10;
const REGISTERS = 6;
/** Between two kills. */
const PAUSE_MS = isNight ? 4_000 : 1_500;
/** What is killed, one after the other: a process of the product, the database, and both in one moment. */
const KILLS = ['process', 'database', 'both'] as const;
const KILLS_A_RUN = isNight ? 6 : 3;
/** Killed, and told to end at once. */
const SIGNALS = ['SIGKILL', 'SIGQUIT'] as const;

const DOCUMENTS = [
  objectOf('register', 'name'),
  fieldOf('register', 'name', 'text', { required: true }),
  fieldOf('register', 'run', 'integer'),
  fieldOf('register', 'list', 'long_text'),
];

let server: OwnServer;
let product: Installation;
let nodes: Node[];
let authorization: string;
beforeAll(async () => {
  server = await openServer();
  product = await openInstallation(DOCUMENTS, { serverUrl: server.url });
  nodes = [await product.start(), await product.start()];
  ({ authorization } = await product.addPerson('admin'));
}, 240_000);
afterAll(async () => {
  await product.close();
  await server.close();
});

type Register = { readonly id: string; readonly version: number; readonly list: readonly number[] };
const textOf = (list: readonly number[]): string => list.join(' ');
const listOf = (text: unknown): number[] => (typeof text === 'string' && text !== '' ? text.split(' ').map(Number) : []);
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer from which nobody knows what happened: none, or that the server was not there for now. */
const isUnknown = (answer: Answer | undefined): boolean =>
  answer === undefined || (answer.status === 503 && answer.headers.get('retry-after') !== null);

/** What people do to the registers of one run, and what they are told. */
class Run {
  readonly history: Transaction[] = [];
  /** Answers that nobody expects. */
  readonly odd: string[] = [];
  /** How many calls were sent again because nobody knew of them. */
  again = 0;
  readonly #run: number;
  #next = 0;
  isOver = false;

  constructor(run: number) {
    this.#run = run;
  }

  async #send(call: Caller, ...sent: Parameters<Caller>): Promise<Answer | undefined> {
    const answer = await call(...sent);
    if (!isUnknown(answer) && answer !== undefined && answer.status >= 300 && answer.status !== 409)
      this.odd.push(`${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** All registers, as one statement sees them; undefined without an answer. */
  async #look(call: Caller): Promise<Register[] | undefined> {
    const filter = { '==': [{ var: 'run' }, this.#run] };
    const body = { filter, fields: ['id', 'list', 'version'], limit: 50 };
    const answer = await this.#send(call, 'POST', '/records/register/query', { body });
    if (answer?.status !== 200) return undefined;
    return (answer.body['data'] as { id: string; version: number; list: unknown }[]).map(({ id, version, list }) => ({
      id,
      version,
      list: listOf(list),
    }));
  }

  /** Whether there was something to read. */
  async read(call: Caller): Promise<boolean> {
    const began = performance.now();
    const found = await this.#look(call);
    if (found === undefined) return false;
    const steps = found.map(({ id, list }): Step => ({ kind: 'read', key: id, list }));
    this.history.push({ steps, outcome: 'done', began, ended: performance.now() });
    return true;
  }

  /**
   * Adds to some registers at once, or to none of them: each must be as it was read. Now and then it adds twice to one, so that there is a state between.
   * Whoever does not know what became of it leaves it so, or sends it again under its key until somebody can say.
   */
  async append(call: Caller): Promise<void> {
    const found = await this.#look(call);
    if (found === undefined || found.length === 0) return;
    const chosen = found.filter(() => Math.random() < 0.4);
    if (chosen.length === 0) chosen.push(pick(found));
    const isTwice = Math.random() < 0.3;
    const steps: Step[] = [];
    const add = (key: string): number => {
      steps.push({ kind: 'append', key, value: (this.#next += 1) });
      return this.#next;
    };
    const operations = chosen.flatMap(({ id, version, list }) => {
      steps.push({ kind: 'read', key: id, list });
      const once = [...list, add(id)];
      const values = { list: textOf(once) };
      return [
        { op: 'update', id, version, values },
        ...(isTwice ? [{ op: 'update', id, values: { list: textOf([...once, add(id)]) } }] : []),
      ];
    });
    const key = Math.random() < 0.5 ? { 'Idempotency-Key': randomUUID() } : undefined;
    const [only] = operations;
    const send = () =>
      operations.length === 1 && only !== undefined
        ? this.#send(call, 'PATCH', `/records/register/${only.id}`, {
            body: only.values,
            headers: { 'If-Match': `"${String(chosen[0]?.version)}"`, ...key },
          })
        : this.#send(call, 'POST', '/records/register/bulk', { body: { mode: 'all', operations }, headers: { ...key } });
    const began = performance.now();
    let answer = await send();
    // Sent again, a conflict may be with the first one, which somebody still takes to be at work.
    const isOpen = () => isUnknown(answer) || (answer?.body['code'] === 'conflict' && answer.headers.get('idempotent-replayed') === null);
    if (key !== undefined && isUnknown(answer)) {
      while (isOpen()) {
        await pause(20);
        this.again += 1;
        answer = await send();
      }
    }
    const outcome = isUnknown(answer) ? 'unknown' : (answer?.status ?? 0) < 300 ? 'done' : 'failed';
    this.history.push({ steps, outcome, began, ended: performance.now() });
  }

  async work(call: Caller): Promise<void> {
    while (!this.isOver) {
      const before = this.history.length;
      await (Math.random() < 0.4 ? this.read(call) : this.append(call));
      // Nobody there.
      if (this.history.length === before) await pause(20);
    }
  }
}

/** Ends when everything that was killed is back. */
async function strike(kill: (typeof KILLS)[number], at: number): Promise<void> {
  const back: Promise<unknown>[] = [];
  if (kill !== 'process') back.push(server.kill(SIGNALS[at % SIGNALS.length] ?? 'SIGKILL'));
  if (kill !== 'database') await nodes[at % nodes.length]?.kill();
  await Promise.all(back);
  if (kill !== 'database') nodes[at % nodes.length] = await product.start();
}

it('N-02: what many people see of lists that they add to fits one order of all that they did', { timeout: RUNS * 240_000 }, async () => {
  for (let n = 0; n < RUNS; n += 1) {
    const anybody = callerOf(() => nodes[0]?.origin ?? '', authorization);
    const sure = async (work: () => Promise<boolean>) => {
      while (!(await work())) await pause(50);
    };
    for (let at = 0; at < REGISTERS; at += 1) {
      const body = { name: `register ${String(at)}`, run: n };
      await sure(async () => (await anybody('POST', '/records/register', { body }))?.status === 201);
    }
    const run = new Run(n);
    const working = Array.from({ length: CLIENTS }, (_, at) => run.work(callerOf(() => nodes[at % 2]?.origin ?? '', authorization)));
    for (let kill = 0; kill < KILLS_A_RUN; kill += 1) {
      await pause(PAUSE_MS);
      await strike(KILLS[kill % KILLS.length] ?? 'both', n + kill);
    }
    await pause(PAUSE_MS);
    run.isOver = true;
    await Promise.all(working);
    await sure(() => run.read(anybody));
    expect(anomaliesOf(run.history)).toEqual([]);
    expect(run.odd).toEqual([]);
    // There was something to go wrong: calls that came through, that others got in the way of, that nobody knows of, and that were sent again.
    const outcomes = new Set(run.history.map(({ outcome }) => outcome));
    expect([outcomes.has('done'), outcomes.has('failed'), outcomes.has('unknown'), run.again > 0]).toEqual([true, true, true, true]);
  }
});

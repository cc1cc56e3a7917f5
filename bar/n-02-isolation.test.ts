import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf, must, type Caller } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { anomaliesOf, type Step, type Transaction } from './support/histories.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';

const RUNS = isNight ? 20 : 1;
const CLIENTS = isNight ? 20 : 10;
const REGISTERS = 6;
const RUN_MS = isNight ? 15_000 : 4_000;
const KILLS = isNight ? 4 : 1;

const DOCUMENTS = [
  objectOf('register', 'name'),
  fieldOf('register', 'name', 'text', { required: true }),
  fieldOf('register', 'run', 'integer'),
  fieldOf('register', 'list', 'long_text'),
];

let product: Installation;
let nodes: Node[];
let authorization: string;
beforeAll(async () => {
  product = await openInstallation(DOCUMENTS);
  nodes = [await product.start(), await product.start()];
  ({ authorization } = await product.addPerson('admin'));
}, 240_000);
afterAll(() => product.close());

type Register = { readonly id: string; readonly version: number; readonly list: readonly number[] };
const textOf = (list: readonly number[]): string => list.join(' ');
const listOf = (text: unknown): number[] => (typeof text === 'string' && text !== '' ? text.split(' ').map(Number) : []);
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** What people do to the registers of one run, and what they are told. */
class Run {
  readonly history: Transaction[] = [];
  /** Answers that nobody expects. */
  readonly odd: string[] = [];
  readonly #run: number;
  #next = 0;
  isOver = false;

  constructor(run: number) {
    this.#run = run;
  }

  /** All registers, as one statement sees them; undefined without an answer. */
  async #look(call: Caller): Promise<Register[] | undefined> {
    const filter = { '==': [{ var: 'run' }, this.#run] };
    const answer = await call('POST', '/records/register/query', { body: { filter, fields: ['id', 'list', 'version'], limit: 50 } });
    if (answer?.status !== 200) return undefined;
    return (answer.body['data'] as { id: string; version: number; list: unknown }[]).map(({ id, version, list }) => ({
      id,
      version,
      list: listOf(list),
    }));
  }

  async read(call: Caller): Promise<void> {
    const began = performance.now();
    const found = await this.#look(call);
    if (found === undefined) return;
    const steps = found.map(({ id, list }): Step => ({ kind: 'read', key: id, list }));
    this.history.push({ steps, outcome: 'done', began, ended: performance.now() });
  }

  /** Adds to some registers at once, or to none of them: each must be as it was read. Now and then it adds twice to one, so that there is a state between. */
  async append(call: Caller): Promise<void> {
    const found = await this.#look(call);
    if (found === undefined) return;
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
    const began = performance.now();
    const [only] = operations;
    const answer =
      operations.length === 1 && only !== undefined
        ? await call('PATCH', `/records/register/${only.id}`, {
            body: only.values,
            headers: { 'If-Match': `"${String(chosen[0]?.version)}"` },
          })
        : await call('POST', '/records/register/bulk', { body: { mode: 'all', operations } });
    const outcome = answer === undefined || answer.status === 503 ? 'unknown' : answer.status < 300 ? 'done' : 'failed';
    if (outcome === 'failed' && answer?.status !== 409) this.odd.push(`${String(answer?.status)} ${JSON.stringify(answer?.body)}`);
    this.history.push({ steps, outcome, began, ended: performance.now() });
  }

  async work(call: Caller): Promise<void> {
    while (!this.isOver) await (Math.random() < 0.4 ? this.read(call) : this.append(call));
  }
}

it(
  'N-02: what many people see of lists that they add to fits one order of all that they did',
  { timeout: RUNS * (RUN_MS + 180_000) },
  async () => {
    for (let n = 0; n < RUNS; n += 1) {
      const anybody = callerOf(() => nodes[0]?.origin ?? '', authorization);
      for (let at = 0; at < REGISTERS; at += 1)
        await must(anybody, 'POST', '/records/register', { body: { name: `register ${String(at)}`, run: n } });
      const run = new Run(n);
      const working = Array.from({ length: CLIENTS }, (_, at) => run.work(callerOf(() => nodes[at % 2]?.origin ?? '', authorization)));
      for (let kill = 0; kill < KILLS; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, RUN_MS / (KILLS + 1)));
        const at = kill % nodes.length;
        await nodes[at]?.kill();
        nodes[at] = await product.start();
      }
      await new Promise((resolve) => setTimeout(resolve, RUN_MS / (KILLS + 1)));
      run.isOver = true;
      await Promise.all(working);
      await run.read(anybody);
      expect(anomaliesOf(run.history)).toEqual([]);
      expect(run.odd).toEqual([]);
      // There was something to go wrong: calls that came through, and calls that others got in the way of.
      const outcomes = new Set(run.history.map(({ outcome }) => outcome));
      expect([outcomes.has('done'), outcomes.has('failed')]).toEqual([true, true]);
    }
  },
);

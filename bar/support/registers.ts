import { randomUUID } from 'node:crypto';
import type { Answer, Caller } from './api.js';
import { fieldOf, objectOf } from './documents.js';
import type { Step, Transaction } from './histories.js';

/** Metadata of registers: lists that people add to, each list the whole value of one field. */
export const REGISTER_DOCUMENTS = [
  objectOf('register', 'name'),
  fieldOf('register', 'name', 'text', { required: true }),
  fieldOf('register', 'run', 'integer'),
  fieldOf('register', 'list', 'long_text'),
];

type Register = { readonly id: string; readonly version: number; readonly list: readonly number[] };
const textOf = (list: readonly number[]): string => list.join(' ');
const listOf = (text: unknown): number[] => (typeof text === 'string' && text !== '' ? text.split(' ').map(Number) : []);
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer from which nobody knows what happened: none, or that the server was not there for now. */
const isUnknown = (answer: Answer | undefined): boolean =>
  answer === undefined || (answer.status === 503 && answer.headers.get('retry-after') !== null);

/** What people do to the registers of one run, and what they are told. */
export class Run {
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

/** Tries until it worked. */
export async function sure(work: () => Promise<boolean>): Promise<void> {
  while (!(await work())) await pause(50);
}

/** Makes the registers of a run. */
export async function addRegisters(call: Caller, run: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const body = { name: `register ${String(at)}`, run };
    await sure(async () => (await call('POST', '/records/register', { body }))?.status === 201);
  }
}

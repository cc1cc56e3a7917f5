import { allOf, callerOf, countOf, must, type Answer, type Caller, type Row } from './api.js';
import { fieldOf, inverse, objectOf } from './documents.js';
import type { Installation } from './installation.js';

/** Parcels and the items in them, counted by a stored roll-up. */
export const PARCELS: readonly object[] = [
  objectOf('parcel', 'mark'),
  fieldOf('parcel', 'mark', 'text', { required: true }),
  fieldOf('parcel', 'step', 'integer'),
  fieldOf('parcel', 'round', 'integer', { indexed: true }),
  fieldOf('parcel', 'count', 'rollup', { rollup: { relation: 'items', function: 'count' }, materialized: true }),
  objectOf('item', 'mark'),
  fieldOf('item', 'mark', 'text', { required: true }),
  fieldOf('item', 'round', 'integer', { indexed: true }),
  fieldOf('item', 'parcel', 'master_detail', { target: 'parcel', required: true, ...inverse('items') }),
];

const ITEMS = 3;
const BULK = 8;
const KINDS = ['create', 'update', 'nested', 'bulk'] as const;
/** How many records, and rows of history, a write of each kind comes to. */
const ROWS = { create: 1, update: 1, nested: 1 + ITEMS, bulk: BULK + 1 };

type Write = { readonly kind: (typeof KINDS)[number]; readonly mark: string; operation?: string; isDone?: true };
/** The record that a writer changes all the time, and the steps that it may be at: the last one that was confirmed, and those nobody knows of since. */
type Home = { id: string; steps: number[] };

/**
 * Writers that mark everything they write as nobody else does, and remember what was confirmed: the crash tests look for all of it afterwards.
 *
 * Shape:  writes go by rounds, from `begin` to `deviations`; each round is looked through by itself, and `changedSince` counts what is there of all.
 *         A write without an answer, or with 503, may have happened or not; every other refusal is wrong here, and is kept in `refused`.
 */
export class MarkedWrites {
  readonly refused: string[] = [];
  #writes: Write[] = [];
  #round = 0;
  /** What is known to be there of the rounds that were looked through. */
  readonly #there = { parcel: 0, item: 0 };
  readonly #homes: { alone: Home; bulk: Home }[] = [];
  readonly #call: Caller;
  #isRunning = false;
  #running: Promise<unknown> = Promise.resolve();
  #count = 0;
  /** How many writes were confirmed. */
  confirmed = 0;

  constructor(origin: () => string, authorization: string) {
    this.#call = callerOf(origin, authorization);
  }

  /** Gives each writer its records. */
  async prepare(writers: number): Promise<void> {
    for (let at = 0; at < writers; at += 1) {
      const made = async (name: string): Promise<Home> => {
        const { body } = await must(this.#call, 'POST', '/records/parcel', {
          body: { mark: `home ${name} ${String(at)}`, step: 0, round: 0 },
        });
        this.#there.parcel += 1;
        return { id: String(body['id']), steps: [0] };
      };
      this.#homes.push({ alone: await made('alone'), bulk: await made('bulk') });
    }
  }

  begin(): void {
    this.#isRunning = true;
    this.#round += 1;
    this.#writes = [];
    this.#running = Promise.all(this.#homes.map((_, at) => this.#write(at)));
  }

  /** Ends when every writer has its last answer, or knows that there will be none. */
  async end(): Promise<void> {
    this.#isRunning = false;
    await this.#running;
  }

  async #write(at: number): Promise<void> {
    const home = this.#homes[at];
    for (let turn = at; this.#isRunning && home !== undefined; turn += 1) {
      const kind = KINDS[turn % KINDS.length] ?? 'create';
      const step = (this.#count += 1);
      const write: Write = { kind, mark: `${kind} ${String(step)}` };
      this.#writes.push(write);
      const place = kind === 'update' ? home.alone : kind === 'bulk' ? home.bulk : undefined;
      place?.steps.push(step);
      const answer = await this.#send(write, step, place);
      if (answer !== undefined && answer.status < 300) {
        write.isDone = true;
        write.operation = answer.headers.get('operation-id') ?? 'none';
        this.confirmed += 1;
        place?.steps.splice(0, place.steps.length, step);
        continue;
      }
      if (answer !== undefined && (answer.status !== 503 || answer.headers.get('retry-after') === null)) {
        this.refused.push(`${kind}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #send({ kind, mark }: Write, step: number, place: Home | undefined): Promise<Answer | undefined> {
    const values = { mark, round: this.#round };
    switch (kind) {
      case 'create':
        return this.#call('POST', '/records/parcel', { body: values });
      case 'update':
        return this.#call('PATCH', `/records/parcel/${place?.id ?? ''}`, { body: { step } });
      case 'nested':
        return this.#call('POST', '/records/parcel', { body: { ...values, items: Array.from({ length: ITEMS }, () => values) } });
      case 'bulk': {
        const creates = Array.from({ length: BULK }, () => ({ op: 'create', values }));
        const operations = [...creates.slice(1), { op: 'update', id: place?.id, values: { step } }, ...creates.slice(0, 1)];
        return this.#call('POST', '/records/parcel/bulk', { body: { mode: 'all', operations } });
      }
    }
  }

  /** All that is not as it was confirmed: nothing. Read as people read it; history from behind. */
  async deviations({ sql }: Pick<Installation, 'sql'>): Promise<string[]> {
    const ofRound = { '==': [{ var: 'round' }, this.#round] };
    const parcels = await allOf(this.#call, 'parcel', ['mark', 'step'], ofRound);
    const items = await allOf(this.#call, 'item', ['mark', 'parcel'], ofRound);
    this.#there.parcel += parcels.length;
    this.#there.item += items.length;
    const operations = this.#writes.flatMap(({ operation }) => operation ?? []);
    const counts = await sql<{ operation: string; rows: number }>(
      'select operation::text, count(*)::int as rows from sp1.sys_history where operation = any($1::uuid[]) group by operation',
      [operations.filter((operation) => operation !== 'none')],
    );
    const history = new Map(counts.map(({ operation, rows }) => [operation, rows]));
    const by = groups(parcels);
    const itemsBy = groups(items);
    const found: string[] = [];
    const marks = new Set(this.#writes.map(({ mark }) => mark));
    for (const mark of [...by.keys(), ...itemsBy.keys()]) if (!marks.has(mark)) found.push(`nobody wrote ${mark}`);
    for (const { kind, mark, isDone, operation } of this.#writes) {
      const rows = isDone ? history.get(operation ?? '') : undefined;
      if (isDone && rows !== ROWS[kind]) found.push(`${mark}: ${String(rows)} rows of history instead of ${String(ROWS[kind])}`);
      if (kind === 'update') continue;
      const are = [by.get(mark)?.length ?? 0, itemsBy.get(mark)?.length ?? 0].join();
      const whole = [kind === 'bulk' ? BULK : 1, kind === 'nested' ? ITEMS : 0].join();
      if (are !== whole && (isDone || are !== '0,0')) found.push(`${isDone ? 'confirmed' : 'unknown'} ${mark}: ${are} of ${whole}`);
    }
    const homes = await allOf(this.#call, 'parcel', ['step'], { '==': [{ var: 'round' }, 0] });
    const stepOf = new Map(homes.map(({ id, step }) => [id, Number(step)]));
    for (const { alone, bulk } of this.#homes) {
      for (const home of [alone, bulk]) {
        const step = stepOf.get(home.id) ?? NaN;
        if (!home.steps.includes(step)) found.push(`at step ${String(step)} instead of ${home.steps.join(' or ')}`);
        const isOfRound = marks.has(`bulk ${String(step)}`);
        if (home === bulk && isOfRound && by.get(`bulk ${String(step)}`)?.length !== BULK)
          found.push(`step ${String(step)} without the rest of its call`);
        // What is known now, the next round begins with.
        home.steps.splice(0, home.steps.length, step);
      }
    }
    return found;
  }

  /** How many records are there of all rounds beyond those that were seen, and how many of those are gone: none. */
  async changedSince(): Promise<number[]> {
    const kinds = ['parcel', 'item'] as const;
    return Promise.all(kinds.map(async (object) => (await countOf(this.#call, object)) - this.#there[object]));
  }

  /** Parcels of the last round whose stored count is not that of their items. It is worked out behind the writes: a moment later there is none. */
  async miscounted(): Promise<number> {
    const ofRound = { '==': [{ var: 'round' }, this.#round] };
    const items = await allOf(this.#call, 'item', ['parcel'], ofRound);
    const counts = new Map<string, number>();
    for (const { parcel } of items) {
      const { id } = parcel as { id: string };
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const parcels = await allOf(this.#call, 'parcel', ['count'], ofRound);
    return parcels.filter(({ id, count }) => Number(count) !== (counts.get(id) ?? 0)).length;
  }
}

function groups(rows: readonly Row[]): Map<string, Row[]> {
  const by = new Map<string, Row[]>();
  for (const row of rows) {
    const mark = String(row['mark']);
    const group = by.get(mark);
    if (group === undefined) by.set(mark, [row]);
    else group.push(row);
  }
  return by;
}

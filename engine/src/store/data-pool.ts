import pg from 'pg';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { LIMITS } from '../model/limits.js';
import type { Keyring } from '../kernel/seal.js';
import { FairTurns, INSTALLATION } from './fair-turns.js';
import { Lanes, type Lane } from './lanes.js';
import { PlanChoices, type Plan } from './plan-choice.js';
import { PreparedNames } from './prepared-names.js';
import { ServiceTimes } from './service-times.js';
import { sqlState } from './sql-state.js';
import { StatementKeys } from './statement-keys.js';
import { messageOf, StatementBatch, type BatchCallback, type BatchStatement } from './statement-batch.js';
import { told } from '../texts/told.js';

/**
 * One statement whose single row has a single text column (or no row at all).
 *
 * Shape:  `plan` "by_value": the best plan may depend on the values (a filter on a rare or a common value), so Postgres may plan each execution.
 *         "measured": which is better is learned from what executions take. Otherwise the plan is made once for all values: planning a record write takes
 *         ten times as long as executing it.
 *         `mayFork`: its answer does not depend on the order in which rows are read, so workers of Postgres may read along while there is nothing else to do.
 */
export type DataStatement = {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly plan?: Plan | 'measured';
  readonly mayFork?: boolean;
};

/**
 * Several statements in one transaction of one tenant.
 *
 * Shape:  a statement of `query` that fails spoils the transaction; one of `attempt` undoes itself alone, and the transaction goes on. When the work of
 *         `undoable` fails, what it did is undone.
 */
export type DataTransaction = {
  query(statement: DataStatement): Promise<string | null>;
  attempt(statement: DataStatement): Promise<string | null>;
  undoable<T>(work: () => Promise<T>): Promise<T>;
};

export type DataPoolConfig = {
  /** How the app role connects. */
  readonly connection: pg.ClientConfig;
  readonly size: number;
  readonly logger: Logger;
  /** Keys that the secrets in records are sealed with. */
  readonly keys: Keyring;
  /** Longest time one statement may take, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /** How many statements that take long may be at work, where there are several tenants; three tenths of the connections, and three at least, when left out. */
  readonly longStatements?: number | undefined;
};

/** What a statement ends with that took longer than it may. */
const QUERY_CANCELED = '57014';
/** What it ends with where it is not prepared after all: the one that was to prepare it failed before. */
const NOT_PREPARED = '26000';

const MAX_LIFETIME_SECONDS = 1_800;
/** Longest time that a call waits for a connection, and that one may take to be made. */
const CONNECT_MS = 5_000;
/** How many connections may be taken by what takes long, where there are several tenants and nothing is known of the machine that Postgres is on. */
const longOf = (size: number): number => Math.max(3, Math.floor(size * 0.3));

/**
 * A connection that has served so many tenants is replaced: its backend remembers every table it has ever seen.
 *
 * Source: 60 to 100 KB a table, with its guard view and indexes; engine/test/catalog/capacity.test.ts measures it.
 */
export const TENANTS_PER_CONNECTION = 64;

/** Startup options: nothing here may differ by tenant, and nothing may outlive a transaction but these. */
const startupOptions = (statementTimeoutMs: number) =>
  [
    `statement_timeout=${statementTimeoutMs}`,
    'lock_timeout=2000',
    'idle_in_transaction_session_timeout=10000',
    'jit=off',
    'max_parallel_workers_per_gather=0',
    'TimeZone=UTC',
    'DateStyle=ISO',
    // Quoting rests on it, see kernel/statement.ts; a database or a role may have been told otherwise.
    'standard_conforming_strings=on',
    'search_path=',
    'plan_cache_mode=force_generic_plan',
    // How much a word must be like one that was typed for a search to look at it; see search-terms.ts.
    'pg_trgm.word_similarity_threshold=0.4',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');

/** Names the tenant for the transaction it runs in; the first statement of every batch. */
const TENANT = { name: 'tenant', text: `select set_config('app.tenant_id', $1, true)` };
/** The same, and has Postgres plan by the values. */
const TENANT_BY_VALUE = {
  name: 'tenant_by_value',
  text: `select set_config('app.tenant_id', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
};

/** The same, and lets workers read along, as many as Postgres takes for one by itself. */
const TENANT_WITH_WORKERS = {
  name: 'tenant_with_workers',
  text: `${TENANT_BY_VALUE.text}, set_config('max_parallel_workers_per_gather', '2', true)`,
};
const TENANT_BY_PLAN: Readonly<Record<Plan, typeof TENANT>> = {
  once: TENANT,
  by_value: TENANT_BY_VALUE,
  with_workers: TENANT_WITH_WORKERS,
};

/** Written once for each tenant: it goes ahead of every request. */
const tenantStatements: Readonly<Record<Plan, Map<number, BatchStatement>>> = {
  once: new Map(),
  by_value: new Map(),
  with_workers: new Map(),
};
const MAX_TENANTS = 1_000;

const SAVEPOINT: BatchStatement = { text: 'savepoint attempt', values: [] };
const RELEASE: BatchStatement = { text: 'release savepoint attempt', values: [] };
const TO_SAVEPOINT: BatchStatement = { text: 'rollback to savepoint attempt', values: [] };

function tenantStatement(tenantId: number, plan: Plan): BatchStatement {
  if (!Number.isSafeInteger(tenantId)) throw new TypeError('a tenant id is an integer');
  const known = tenantStatements[plan].get(tenantId);
  if (known !== undefined) return known;
  const { name, text } = TENANT_BY_PLAN[plan];
  const values = [String(tenantId)];
  const made: BatchStatement = { name, text, values, message: messageOf(name, values) };
  if (tenantStatements[plan].size >= MAX_TENANTS) tenantStatements[plan].clear();
  tenantStatements[plan].set(tenantId, made);
  return made;
}

/**
 * Connections of the app role, which sees only guard views and only within a transaction that names its tenant.
 *
 * Shape:  tenants take turns when there are more calls than connections (see FairTurns). `query` and `batch` send the tenant and the statements as one message and wait once; together they are one transaction (see StatementBatch).
 *         What has been quick so far shares a connection with others (see Lanes): one statement, or several, such as a write and what it answers with. What
 *         is slow or unknown, what is measured, and what the caller goes on with have a connection for themselves.
 *         A statement that fails undoes all of it, and the tenant setting is gone in any case.
 * Errors: those of Postgres as they are; callers translate them with pg-errors.ts. A connection that is not clean afterwards is thrown away.
 * Source: pipelined transactions cost 1.16 of a bare statement over a 2 ms network, awaited ones 3.2.
 */
export class DataPool {
  readonly #pool: pg.Pool;
  readonly #names = new PreparedNames();
  readonly #choices = new PlanChoices();
  readonly #tenants = new WeakMap<pg.PoolClient, Set<number>>();
  readonly #turns: FairTurns;
  /** Who may have a connection for what takes long. */
  readonly #long: FairTurns;
  readonly #size: number;
  readonly #lanes: Lanes;
  readonly #times = new ServiceTimes();
  readonly #statements = new StatementKeys();
  /** Connections that somebody has alone. */
  #alone = 0;
  /** Those who wait for a connection alone because they need it, and not because there is no room on a lane. */
  #waitToBeAlone = 0;
  #first: number | undefined;
  #isShared = false;
  /** Keys that the secrets in records are sealed with before they become values of a statement. */
  readonly keys: Keyring;
  /** Called with every statement sent; for tests and tracing. */
  onStatement: ((statement: DataStatement) => void) | undefined;

  constructor(config: DataPoolConfig) {
    this.keys = config.keys;
    this.#size = config.size;
    this.#turns = new FairTurns(config.size, CONNECT_MS);
    this.#long = new FairTurns(Math.min(config.longStatements ?? longOf(config.size), config.size), CONNECT_MS);
    this.#long.share();
    this.#pool = new pg.Pool({
      ...config.connection,
      max: config.size,
      idleTimeoutMillis: 0,
      maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
      connectionTimeoutMillis: CONNECT_MS,
      options: startupOptions(config.statementTimeoutMs ?? LIMITS.statement_seconds.max * 1_000),
      // Understood by the driver's client, which the pool makes from these options.
      ...{ pipeline: true },
    });
    this.#lanes = new Lanes({
      size: config.size,
      waitMs: CONNECT_MS,
      open: () => this.#openLane(),
      close: (client, isBroken) => {
        this.#release(client, INSTALLATION, isBroken);
      },
    });
    const lost = (error: Error) => config.logger.warn({ error: error.message }, 'a database connection was lost');
    this.#pool.on('error', lost);
    this.#pool.on('connect', (client) => client.on('error', lost));
  }

  async query(tenantId: number, statement: DataStatement): Promise<string | null> {
    if (statement.plan !== 'measured') return (await this.batch(tenantId, [statement]))[0] ?? null;
    const { text, values, mayFork } = statement;
    const choice = this.#choices.of(text);
    const plan = choice.next(values, mayFork === true && this.#atWork === 0);
    const note = (ms: number) => {
      choice.note(plan, values, ms);
      this.#times.noteAlone(text, ms, this.#atWork + 1, false);
    };
    try {
      return (await this.#send(tenantId, [statement], plan, note))[0] ?? null;
    } catch (error) {
      // What one plan for all values did not come to the end of may be short work with a plan of its own.
      if (plan !== 'once' || sqlState(error) !== QUERY_CANCELED) throw error;
      return (await this.#send(tenantId, [statement], 'by_value', () => undefined))[0] ?? null;
    }
  }

  /** Several statements in one transaction and one flush, for when none needs the answer of another: all of them happen, or none. */
  batch(tenantId: number, statements: readonly DataStatement[]): Promise<(string | null)[]> {
    return this.#send(tenantId, statements, statements.some(({ plan }) => plan !== undefined && plan !== 'once') ? 'by_value' : 'once');
  }

  async #send(tenantId: number, statements: readonly DataStatement[], plan: Plan, took?: (ms: number) => void): Promise<(string | null)[]> {
    const key = this.#statements.of(statements);
    const alone = (ms: number) => {
      // It is done, and was one of them.
      this.#times.noteAlone(key, ms, this.#atWork + 1, true);
    };
    // What is measured is measured alone: answers of a lane come in bunches, and the first of a bunch would seem to have taken as long as all of them.
    const boarded = took === undefined && this.#times.isQuick(key) ? this.#board(tenantId) : undefined;
    let lane = boarded instanceof Promise ? await boarded : boarded;
    // Where it was not prepared, nothing of it was executed, and the connection is given up: there are no more such than connections.
    for (let left = this.#size; ; left -= 1) {
      try {
        if (lane === undefined) return await this.#onItsOwn(tenantId, key, statements, plan, took ?? alone);
        return await this.#onLane(lane, tenantId, key, statements, plan);
      } catch (error) {
        if (left === 0 || sqlState(error) !== NOT_PREPARED) throw error;
        lane = undefined;
      }
    }
  }

  /** A place on a lane, at once or after a while; none where there are no lanes, or something takes long on each. */
  #board(tenantId: number): Lane | Promise<Lane | undefined> | undefined {
    const now = performance.now();
    return this.#lanes.board(tenantId, now) ?? (this.#lanes.isMoving(now) ? this.#lanes.wait(tenantId) : undefined);
  }

  /** On a connection that others use at the same time; it has been boarded. */
  #onLane(lane: Lane, tenantId: number, key: string, statements: readonly DataStatement[], plan: Plan): Promise<(string | null)[]> {
    const { client } = lane;
    this.#meet(client, tenantId);
    if (this.#isFull(client)) this.#lanes.retire(lane, true);
    return new Promise((resolve, reject) => {
      const done: BatchCallback = (error, texts) => {
        if (error !== null && isOfConnection(error)) this.#lanes.retire(lane, true);
        const atOnce = this.#atWork;
        const ms = this.#lanes.alight(lane, tenantId, performance.now());
        if (this.#waitToBeAlone > 0) this.#lanes.giveBack();
        if (error === null || sqlState(error) === QUERY_CANCELED) this.#times.noteShared(key, ms, atOnce);
        if (error) reject(error);
        else resolve(texts.slice(1));
      };
      submit(client, () => [tenantStatement(tenantId, plan), ...statements.map((statement) => this.#named(client, statement))], done);
    });
  }

  /** On a connection of its own. */
  async #onItsOwn(
    tenantId: number,
    key: string,
    statements: readonly DataStatement[],
    plan: Plan,
    took: (ms: number) => void,
  ): Promise<(string | null)[]> {
    const tenant = tenantStatement(tenantId, plan);
    const { client, letGo } = await this.#taken(tenantId, key);
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const done: BatchCallback = (error, texts) => {
        this.#alone -= 1;
        letGo();
        this.#release(client, tenantId, error !== null && isOfConnection(error));
        if (error === null || sqlState(error) === QUERY_CANCELED) took(performance.now() - began);
        if (error) reject(error);
        else resolve(texts.slice(1));
      };
      submit(client, () => [tenant, ...statements.map((statement) => this.#named(client, statement))], done);
    });
  }

  /**
   * A connection for what is known by that key.
   *
   * Shape:  what takes long waits for its turn among what does. Where that is found out while it waits for a connection, as when many ask for the first time
   *         for the same, it gives its connection back and does so then. `letGo` is called when it is done.
   */
  async #taken(tenantId: number, key: string): Promise<{ client: pg.PoolClient; letGo: () => void }> {
    const isLong = () => this.#isShared && this.#times.isLong(key);
    for (;;) {
      const isHeld = isLong();
      if (isHeld && !this.#long.take(tenantId)) await this.#long.wait(tenantId);
      const letGo = () => {
        if (isHeld) this.#long.give(tenantId);
      };
      const client = await this.#connect(tenantId, this.#times.isQuick(key)).catch((error: unknown) => {
        letGo();
        throw error;
      });
      if (isHeld || !isLong()) return { client, letGo };
      this.#alone -= 1;
      this.#release(client, tenantId, false);
    }
  }

  /** Several statements as one unit. A statement that fails spoils the whole transaction, even when `work` swallows its error. */
  async transaction<T>(tenantId: number, work: (tx: DataTransaction) => Promise<T>): Promise<T> {
    const tenant = tenantStatement(tenantId, 'once');
    const client = await this.#connect(tenantId);
    let failure: Error | undefined;
    const note: BatchCallback = (error) => {
      if (error) failure ??= error;
    };
    try {
      // Not awaited: they leave ahead of the first statement. If they fail, so does everything after them.
      submit(client, () => [{ text: 'begin', values: [] }, tenant], note);
      const send = (statements: readonly BatchStatement[], noted: BatchCallback): Promise<(string | null)[]> =>
        new Promise((resolve, reject) => {
          const done: BatchCallback = (error, texts) => {
            noted(error, []);
            if (error) reject(error);
            else resolve(texts);
          };
          submit(client, () => statements, done);
        });
      const result = await work({
        query: async (statement) => (await send([this.#named(client, statement)], note))[0] ?? null,
        attempt: async (statement) => {
          const undo: BatchCallback = (error) => {
            // It leaves ahead of whatever comes next. If it fails, so does everything after it.
            if (error) submit(client, () => [TO_SAVEPOINT, RELEASE], note);
          };
          return (await send([SAVEPOINT, this.#named(client, statement), RELEASE], undo))[1] ?? null;
        },
        undoable: async (undo) => {
          await send([SAVEPOINT], note);
          try {
            const done = await undo();
            await send([RELEASE], note);
            return done;
          } catch (error) {
            await send([TO_SAVEPOINT, RELEASE], note).catch(() => undefined);
            throw error;
          }
        },
      });
      if (failure) throw failure as Error;
      const end = await client.query('commit');
      if (end.command !== 'COMMIT') throw new AppError('conflict', told('record.rolled_back'));
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      this.#alone -= 1;
      this.#release(client, tenantId, client.getTransactionStatus() !== 'I');
    }
  }

  async close(): Promise<void> {
    this.#lanes.end();
    await this.#pool.end();
  }

  /** Whether this installation is known to have more than one tenant: then each has its share of what all of them use. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Tells that there are more tenants than one, before they are met here. */
  share(): void {
    this.#isShared = true;
    this.#turns.share();
    this.#lanes.share();
  }

  /** Until it is released, it counts as being at work. What is quick would have been sent on a lane, if there had been room. */
  async #connect(tenantId: number, isQuick = false): Promise<pg.PoolClient> {
    if (!this.#turns.take(tenantId)) {
      const turn = this.#turns.wait(tenantId);
      if (isQuick) await turn;
      else {
        this.#waitToBeAlone += 1;
        this.#lanes.giveBack();
        await turn.finally(() => (this.#waitToBeAlone -= 1));
      }
    }
    this.#alone += 1;
    try {
      const client = await this.#pool.connect();
      this.#meet(client, tenantId);
      return client;
    } catch (error) {
      this.#alone -= 1;
      this.#turns.give(tenantId);
      throw error;
    }
  }

  /** Connections that something is executed on. */
  get #atWork(): number {
    return this.#alone + this.#lanes.busy;
  }

  /** A lane is nobody's: who is on it changes. It waits for its turn as everybody does. */
  async #openLane(): Promise<pg.PoolClient | undefined> {
    try {
      if (!this.#turns.take(INSTALLATION)) await this.#turns.wait(INSTALLATION);
    } catch {
      return undefined;
    }
    return this.#pool.connect().catch(() => {
      this.#turns.give(INSTALLATION);
      return undefined;
    });
  }

  #release(client: pg.PoolClient, tenantId: number, isBroken: boolean): void {
    client.release(isBroken || this.#isFull(client));
    this.#turns.give(tenantId);
    if (!this.#turns.isWaitedFor && !this.#lanes.isMoving(performance.now())) this.#lanes.sendAway();
  }

  #meet(client: pg.PoolClient, tenantId: number): void {
    if (tenantId !== INSTALLATION) this.#first ??= tenantId;
    if (tenantId !== INSTALLATION && tenantId !== this.#first && !this.#isShared) this.share();
    const seen = this.#tenants.get(client);
    if (seen) seen.add(tenantId);
    else this.#tenants.set(client, new Set([tenantId]));
  }

  #isFull(client: pg.PoolClient): boolean {
    return (this.#tenants.get(client)?.size ?? 0) >= TENANTS_PER_CONNECTION;
  }

  #named(client: pg.PoolClient, { text, values }: DataStatement): BatchStatement {
    this.onStatement?.({ text, values });
    return { text, values, name: this.#names.use(client, text) };
  }
}

/** Whether the connection is to be thrown away after the error: Postgres ended the session, or does not have what it is taken to have. */
const isOfConnection = (error: Error): boolean =>
  !(error instanceof pg.DatabaseError && error.severity === 'ERROR') || error.code === NOT_PREPARED;

/** Sends them as one message. A value that can not be written down is an error like any other: whoever waits for the connection gets it back. */
function submit(client: pg.PoolClient, statements: () => readonly BatchStatement[], done: BatchCallback): void {
  try {
    // A batch is one of the driver's queries, which its types do not know.
    client.query(new StatementBatch(statements(), done) as unknown as pg.Query);
  } catch (error) {
    done(error as Error, []);
  }
}

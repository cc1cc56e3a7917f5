import type { Socket } from 'node:net';
import pg from 'pg';
// The driver's own conversion of parameter values (arrays above all); it publishes the file without types.
// @ts-expect-error no declaration file
import untypedUtils from 'pg/lib/utils.js';
import { serialize } from 'pg-protocol';

const { prepareValue } = untypedUtils as { prepareValue: (value: unknown) => unknown };

/** A parameter value in the text that the driver sends for it. */
export function textValue(value: unknown): string | null {
  const prepared = prepareValue(value);
  if (prepared === null || typeof prepared === 'string') return prepared;
  throw new TypeError('the value has no text');
}

/** One statement of a batch. With a `name` it is prepared once on each connection; `message` is what runs it then, written beforehand by `messageOf`. */
export type BatchStatement = {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string | undefined;
  readonly message?: Buffer;
};

/** Parts of the driver's connection that its types leave out. */
type Connection = { readonly stream: Socket; readonly parsedStatements: Record<string, string | undefined> };

/** Called once: with the error, or with the first column of the first row of each statement. */
export type BatchCallback = (error: Error | null, texts: (string | null)[]) => void;

const SYNC = serialize.sync();
const EXECUTE = serialize.execute({});

/** What runs a statement that was prepared under this name. */
export const messageOf = (name: string, values: readonly unknown[]): Buffer => Buffer.concat([bindOf(name, values), EXECUTE]);
const bindOf = (statement: string, values: readonly unknown[]): Buffer =>
  serialize.bind({ statement, values: values as unknown[], valueMapper: prepareValue });

/**
 * Several statements sent as one message, with one Sync at the end. Outside a transaction block Postgres runs everything up to the Sync as one
 * transaction: all of it commits, or none. So a tenant's request needs no BEGIN and no COMMIT to be parsed and executed beside its statement.
 *
 * Shape:  one of the driver's queries by its prototype, because only those may be pipelined; not by its constructor, which makes an emitter and a result
 *         that nobody reads. Columns arrive as text and are not converted.
 * Errors: those of Postgres as they are.
 * Source: PostgreSQL manual, "Message flow", extended query and pipelining. Against begin and commit around it: docs/decisions/0011-one-message-per-request.md.
 */
export class StatementBatch {
  readonly #statements: readonly BatchStatement[];
  readonly #done: BatchCallback;
  readonly #prepared: string[] = [];
  readonly #texts: (string | null)[] = [];
  #current: string | null = null;
  #hasRow = false;
  #connection: Connection | undefined;

  constructor(statements: readonly BatchStatement[], done: BatchCallback) {
    this.#statements = statements;
    this.#done = done;
  }

  submit(given: pg.Connection): void {
    const connection = (this.#connection = given as unknown as Connection);
    const parts: Buffer[] = [];
    for (const { text, values, name = '', message } of this.#statements) {
      if (name === '' || connection.parsedStatements[name] === undefined) {
        // After a batch that failed nobody knows whether the server has the statement; closing one that it has not is no error.
        if (name !== '') {
          parts.push(serialize.close({ type: 'S', name }));
          this.#prepared.push(name);
          connection.parsedStatements[name] = text;
        }
        parts.push(serialize.parse({ name, text }));
      }
      if (message === undefined) parts.push(bindOf(name, values), EXECUTE);
      else parts.push(message);
    }
    parts.push(SYNC);
    connection.stream.write(Buffer.concat(parts));
  }

  handleRowDescription(): void {
    // Never asked for.
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#hasRow) return;
    this.#hasRow = true;
    this.#current = fields[0] ?? null;
  }

  handleCommandComplete(): void {
    this.#texts.push(this.#current);
    this.#current = null;
    this.#hasRow = false;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handleReadyForQuery(): void {
    this.#done(null, this.#texts);
  }

  handleError(error: Error): void {
    for (const name of this.#prepared) if (this.#connection) this.#connection.parsedStatements[name] = undefined;
    this.#done(error, []);
  }
}

Object.setPrototypeOf(StatementBatch.prototype, pg.Query.prototype as object);

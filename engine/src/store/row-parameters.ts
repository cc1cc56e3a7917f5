import { Parameters } from './parameters.js';
import { textValue } from './statement-batch.js';

/** What differs from record to record in a write of many; every other input is the same for all of them. */
const OF_RECORD: ReadonlySet<string> = new Set(['id', 'expected']);
const isOfRecord = (key: string): boolean => OF_RECORD.has(key) || key.startsWith('col ');

/**
 * Parameters of a statement over many records: what differs from record to record comes as one array for each input, and is a column of the rows `b`.
 *
 * Shape:  whatever asks for an input gets SQL that reads it from the row at hand, so the parts of a write of one record serve a write of many as they
 *         are. `reads` says where that row is at the place of the statement that is being written. The text of `b` is complete when all else is.
 * Source: unnest over arrays of text, cast in the select: a list of links, itself an array, has no other way into a row.
 */
export class RowParameters extends Parameters {
  readonly #columns = new Map<string, { readonly name: string; readonly cast: string }>();
  /** SQL of an input at the place that is being written. `column` is its name in `b`. */
  reads: (column: string, key: string) => string = (column) => `b."${column}"`;

  override input(key: string, cast = ''): string {
    if (!isOfRecord(key)) return super.input(key, cast);
    return this.reads(this.columnOf(key, cast), key);
  }

  /** Name of an input in `b`. Physical names hold no blank, so none of them is like it. */
  columnOf(key: string, cast: string): string {
    let column = this.#columns.get(key);
    if (column === undefined) this.#columns.set(key, (column = { name: `in ${this.#columns.size}`, cast }));
    return column.name;
  }

  /** Names of all inputs so far. */
  get columns(): string[] {
    return [...this.#columns.values()].map(({ name }) => name);
  }

  /** The rows, with the place of each in the call as `ord`, from 1. */
  rowsCte(): string {
    const columns = [...this.#columns].map(([key, column], index) => ({ key, ...column, source: `c${index}` }));
    const arrays = columns.map(({ key }) => super.input(`rows of ${key}`, '::text[]'));
    const values = columns.map(({ name, cast, source }) => `r.${source}${cast} as "${name}"`);
    return `b as materialized (select ${[...values, 'r.ord'].join(', ')} from unnest(${arrays.join(', ')}) with ordinality as r(${[...columns.map(({ source }) => source), 'ord'].join(', ')}))`;
  }

  /** The inputs of a call from those of its records. */
  rowInputs(records: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#columns.keys()].map((key) => [`rows of ${key}`, records.map((record) => textValue(record[key] ?? null))]),
    );
  }
}

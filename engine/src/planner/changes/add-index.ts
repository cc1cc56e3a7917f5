import { quote } from '../../kernel/statement.js';
import type { Index, Table } from '../physical.js';
import type { Fill, PlannedStatement } from '../planned-statement.js';

export type AddIndex = {
  readonly kind: 'add-index';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly index: Index;
  readonly fill: Fill;
  /** Whether the column is already there and in use. */
  readonly isOnExistingColumn: boolean;
  /** Whether the column is filled before the change takes place: readers must find their index then. */
  readonly isConverted?: boolean;
};

/**
 * An index. On a filled table it is built online: a unique one on a column in use before the change, so that values that are there twice
 * stop the publish instead of being found afterwards; any other one after it.
 *
 * Source: an ordinary build stops writers for 1.7 s on a million rows, an online one for 0.2 s.
 */
export function statements({ table, index, fill, isOnExistingColumn, isConverted = false }: AddIndex): PlannedStatement[] {
  const isOnline = fill === 'filled';
  const words = ['create', index.isUnique ? 'unique' : '', 'index', isOnline ? 'concurrently' : '', 'if not exists', quote(index.name)];
  const sql = `${words.filter((word) => word !== '').join(' ')} on ${onTable(table, index)}`;
  if (!isOnline) return [{ sql, phase: 'TX', lock: 'L1', risk: 'R0' }];
  const isBefore = isConverted || (index.isUnique && isOnExistingColumn);
  const undo = [`drop index concurrently if exists ${quote(table.schema)}.${quote(index.name)}`];
  const builds = { schema: table.schema, index: index.name };
  return [{ sql, phase: isBefore ? 'PRE' : 'POST', lock: 'L2', risk: index.isUnique ? 'R2' : 'R0', builds, ...(isBefore ? { undo } : {}) }];
}

const onTable = (table: AddIndex['table'], { method, keys, where }: Index): string =>
  `${quote(table.schema)}.${quote(table.name)}${method === undefined ? '' : ` using ${method}`} (${keys})${where === undefined ? '' : ` where ${where}`}`;

/** The index as Postgres writes it down, but for brackets, casts and quotes. */
export const definition = (table: AddIndex['table'], index: Index): string =>
  `create ${index.isUnique ? 'unique ' : ''}index ${index.name} on ${onTable(table, index).replace(/^(\S+) \(/, '$1 using btree (')}`;

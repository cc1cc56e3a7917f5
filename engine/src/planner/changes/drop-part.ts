import { quote } from '../../kernel/statement.js';
import type { Part, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import { dropConstraint } from './add-reference.js';

export type Dropped = Pick<Part, 'kind' | 'name'>;
export type DropPart = { readonly kind: 'drop-part'; readonly table: Pick<Table, 'schema' | 'name'>; readonly part: Dropped };

/** Takes a rule or an index away. A rule goes in the transaction, since writes count on it; an index goes online, afterwards. */
export function statements({ table, part }: DropPart): PlannedStatement[] {
  if (part.kind !== 'index') return [dropConstraint(`${quote(table.schema)}.${quote(table.name)}`, quote(part.name))];
  return [{ sql: `drop index concurrently if exists ${quote(table.schema)}.${quote(part.name)}`, phase: 'POST', lock: 'L2', risk: 'R0' }];
}

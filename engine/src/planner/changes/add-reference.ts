import { quote } from '../../kernel/statement.js';
import type { Reference, Table } from '../physical.js';
import type { Fill, PlannedStatement } from '../planned-statement.js';

export type AddReference = {
  readonly kind: 'add-reference';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly reference: Reference;
  readonly fill: Fill;
  /** The constraint may still be there: the field comes back, or the rule for deletions changed. */
  readonly replaces: boolean;
};

/**
 * A foreign key that holds the tenant too, so a record can not point into another tenant whatever the engine does. On a filled table it is
 * added unchecked, which locks for milliseconds, and checked online afterwards.
 *
 * Source: adding it checked stops writers for 860 ms on a million rows, unchecked for 4 ms.
 */
export function statements({ table, reference, fill, replaces }: AddReference): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const name = quote(reference.name);
  const risk = fill === 'filled' ? 'R2' : 'R0';
  const add = `alter table ${at} add constraint ${name} ${definition(reference)}`;
  return [
    ...(replaces ? [dropConstraint(at, name)] : []),
    { sql: fill === 'filled' ? `${add} not valid` : add, phase: 'TX', lock: 'L1', risk },
    ...(fill === 'filled' ? [validate(at, name)] : []),
  ];
}

export function definition(reference: Reference): string {
  const column = quote(reference.column);
  const onDelete = reference.onDelete === 'restrict' ? 'restrict' : `set null (${column})`;
  return `foreign key (${quote('tenant_id')}, ${column}) references ${reference.target} (${quote('tenant_id')}, ${quote('id')}) on delete ${onDelete}`;
}

export const dropConstraint = (at: string, name: string): PlannedStatement => ({
  sql: `alter table ${at} drop constraint if exists ${name}`,
  phase: 'TX',
  lock: 'L1',
  risk: 'R0',
});

export const validate = (at: string, name: string): PlannedStatement => ({
  sql: `alter table ${at} validate constraint ${name}`,
  phase: 'POST',
  lock: 'L2',
  risk: 'R0',
});

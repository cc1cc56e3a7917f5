import { quote, type Hazard } from '../../kernel/statement.js';
import type { Required, Table } from '../physical.js';
import type { Fill, PlannedStatement } from '../planned-statement.js';
import { dropConstraint, validate } from './add-reference.js';

export type AddRequired = {
  readonly kind: 'add-required';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly required: Required;
  readonly elementId: string;
  readonly label: string;
  readonly fill: Fill;
  readonly replaces: boolean;
  /** Live rows without a value. */
  readonly missing: number;
};

/**
 * A rule that live rows have a value. On a filled table it holds for every write from then on; that it holds for the rows of before is
 * checked online, where there are none without a value.
 */
export function statements({ table, required, fill, replaces, missing }: AddRequired): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const name = quote(required.name);
  const add = `alter table ${at} add constraint ${name} ${definition(required)}`;
  return [
    ...(replaces ? [dropConstraint(at, name)] : []),
    { sql: fill === 'filled' ? `${add} not valid` : add, phase: 'TX', lock: 'L1', risk: missing > 0 ? 'R2' : 'R0' },
    ...(fill === 'filled' && missing === 0 ? [validate(at, name)] : []),
  ];
}

export const definition = ({ column }: Required): string => `check (${quote(column)} is not null or ${quote('deleted_at')} is not null)`;

/** Rows without a value stay as they are, but can not be changed any more until somebody fills it in. */
export function hazards({ elementId, label, missing }: AddRequired): Hazard[] {
  if (missing === 0) return [];
  const records = missing === 1 ? '1 record has' : `${missing} records have`;
  return [
    {
      code: `required_missing:${elementId}`,
      message: `${records} no value for ${label}. They stay, but must be completed when they are next changed.`,
      risk: 'R2',
      affected: { rows: missing },
    },
  ];
}

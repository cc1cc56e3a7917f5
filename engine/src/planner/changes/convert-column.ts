import { literal, quote } from '../../kernel/statement.js';
import type { Place } from '../conversion-table.js';
import { assignments, isStale, sourceColumns, type FieldConversion } from '../conversions.js';
import type { Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import { batchOf } from './row-batch.js';

export type ConvertColumn = {
  readonly kind: 'convert-column';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly conversion: FieldConversion;
  readonly place: Place;
  /** Rows of the table, for progress. */
  readonly rows: number;
};

/**
 * Another type for a field: a column beside the old one, a trigger that fills it with every write, and the rows of before in batches. The
 * transaction then only points the field to it. The old column stays as it was, for the way back.
 *
 * Source: `alter type` rewrites and stops everybody for six seconds on a million rows; this way nobody waits for more than milliseconds.
 */
export function statements({ table, conversion, place, rows }: ConvertColumn): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const column = conversion.target.column ?? '';
  const trigger = quote(`dw_${column}`);
  const make = `${quote(table.schema)}.${trigger}`;
  const drop = [`drop trigger if exists ${trigger} on ${at}`, `drop function if exists ${make}()`];
  const added = conversion.returns
    ? []
    : conversion.target.columns.flatMap(({ suffix, pgType }): PlannedStatement[] => {
        const name = quote(column + suffix);
        return [
          {
            sql: `alter table ${at} add column if not exists ${name} ${pgType}`,
            phase: 'PRE',
            lock: 'L1',
            risk: 'R0',
            undo: [`alter table ${at} drop column if exists ${name}`],
          },
          { sql: `comment on column ${at}.${name} is ${literal(conversion.target.elementId)}`, phase: 'PRE', lock: 'L1', risk: 'R0' },
        ];
      });
  const set = assignments(conversion, '', place)
    .map(({ name, sql }) => `${name} = ${sql}`)
    .join(', ');
  return [
    ...added,
    {
      sql: `create or replace function ${make}() returns trigger language plpgsql set search_path = '' as ${literal(body(conversion, place))}`,
      phase: 'PRE',
      lock: 'L0',
      risk: 'R0',
      undo: drop,
    },
    {
      sql: `create or replace trigger ${trigger} before insert or update on ${at} for each row execute function ${make}()`,
      phase: 'PRE',
      lock: 'L1',
      risk: 'R0',
    },
    { sql: batchOf(at, set, isStale(conversion, place)), phase: 'PRE', lock: 'L3', risk: 'R3', batch: { rows } },
    ...drop.map((sql): PlannedStatement => ({ sql, phase: 'TX', lock: 'L1', risk: 'R0' })),
  ];
}

/** A write that leaves the field as it is leaves the other column alone: the batches bring what was there before. */
function body(conversion: FieldConversion, place: Place): string {
  const row = (prefix: string) => `(${sourceColumns(conversion, prefix).join(', ')})`;
  return [
    'begin',
    `  if tg_op = 'INSERT' or ${row('new.')} is distinct from ${row('old.')} then`,
    ...assignments(conversion, 'new.', place).map(({ name, sql }) => `    new.${name} := ${sql};`),
    '  end if;',
    '  return new;',
    'end',
  ].join('\n');
}

import type { ReactNode } from 'react';
import { Table, type Column } from './Table.js';

type Props<T> = {
  label: string;
  /** Above the rows, and above what stands in their place. */
  head?: ReactNode;
  columns: readonly Column[];
  rows: readonly T[];
  row: (each: T) => ReactNode;
  /** What stands there as long as there is no row. */
  empty: ReactNode;
};

/** A list of one kind of thing: a card with a table, or with what to do while there is nothing in it. */
export function ListCard<T>({ label, head, columns, rows, row, empty }: Props<T>) {
  return (
    <section className="card" aria-label={label}>
      {head !== undefined && <div className="card-head">{head}</div>}
      {rows.length === 0 ? empty : <Table columns={columns}>{rows.map(row)}</Table>}
    </section>
  );
}

import type { ReactNode } from 'react';

/** The head of a column: as it is read, over numbers, or only read aloud. */
export type Column = string | { label: string; is: 'number' | 'unseen' };

/** Over the buttons of each row. */
export const ACTIONS: Column = { label: 'Actions', is: 'unseen' };

type Props = { columns: readonly Column[]; className?: string; children: ReactNode };

/** A table that scrolls sideways where it is wider than its place. */
export function Table({ columns, className = '', children }: Props) {
  return (
    <div className="table-wrap">
      <table className={`table ${className}`.trimEnd()}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={typeof column === 'string' ? column : column.label} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Head({ column }: { column: Column }) {
  if (typeof column === 'string') return <th scope="col">{column}</th>;
  if (column.is === 'unseen') {
    return (
      <th scope="col">
        <span className="sr">{column.label}</span>
      </th>
    );
  }
  return (
    <th scope="col" className="num">
      {column.label}
    </th>
  );
}

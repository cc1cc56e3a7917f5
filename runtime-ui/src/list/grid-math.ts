/** Rows to draw for a scroll position, with some before and after so that fast scrolling shows content. */
export type RowRange = { readonly first: number; readonly last: number };

export function visibleRows(scrollTop: number, height: number, rowHeight: number, total: number, overscan = 8): RowRange {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const last = Math.min(total - 1, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first: Math.min(first, Math.max(0, total - 1)), last };
}

/** Scroll position that brings a row fully into view, moving as little as possible. */
export function scrollToRow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}

export type Cell = { readonly row: number; readonly column: number };

/**
 * Where a key leads in a grid; undefined for keys that lead nowhere.
 *
 * Shape: row -1 is the header.
 */
export function moveCell(cell: Cell, key: string, control: boolean, rows: number, columns: number, page: number): Cell | undefined {
  const within = (row: number, column: number): Cell => ({
    row: Math.max(-1, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  });
  switch (key) {
    case 'ArrowDown':
      return within(cell.row + 1, cell.column);
    case 'ArrowUp':
      return within(cell.row - 1, cell.column);
    case 'ArrowRight':
      return within(cell.row, cell.column + 1);
    case 'ArrowLeft':
      return within(cell.row, cell.column - 1);
    case 'PageDown':
      return within(cell.row + page, cell.column);
    case 'PageUp':
      return within(Math.max(0, cell.row - page), cell.column);
    case 'Home':
      return control ? within(0, 0) : within(cell.row, 0);
    case 'End':
      return control ? within(rows - 1, columns - 1) : within(cell.row, columns - 1);
    default:
      return undefined;
  }
}

/** Number of rows to show: what was counted, unless the end is known or more has been seen. */
export function totalRows(counted: number, isCapped: boolean, seen: number, hasMore: boolean, pageSize: number): number {
  if (!hasMore) return seen;
  return Math.max(counted, isCapped ? seen + pageSize : seen + 1);
}

export const minColumn = 64;
export const maxColumn = 800;
export const clampWidth = (width: number) => Math.round(Math.max(minColumn, Math.min(maxColumn, width)));

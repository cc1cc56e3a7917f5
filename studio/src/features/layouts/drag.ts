import type { DragEvent } from 'react';

/** Kind of data a dragged field carries, so that files and text dropped from elsewhere are not taken for one. */
const KIND = 'application/x-fieldstone-field';

export function startDrag(event: DragEvent, field: string): void {
  event.dataTransfer.setData(KIND, field);
  event.dataTransfer.effectAllowed = 'move';
}

export const isFieldDrag = (event: DragEvent): boolean => event.dataTransfer.types.includes(KIND);

export function draggedField(event: DragEvent): string | undefined {
  const field = event.dataTransfer.getData(KIND);
  return field === '' ? undefined : field;
}

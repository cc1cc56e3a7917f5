import { asText } from '../as-text.js';
import type { FieldEditor } from '../field-editors.js';
import { oneLine } from './one-line.js';
import { typedNumber } from './typed-number.js';

const exact = (suffix = ''): FieldEditor => ({
  edit: (editing) => oneLine(editing, { inputmode: 'decimal', align: 'end', suffix, text: asText(editing.value) }),
  toWrite: (value) => (typeof value === 'string' ? typedNumber(value) : value),
});

export const decimal = exact();
export const percent = exact('%');

export const integer: FieldEditor = {
  edit: (editing) => oneLine(editing, { inputmode: 'numeric', align: 'end', text: asText(editing.value) }),
  toWrite: asNumber,
};

/** Whole numbers travel as numbers; anything else is sent as typed, so that the server says what is wrong with it. */
function asNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = typedNumber(value);
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

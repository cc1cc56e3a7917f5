import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';
import { asText, textEditor, typedNumber } from './text-editor.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (value === null ? '' : formatNumber(value, screen.me));

export const integer: FieldScreen = {
  type: 'integer',
  align: 'end',
  width: 110,
  filter: 'number',
  text: shown,
  view: shown,
  edit: (editing) => textEditor(editing, { inputmode: 'numeric', align: 'end', text: asText(editing.value) }),
  toWrite: (value) => asNumber(value),
};

/** Whole numbers travel as numbers; anything else is sent as typed, so that the server says what is wrong with it. */
function asNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = typedNumber(value);
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

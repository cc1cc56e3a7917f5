import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';
import { asText, textEditor, typedNumber } from './text-editor.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (value === null ? '' : formatNumber(value, screen.me));

export const decimal: FieldScreen = {
  type: 'decimal',
  align: 'end',
  width: 110,
  filter: 'number',
  text: shown,
  view: shown,
  edit: (editing) => textEditor(editing, { inputmode: 'decimal', align: 'end', text: asText(editing.value) }),
  toWrite: (value) => (typeof value === 'string' ? typedNumber(value) : value),
};

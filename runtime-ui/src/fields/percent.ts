import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';
import { asText, textEditor, typedNumber } from './text-editor.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  value === null ? '' : `${formatNumber(value, screen.me)} %`;

/** Percent is stored as people say it: 25 is 25 %. */
export const percent: FieldScreen = {
  type: 'percent',
  align: 'end',
  width: 100,
  filter: 'number',
  text: shown,
  view: shown,
  edit: (editing) => textEditor(editing, { inputmode: 'decimal', align: 'end', suffix: '%', text: asText(editing.value) }),
  toWrite: (value) => (typeof value === 'string' ? typedNumber(value) : value),
};

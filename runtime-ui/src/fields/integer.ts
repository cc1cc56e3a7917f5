import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (value === null ? '' : formatNumber(value, screen.me));

export const integer: FieldScreen = {
  type: 'integer',
  valueType: 'decimal',
  align: 'end',
  width: 110,
  filter: 'number',
  text: shown,
  view: shown,
};

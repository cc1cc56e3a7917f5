import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (value === null ? '' : formatNumber(value, screen.me));

export const decimal: FieldScreen = {
  type: 'decimal',
  valueType: 'decimal',
  align: 'end',
  width: 110,
  filter: 'number',
  text: shown,
  view: shown,
};

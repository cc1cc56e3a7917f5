import type { FieldScreen } from './field-screen.js';
import { formatMoney, isMoney } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (isMoney(value) ? formatMoney(value, screen.me) : '');

export const currency: FieldScreen = {
  type: 'currency',
  valueType: 'decimal',
  align: 'end',
  width: 130,
  filter: 'money',
  text: shown,
  view: shown,
};

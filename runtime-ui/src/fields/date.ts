import type { FieldScreen } from './field-screen.js';
import { formatDate } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  typeof value === 'string' ? formatDate(value, screen.me) : '';

export const date: FieldScreen = {
  type: 'date',
  valueType: 'date',
  align: 'start',
  width: 120,
  filter: 'date',
  text: shown,
  view: shown,
};

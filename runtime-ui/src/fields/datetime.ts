import type { FieldScreen } from './field-screen.js';
import { formatInstant } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  typeof value === 'string' ? formatInstant(value, screen.me) : '';

export const datetime: FieldScreen = {
  type: 'datetime',
  valueType: 'datetime',
  align: 'start',
  width: 170,
  filter: 'datetime',
  text: shown,
  view: shown,
};

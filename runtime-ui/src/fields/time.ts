import type { FieldScreen } from './field-screen.js';
import { formatTime } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  typeof value === 'string' ? formatTime(value, screen.me) : '';

export const time: FieldScreen = {
  type: 'time',
  valueType: 'time',
  align: 'start',
  width: 90,
  filter: 'time',
  text: shown,
  view: shown,
};

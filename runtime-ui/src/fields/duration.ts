import type { FieldScreen } from './field-screen.js';
import { formatDuration } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => (value === null ? '' : formatDuration(value, screen.me));

export const duration: FieldScreen = {
  type: 'duration',
  valueType: 'decimal',
  align: 'end',
  width: 100,
  filter: 'duration',
  text: shown,
  view: shown,
};

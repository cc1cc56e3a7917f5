import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  value === null ? '' : `${formatNumber(value, screen.me)} %`;

/** Percent is stored as people say it: 25 is 25 %. */
export const percent: FieldScreen = {
  type: 'percent',
  valueType: 'decimal',
  align: 'end',
  width: 100,
  filter: 'number',
  text: shown,
  view: shown,
};

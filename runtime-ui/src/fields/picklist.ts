import { badge, optionOf } from './badge.js';
import type { FieldScreen } from './field-screen.js';

export const picklist: FieldScreen = {
  type: 'picklist',
  valueType: 'option',
  choice: 'one',
  align: 'start',
  width: 130,
  filter: 'choice',
  text: (value, { field }) => (value === null ? '' : (optionOf(field, value)?.label ?? String(value))),
  view: (value, { field }) => (value === null ? '' : badge(field, value)),
};

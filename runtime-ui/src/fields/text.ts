import type { FieldScreen } from './field-screen.js';
import { asText } from './as-text.js';

export const text: FieldScreen = {
  type: 'text',
  valueType: 'text',
  align: 'start',
  width: 200,
  filter: 'text',
  text: asText,
  view: asText,
};

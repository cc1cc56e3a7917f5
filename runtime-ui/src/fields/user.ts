import type { FieldScreen } from './field-screen.js';
import { referenceText, referenceView } from './reference.js';

export const user: FieldScreen = {
  type: 'user',
  valueType: 'reference',
  align: 'start',
  width: 180,
  filter: 'person',
  text: referenceText,
  view: referenceView,
};

import type { FieldScreen } from './field-screen.js';
import { referenceText, referenceView } from './reference.js';

export const lookup: FieldScreen = {
  type: 'lookup',
  valueType: 'reference',
  align: 'start',
  width: 180,
  filter: 'record',
  text: referenceText,
  view: referenceView,
};

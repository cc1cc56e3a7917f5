import type { FieldScreen } from './field-screen.js';
import { referenceText, referenceView } from './reference.js';

export const masterDetail: FieldScreen = {
  type: 'master_detail',
  valueType: 'reference',
  align: 'start',
  width: 180,
  filter: 'record',
  text: referenceText,
  view: referenceView,
};

import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';

const shown = (value: unknown) => (value === true ? t('field.yes') : value === false ? t('field.no') : '');

export const boolean: FieldScreen = {
  type: 'boolean',
  valueType: 'boolean',
  isNeverEmpty: true,
  align: 'start',
  width: 90,
  filter: 'boolean',
  text: shown,
  view: shown,
};

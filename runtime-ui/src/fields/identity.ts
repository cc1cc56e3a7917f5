import type { FieldScreen } from './field-screen.js';
import { asText } from './as-text.js';

const shown: Omit<FieldScreen, 'type' | 'valueType'> = {
  align: 'start',
  width: 120,
  filter: null,
  text: asText,
  view: asText,
};

/** Id and version of a record: shown where somebody asks for them, never edited. */
export const id: FieldScreen = { ...shown, type: 'id', valueType: 'reference' };
export const version: FieldScreen = { ...shown, type: 'version', valueType: 'decimal', align: 'end', width: 80 };

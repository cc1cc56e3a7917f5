import type { FieldScreen } from './field-screen.js';
import { asText, textEditor } from './text-editor.js';

export const text: FieldScreen = {
  type: 'text',
  align: 'start',
  width: 200,
  filter: 'text',
  text: asText,
  view: asText,
  edit: (editing) => textEditor(editing),
};

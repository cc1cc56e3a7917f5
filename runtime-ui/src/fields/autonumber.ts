import { html } from 'lit';
import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';
import { asText } from './text-editor.js';

export const autonumber: FieldScreen = {
  type: 'autonumber',
  align: 'start',
  width: 120,
  filter: 'text',
  text: asText,
  view: (value) => html`<span class="number">${asText(value)}</span>`,
  edit: ({ label, value }) => html`<div class="fixed"><span>${label}</span>${asText(value) || t('field.autonumber')}</div>`,
};

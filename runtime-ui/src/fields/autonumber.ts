import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { asText } from './as-text.js';

export const autonumber: FieldScreen = {
  type: 'autonumber',
  valueType: 'text',
  isGiven: true,
  align: 'start',
  width: 120,
  filter: 'text',
  text: asText,
  view: (value) => html`<span class="number">${asText(value)}</span>`,
};

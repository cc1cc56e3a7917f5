import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { asText } from './as-text.js';

export const longText: FieldScreen = {
  type: 'long_text',
  valueType: 'text',
  align: 'start',
  width: 280,
  filter: 'text',
  isWide: true,
  text: asText,
  view: (value) => html`<span class="long">${asText(value)}</span>`,
};

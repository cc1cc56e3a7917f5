import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { safeAddress } from './safe-address.js';
import { asText } from './as-text.js';

export const url: FieldScreen = {
  type: 'url',
  valueType: 'text',
  align: 'start',
  width: 200,
  filter: 'text',
  text: asText,
  view: (value) => {
    const shown = asText(value);
    const address = shown === '' ? undefined : safeAddress(shown);
    return address === undefined ? shown : html`<a class="link" href=${address} target="_blank" rel="noopener noreferrer">${shown}</a>`;
  },
};

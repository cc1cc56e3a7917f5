import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { safeAddress } from './safe-address.js';
import { asText } from './as-text.js';

export const phone: FieldScreen = {
  type: 'phone',
  valueType: 'text',
  align: 'start',
  width: 150,
  filter: 'text',
  text: asText,
  view: (value) => {
    const shown = asText(value);
    const address = shown === '' ? undefined : safeAddress(`tel:${shown.replace(/[^+\d]/g, '')}`);
    return address === undefined ? shown : html`<a class="link" href=${address}>${shown}</a>`;
  },
};

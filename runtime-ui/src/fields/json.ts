import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';

export const json: FieldScreen = {
  type: 'json',
  valueType: 'structure',
  align: 'start',
  width: 240,
  filter: 'presence',
  isWide: true,
  text: (value) => (value === null ? '' : JSON.stringify(value)),
  view: (value) => (value === null ? '' : html`<span class="long json">${JSON.stringify(value, null, 2)}</span>`),
};

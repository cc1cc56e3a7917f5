import { html } from 'lit';
import { asList } from './as-list.js';
import type { FieldScreen } from './field-screen.js';

export const tags: FieldScreen = {
  type: 'tags',
  valueType: 'options',
  align: 'start',
  width: 190,
  filter: 'tags',
  text: (value) => asList(value).join(', '),
  view: (value) => html`<span class="badges">${asList(value).map((tag) => html`<span class="badge neutral">${tag}</span>`)}</span>`,
};

import { html } from 'lit';
import { asList } from './as-list.js';
import { badge, optionOf } from './badge.js';
import type { FieldScreen } from './field-screen.js';

export const multiPicklist: FieldScreen = {
  type: 'multi_picklist',
  valueType: 'options',
  choice: 'many',
  align: 'start',
  width: 190,
  filter: 'choices',
  text: (value, { field }) =>
    asList(value)
      .map((v) => optionOf(field, v)?.label ?? v)
      .join(', '),
  view: (value, { field }) => html`<span class="badges">${asList(value).map((v) => badge(field, v))}</span>`,
};

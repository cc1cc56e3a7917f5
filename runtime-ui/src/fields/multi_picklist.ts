import '../ui-kit/fs-select.js';
import { html } from 'lit';
import { t } from '../texts/text.js';
import { badge, choicesOf, optionOf } from './badge.js';
import type { FieldScreen } from './field-screen.js';

const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []);

export const multiPicklist: FieldScreen = {
  type: 'multi_picklist',
  align: 'start',
  width: 190,
  filter: 'choices',
  text: (value, { field }) =>
    asList(value)
      .map((v) => optionOf(field, v)?.label ?? v)
      .join(', '),
  view: (value, { field }) => html`<span class="badges">${asList(value).map((v) => badge(field, v))}</span>`,
  edit: (editing) =>
    html`<fs-select
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t('field.choose')}
      multiple
      clearable
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .choices=${choicesOf(editing.field, asList(editing.value))}
      .value=${asList(editing.value)}
      @fs-change=${(event: CustomEvent<string[]>) => editing.change(event.detail.length === 0 ? null : event.detail)}
    ></fs-select>`,
};

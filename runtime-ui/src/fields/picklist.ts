import '../ui-kit/fs-select.js';
import { html } from 'lit';
import { t } from '../texts/text.js';
import { badge, choicesOf, optionOf } from './badge.js';
import type { FieldScreen } from './field-screen.js';
import { asText } from './text-editor.js';

export const picklist: FieldScreen = {
  type: 'picklist',
  align: 'start',
  width: 130,
  filter: 'choice',
  text: (value, { field }) => (value === null ? '' : (optionOf(field, value)?.label ?? String(value))),
  view: (value, { field }) => (value === null ? '' : badge(field, value)),
  edit: (editing) =>
    html`<fs-select
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t('field.choose')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      ?clearable=${!editing.required}
      .choices=${choicesOf(editing.field, [editing.value])}
      .value=${asText(editing.value)}
      @fs-change=${(event: CustomEvent<string>) => editing.change(event.detail === '' ? null : event.detail)}
    ></fs-select>`,
};

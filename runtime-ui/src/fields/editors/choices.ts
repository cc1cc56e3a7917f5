import '../../ui-kit/fs-select.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import { asList } from '../as-list.js';
import { asText } from '../as-text.js';
import { choicesOf } from '../badge.js';
import type { FieldEditor } from '../field-editors.js';

export const picklist: FieldEditor = {
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

export const multiPicklist: FieldEditor = {
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

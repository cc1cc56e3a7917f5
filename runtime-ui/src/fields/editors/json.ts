import { html } from 'lit';
import { t } from '../../texts/text.js';
import { BrokenJson } from '../../ui-kit/fs-json-input.js';
import type { FieldEditor } from '../field-editors.js';

const fault = (place: { line: number; column: number }) => t('field.json.broken', place);

export const json: FieldEditor = {
  edit: (editing) =>
    html`<fs-json-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${editing.value}
      .fault=${fault}
      @fs-change=${(event: CustomEvent<unknown>) => editing.change(event.detail)}
    ></fs-json-input>`,
  problem: (value) => (value instanceof BrokenJson ? value.message : undefined),
};

import '../../ui-kit/fs-textarea.js';
import { html } from 'lit';
import { asText } from '../as-text.js';
import type { FieldEditor } from '../field-editors.js';

export const longText: FieldEditor = {
  edit: (editing) =>
    html`<fs-textarea
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      maxlength=${editing.field.maxLength ?? 0}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${asText(editing.value)}
      @fs-change=${(event: CustomEvent<string>) => editing.change(event.detail === '' ? null : event.detail)}
    ></fs-textarea>`,
};

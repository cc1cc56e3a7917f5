import '../ui-kit/fs-textarea.js';
import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { asText } from './text-editor.js';

export const longText: FieldScreen = {
  type: 'long_text',
  align: 'start',
  width: 280,
  filter: 'text',
  text: asText,
  view: (value) => html`<span class="long">${asText(value)}</span>`,
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

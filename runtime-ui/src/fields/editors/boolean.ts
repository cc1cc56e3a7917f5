import '../../ui-kit/fs-checkbox.js';
import { html } from 'lit';
import type { FieldEditor } from '../field-editors.js';

export const boolean: FieldEditor = {
  edit: (editing) =>
    html`<fs-checkbox
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      ?disabled=${editing.disabled}
      .checked=${editing.value === true}
      @fs-change=${(event: CustomEvent<boolean>) => editing.change(event.detail)}
    ></fs-checkbox>`,
};

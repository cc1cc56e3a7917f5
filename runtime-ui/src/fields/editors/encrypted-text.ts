import '../../ui-kit/fs-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import { asSecret } from '../encrypted_text.js';
import type { FieldEditor } from '../field-editors.js';

/** A secret is only ever replaced or taken away: what it is now is not here to be edited. */
export const encryptedText: FieldEditor = {
  edit: (editing) => {
    const isStored = asSecret(editing.value) !== null;
    return html`<fs-input
      data-field=${editing.field.name}
      type="password"
      autocomplete="off"
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${isStored ? t('secret.stored') : ''}
      maxlength=${editing.field.maxLength ?? 0}
      ?required=${editing.required && !isStored}
      ?disabled=${editing.disabled}
      .value=${typeof editing.value === 'string' ? editing.value : ''}
      @fs-change=${(event: CustomEvent<string>) => editing.change(event.detail === '' ? null : event.detail)}
    ></fs-input>`;
  },
};

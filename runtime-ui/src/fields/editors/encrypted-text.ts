import '../../ui-kit/fs-secret-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import { asSecret } from '../encrypted_text.js';
import type { FieldEditor } from '../field-editors.js';

/** A secret is only ever replaced or taken away: what it is now is not here to be edited. */
export const encryptedText: FieldEditor = {
  edit: (editing) =>
    html`<fs-secret-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      stored-text=${t('secret.stored')}
      removed-text=${t('secret.removed')}
      remove-label=${t('secret.remove')}
      keep-label=${t('secret.keep')}
      maxlength=${editing.field.maxLength ?? 0}
      ?stored=${asSecret(editing.value) !== null}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${editing.value}
      @fs-change=${(event: CustomEvent<unknown>) => editing.change(event.detail)}
    ></fs-secret-input>`,
};

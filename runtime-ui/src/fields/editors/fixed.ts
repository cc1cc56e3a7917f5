import { html } from 'lit';
import { t } from '../../texts/text.js';
import { asText } from '../as-text.js';
import type { FieldEditor } from '../field-editors.js';

/** Values that nobody writes stand in a form as text. */
export const fixed: FieldEditor = {
  edit: ({ label, value }) => html`<div class="fixed"><span>${label}</span>${asText(value)}</div>`,
};

export const autonumber: FieldEditor = {
  edit: ({ label, value }) => html`<div class="fixed"><span>${label}</span>${asText(value) || t('field.autonumber')}</div>`,
};

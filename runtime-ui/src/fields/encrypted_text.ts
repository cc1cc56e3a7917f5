import { html } from 'lit';
import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';

export type SecretValue = { readonly has_value: true; readonly last4?: string };

export const asSecret = (value: unknown): SecretValue | null =>
  typeof value === 'object' && value !== null && 'has_value' in value ? (value as SecretValue) : null;

const dots = (value: unknown): string => {
  const secret = asSecret(value);
  return secret === null ? '' : `••••${secret.last4 ?? ''}`;
};

/** A secret: that there is one is all that a record tells. Where a record stands on a page, people who may can ask for it. */
export const encryptedText: FieldScreen = {
  type: 'encrypted_text',
  valueType: 'structure',
  align: 'start',
  width: 120,
  filter: null,
  text: dots,
  view(value, { field, screen, record }) {
    const secret = asSecret(value);
    if (secret === null) return '';
    const mayReveal = field.reveal === true && record !== undefined && screen.capabilities.has('reveal_secrets');
    return html`<span aria-label=${t('secret.hidden', { last4: secret.last4 ?? '' })} role="img">${dots(value)}</span>${
        mayReveal ? html` <fs-secret object=${record.object} record=${record.id} field=${field.name} label=${field.label}></fs-secret>` : ''
      }`;
  },
};

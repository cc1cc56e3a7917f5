import { html } from 'lit';
import type { LookupValue } from '@fieldstone/metadata/types/wire.js';
import { recordPath } from '../app/router.js';
import { t } from '../texts/text.js';
import type { Viewing } from './field-screen.js';

export const asLookup = (value: unknown): LookupValue | null =>
  typeof value === 'object' && value !== null && typeof (value as LookupValue).id === 'string' ? (value as LookupValue) : null;

export const referenceText = (value: unknown): string => {
  const lookup = asLookup(value);
  return lookup === null ? '' : (lookup.label ?? t('field.hidden'));
};

export const referenceView = (value: unknown, { field, screen }: Viewing) => {
  const lookup = asLookup(value);
  if (lookup === null) return '';
  const target = field.target === undefined ? undefined : screen.object(field.target);
  if (!target || target.system || !target.access.read || lookup.label === null) return referenceText(value);
  return html`<a class="link" href=${recordPath(target.name, lookup.id)}>${lookup.label}</a>`;
};

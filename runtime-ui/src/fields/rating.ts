import { html } from 'lit';
import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';
import { integer } from './integer.js';

export const starsOf = (field: { readonly max?: string | undefined }): number => Number(field.max ?? 5);

export const rating: FieldScreen = {
  ...integer,
  type: 'rating',
  align: 'start',
  view(value, { field }) {
    const stars = Number(value);
    const most = starsOf(field);
    if (value === null || Number.isNaN(stars)) return '';
    return html`<span class="stars" role="img" aria-label=${t('field.stars', { count: stars, most })}
      >${'★'.repeat(Math.min(stars, most))}<span>${'★'.repeat(Math.max(most - stars, 0))}</span></span
    >`;
  },
};

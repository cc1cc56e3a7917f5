import { html } from 'lit';
import { countryName } from './country-names.js';
import type { FieldScreen } from './field-screen.js';

export type AddressValue = Readonly<Partial<Record<'street' | 'city' | 'state' | 'postal_code' | 'country', string | null>>>;

export const asAddress = (value: unknown): AddressValue | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AddressValue) : null;

/** The lines of an address, as on a letter. */
function linesOf(value: unknown, locale: string): string[] {
  const address = asAddress(value);
  if (address === null) return [];
  const { street, postal_code: postalCode, city, state, country } = address;
  const place = [postalCode, city].filter(Boolean).join(' ');
  const lines = [...(street ?? '').split('\n'), [place, state].filter(Boolean).join(', '), country ? countryName(country, locale) : ''];
  return lines.filter((line) => line !== '');
}

export const address: FieldScreen = {
  type: 'address',
  valueType: 'structure',
  align: 'start',
  width: 240,
  filter: 'words',
  text: (value, { screen }) => linesOf(value, screen.me.locale).join(', '),
  view(value, { screen }) {
    const lines = linesOf(value, screen.me.locale);
    return lines.length === 0 ? '' : html`<span class="long">${lines.join('\n')}</span>`;
  },
};

import { html } from 'lit';
import type { LookupValue } from '@fieldstone/metadata/types/wire.js';
import { recordPath } from '../app/router.js';
import type { FieldScreen } from './field-screen.js';
import { asLookup, referenceText } from './reference.js';

export type AnyLink = LookupValue & { readonly object: string };

export const asAnyLink = (value: unknown): AnyLink | null => {
  const link = asLookup(value) as AnyLink | null;
  return typeof link?.object === 'string' ? link : null;
};

export const polymorphic: FieldScreen = {
  type: 'polymorphic',
  valueType: 'reference',
  link: 'any',
  align: 'start',
  width: 200,
  filter: 'any_record',
  text: referenceText,
  view(value, { screen }) {
    const link = asAnyLink(value);
    if (link === null) return '';
    const target = screen.object(link.object);
    if (!target || target.system || !target.access.read || link.label === null) return referenceText(link);
    return html`<a class="link" href=${recordPath(target.name, link.id)} title=${target.label}>${link.label}</a>`;
  },
  fromLink: (link, object) => ({ ...link, object }),
};

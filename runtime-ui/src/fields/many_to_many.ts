import { html } from 'lit';
import type { LookupValue } from '@fieldstone/metadata/types/wire.js';
import { recordPath } from '../app/router.js';
import type { FieldScreen } from './field-screen.js';
import { asLookup, referenceText } from './reference.js';

export const asLinks = (value: unknown): LookupValue[] => (Array.isArray(value) ? value.flatMap((item) => asLookup(item) ?? []) : []);

export const manyToMany: FieldScreen = {
  type: 'many_to_many',
  valueType: 'references',
  link: 'many',
  align: 'start',
  width: 200,
  filter: 'records',
  text: (value) => asLinks(value).map(referenceText).join(', '),
  view(value, { field, screen }) {
    const target = screen.object(field.targets?.[0] ?? '');
    const isOpen = target !== undefined && !target.system && target.access.read;
    return html`<span class="badges wrap"
      >${asLinks(value).map((link) =>
        isOpen && link.label !== null
          ? html`<a class="badge" href=${recordPath(target.name, link.id)}>${link.label}</a>`
          : html`<span class="badge">${referenceText(link)}</span>`,
      )}</span
    >`;
  },
  fromLink: (link) => [link],
};

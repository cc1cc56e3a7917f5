import '../../ui-kit/fs-combobox.js';
import '../../ui-kit/fs-field-group.js';
import '../../ui-kit/fs-input.js';
import '../../ui-kit/fs-textarea.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { Option } from '../../ui-kit/fs-combobox.js';
import { asAddress, type AddressValue } from '../address.js';
import { countryChoices, countryName } from '../country-names.js';
import type { Editing, FieldEditor } from '../field-editors.js';

type Part = keyof AddressValue;
const PARTS: readonly Part[] = ['street', 'city', 'state', 'postal_code', 'country'];

/** The countries whose names or codes begin with a text, then those that hold it. */
function findCountries(text: string, locale: string): Promise<Option[]> {
  const wanted = text.trim().toLocaleLowerCase(locale);
  const all = countryChoices(locale).map(({ value, label }) => ({ id: value, label }));
  const starts = all.filter(({ id, label }) => label.toLocaleLowerCase(locale).startsWith(wanted) || id.toLowerCase() === wanted);
  const holds = all.filter((option) => !starts.includes(option) && option.label.toLocaleLowerCase(locale).includes(wanted));
  return Promise.resolve([...starts, ...holds]);
}

function change(editing: Editing, name: Part, text: string | null) {
  const before = asAddress(editing.value) ?? {};
  const next = Object.fromEntries(PARTS.map((part) => [part, (part === name ? text : before[part]) || null]));
  editing.change(Object.values(next).every((part) => part === null) ? null : next);
}

export const address: FieldEditor = {
  edit(editing) {
    const value = asAddress(editing.value) ?? {};
    const { locale } = editing.screen.me;
    const typed = (name: Part) => (event: CustomEvent<string>) => {
      event.stopPropagation();
      change(editing, name, event.detail);
    };
    const line = (name: Part) =>
      html`<fs-input
        label=${t(`part.${name}`)}
        ?disabled=${editing.disabled}
        .value=${value[name] ?? ''}
        @fs-change=${typed(name)}
      ></fs-input>`;
    const { country } = value;
    return html`<fs-field-group
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      ?required=${editing.required}
    >
      <fs-textarea
        class="wide"
        label=${t('part.street')}
        rows="2"
        ?disabled=${editing.disabled}
        .value=${value.street ?? ''}
        @fs-change=${typed('street')}
      ></fs-textarea>
      ${line('postal_code')} ${line('city')} ${line('state')}
      <fs-combobox
        label=${t('part.country')}
        clear-label=${t('lookup.clear')}
        empty-text=${t('lookup.none')}
        ?disabled=${editing.disabled}
        .value=${country ? { id: country, label: countryName(country, locale) } : null}
        .search=${(text: string) => findCountries(text, locale)}
        @fs-change=${(event: CustomEvent<Option | null>) => {
          event.stopPropagation();
          change(editing, 'country', event.detail?.id ?? null);
        }}
      ></fs-combobox>
    </fs-field-group>`;
  },
};

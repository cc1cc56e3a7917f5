import '../../ui-kit/fs-combobox.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { Option } from '../../ui-kit/fs-combobox.js';
import type { FieldEditor } from '../field-editors.js';
import { asLookup, referenceText } from '../reference.js';
import { findTargets } from './find-targets.js';

/** A lookup reads as id and label and is written as the id. */
export const reference: FieldEditor = {
  edit: (editing) => {
    const value = asLookup(editing.value);
    return html`<fs-combobox
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t(editing.isFilled ? 'lookup.filled' : 'lookup.search')}
      empty-text=${t('lookup.none')}
      clear-label=${t('lookup.clear')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .clearable=${!editing.required}
      .value=${value === null ? null : { id: value.id, label: referenceText(value) }}
      .search=${(text: string) => findTargets(editing, text, editing.needed)}
      @fs-change=${(event: CustomEvent<Option | null>) => editing.change(event.detail)}
    ></fs-combobox>`;
  },
  toWrite: (value) => asLookup(value)?.id ?? value,
};

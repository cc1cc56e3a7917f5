import '../../ui-kit/fs-tags-input.js';
import { tagText } from '@fieldstone/metadata/language/literals.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import { asList } from '../as-list.js';
import type { FieldEditor } from '../field-editors.js';

export const removeTag = (tag: string) => t('field.tags.remove', { tag });

export const tags: FieldEditor = {
  edit: (editing) =>
    html`<fs-tags-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t('field.tags.add')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .tidy=${tagText}
      .removeLabel=${removeTag}
      .value=${asList(editing.value)}
      @fs-change=${(event: CustomEvent<string[]>) => editing.change(event.detail.length === 0 ? null : event.detail)}
    ></fs-tags-input>`,
};

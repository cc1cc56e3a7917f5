import '../../ui-kit/fs-record-set.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { Option } from '../../ui-kit/fs-combobox.js';
import type { FieldEditor } from '../field-editors.js';
import { asLinks } from '../many_to_many.js';
import { referenceText } from '../reference.js';
import { findTargets } from './find-targets.js';

/** Links to many records read as id and label and are written as ids. */
export const manyToMany: FieldEditor = {
  edit: (editing) =>
    html`<fs-record-set
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t('links.add')}
      empty-text=${t('lookup.none')}
      remove-label=${t('links.remove')}
      added-text=${t('links.added', { label: '{{label}}' })}
      removed-text=${t('links.removed', { label: '{{label}}' })}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${asLinks(editing.value).map((link) => ({ id: link.id, label: referenceText(link) }))}
      .search=${(text: string) => findTargets({ ...editing, field: { target: editing.field.targets?.[0], where: editing.field.where } }, text)}
      @fs-change=${(event: CustomEvent<Option[]>) => editing.change(event.detail.length === 0 ? null : event.detail)}
    ></fs-record-set>`,
  toWrite: (value) => (Array.isArray(value) ? asLinks(value).map(({ id }) => id) : value),
};

import '../../ui-kit/fs-record-of-any.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { OptionOfKind } from '../../ui-kit/fs-record-of-any.js';
import type { FieldEditor } from '../field-editors.js';
import { asAnyLink } from '../polymorphic.js';
import { referenceText } from '../reference.js';
import { findTargets } from './find-targets.js';

/** A link to one of several objects reads as object, id and label and is written as object and id. */
export const polymorphic: FieldEditor = {
  edit: (editing) => {
    const { field, screen } = editing;
    const link = asAnyLink(editing.value);
    const kinds = (field.targets ?? []).map((name) => ({ value: name, label: screen.object(name)?.label ?? name }));
    return html`<fs-record-of-any
      data-field=${field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      kind-label=${t('anyRecord.kind')}
      placeholder=${t('lookup.search')}
      empty-text=${t('lookup.none')}
      clear-label=${t('lookup.clear')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .kinds=${kinds}
      .value=${link === null ? null : { kind: link.object, id: link.id, label: referenceText(link) }}
      .search=${(kind: string, text: string) => findTargets({ ...editing, field: { target: kind } }, text)}
      @fs-change=${({ detail }: CustomEvent<OptionOfKind | null>) =>
        editing.change(detail === null ? null : { object: detail.kind, id: detail.id, label: detail.label })}
    ></fs-record-of-any>`;
  },
  toWrite(value) {
    const link = asAnyLink(value);
    return link === null ? value : { object: link.object, id: link.id };
  },
};

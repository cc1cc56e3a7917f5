import '../../ui-kit/fs-rich-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { FieldEditor } from '../field-editors.js';
import { richElement } from '../rich-html.js';

/** The editor is large: it is fetched when somebody opens one. */
const openEditor = async (label: string, value: string) => (await import('./rich-text-dialog.js')).editRichText(label, value);

export const richText: FieldEditor = {
  edit: (editing) =>
    html`<fs-rich-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      edit-label=${t('rich.edit', { field: editing.label })}
      empty-label=${t('rich.empty')}
      failed-label=${t('state.offline.title')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${typeof editing.value === 'string' ? editing.value : ''}
      .show=${richElement}
      .open=${(value: string) => openEditor(editing.label, value)}
      @fs-change=${(event: CustomEvent<string>) => editing.change(event.detail === '' ? null : event.detail)}
    ></fs-rich-input>`,
};

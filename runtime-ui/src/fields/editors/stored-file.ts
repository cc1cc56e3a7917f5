import '../../ui-kit/fs-file-input.js';
import { html } from 'lit';
import { uploadFile } from '../../api/upload.js';
import { t } from '../../texts/text.js';
import type { FieldEditor } from '../field-editors.js';
import { asFile } from '../stored-file.js';

/** A file is sent when it is chosen; the record is given its id when it is saved. */
export const storedFile = (accept: string): FieldEditor => ({
  edit: (editing) =>
    html`<fs-file-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      accept=${accept}
      choose-label=${t('file.choose')}
      replace-label=${t('file.replace')}
      remove-label=${t('file.remove')}
      stop-label=${t('file.stop')}
      drop-text=${t('file.drop')}
      sending-text=${t('file.sending')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${asFile(editing.value)}
      .upload=${uploadFile}
      @fs-change=${(event: CustomEvent<unknown>) => editing.change(event.detail)}
    ></fs-file-input>`,
  toWrite: (value) => asFile(value)?.id ?? value,
});

import '../../ui-kit/fs-input.js';
import { html } from 'lit';
import type { FsInput } from '../../ui-kit/fs-input.js';
import { asText } from '../as-text.js';
import type { Editing, FieldEditor } from '../field-editors.js';

type More = { type?: FsInput['type']; inputmode?: FsInput['inputmode']; align?: FsInput['justify']; suffix?: string; text?: string };

/** The one-line input that most types are edited with. Empty text means no value. */
export const oneLine = (editing: Editing, more: More = {}) =>
  html`<fs-input
    data-field=${editing.field.name}
    label=${editing.label}
    help=${editing.help}
    error=${editing.error}
    type=${more.type ?? 'text'}
    inputmode=${more.inputmode ?? ''}
    justify=${more.align ?? 'start'}
    suffix=${more.suffix ?? ''}
    maxlength=${editing.field.maxLength ?? 0}
    ?required=${editing.required}
    ?disabled=${editing.disabled}
    .value=${more.text ?? asText(editing.value)}
    @fs-change=${(event: CustomEvent<string>) => editing.change(event.detail === '' ? null : event.detail)}
  ></fs-input>`;

/** A type whose editor is that input and nothing else. */
export const typed = (type: FsInput['type']): FieldEditor => ({ edit: (editing) => oneLine(editing, { type }) });

import '../../ui-kit/fs-read-input.js';
import { durationSeconds, durationText, spokenDuration, typedDuration } from '@fieldstone/metadata/language/durations.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { FieldEditor } from '../field-editors.js';

/** A bare number is minutes: what people mean who write how long a call was. */
export function readDuration(text: string): string | null {
  const typed = text.trim();
  if (typed === '') return null;
  const seconds = /^\d{1,9}$/.test(typed) ? Number(typed) * 60 : (durationSeconds(typed) ?? typedDuration(typed));
  return seconds === undefined ? text : durationText(seconds);
}

export function writeDuration(value: unknown): string {
  const seconds = durationSeconds(value);
  return seconds === undefined ? String(value ?? '') : spokenDuration(seconds);
}

export const duration: FieldEditor = {
  edit: (editing) =>
    html`<fs-read-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      placeholder=${t('field.duration.example')}
      justify="end"
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .value=${editing.value}
      .read=${readDuration}
      .write=${writeDuration}
      @fs-change=${(event: CustomEvent<unknown>) => editing.change(event.detail)}
    ></fs-read-input>`,
};

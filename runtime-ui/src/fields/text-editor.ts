import '../ui-kit/fs-input.js';
import { html } from 'lit';
import type { FsInput } from '../ui-kit/fs-input.js';
import type { Editing } from './field-screen.js';

type More = { type?: FsInput['type']; inputmode?: FsInput['inputmode']; align?: FsInput['justify']; suffix?: string; text?: string };

/** The one-line input that most types are edited with. Empty text means no value. */
export const textEditor = (editing: Editing, more: More = {}) =>
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

export const asText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A number as people type it: spaces are left out and a lone comma is a decimal point; what is no number goes to the server as typed. */
export function typedNumber(text: string): string {
  const packed = text.replace(/[\s\u00a0\u202f']/g, '');
  if (/^-?\d*,\d+$/.test(packed)) return packed.replace(',', '.');
  return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(packed) ? packed.replace(/,/g, '') : packed;
}

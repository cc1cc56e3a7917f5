import { html } from 'lit';
import type { StoredFile } from '@fieldstone/metadata/types/wire.js';
import type { FieldScreen, Viewing } from './field-screen.js';

export const asFile = (value: unknown): StoredFile | null =>
  typeof value === 'object' && value !== null && typeof (value as StoredFile).size === 'number' ? (value as StoredFile) : null;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function sizeText(bytes: number, locale: string): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const unit = UNITS[step] ?? 'byte';
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step === 0 ? 0 : 1 }).format(
    bytes / 1000 ** step,
  );
}

/** Where the bytes of a field's file are read, with the rights of whoever looks. The id makes another file another address. */
const addressOf = (record: NonNullable<Viewing['record']>, field: string, file: StoredFile, inline = false): string =>
  `/api/v1/records/${[record.object, record.id, 'files', field].map(encodeURIComponent).join('/')}${inline ? `?inline=1` : ''}#${file.id}`;

function download(file: StoredFile, { field, screen, record }: Viewing) {
  if (record === undefined) return file.name;
  return html`<a class="link" href=${addressOf(record, field.name, file)} download=${file.name}>${file.name}</a>
    <span class="muted">${sizeText(file.size, screen.me.locale)}</span>`;
}

const screenOf = (type: 'file' | 'image', view: FieldScreen['view']): FieldScreen => ({
  type,
  valueType: 'structure',
  align: 'start',
  width: 180,
  filter: 'presence',
  text: (value) => asFile(value)?.name ?? '',
  view,
});

export const file = screenOf('file', (value, viewing) => {
  const stored = asFile(value);
  return stored === null ? '' : download(stored, viewing);
});

export const image = screenOf('image', (value, viewing) => {
  const stored = asFile(value);
  if (stored === null) return '';
  if (viewing.record === undefined) return stored.name;
  const { record, field } = viewing;
  return html`${download(stored, viewing)}<img
      class="picture"
      src=${addressOf(record, field.name, stored, true)}
      alt=${`${field.label}: ${stored.name}`}
      loading="lazy"
    />`;
});

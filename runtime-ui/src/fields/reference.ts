import '../ui-kit/fs-combobox.js';
import { html } from 'lit';
import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import type { LookupValue } from '@fieldstone/metadata/types/wire.js';
import { listRecords } from '../api/records.js';
import { recordPath } from '../app/router.js';
import { bindOuter, missingOuter } from '../model/outer-condition.js';
import { t } from '../texts/text.js';
import type { Option } from '../ui-kit/fs-combobox.js';
import type { Editing, Viewing } from './field-screen.js';

export const asLookup = (value: unknown): LookupValue | null =>
  typeof value === 'object' && value !== null && typeof (value as LookupValue).id === 'string' ? (value as LookupValue) : null;

export const referenceText = (value: unknown): string => {
  const lookup = asLookup(value);
  return lookup === null ? '' : (lookup.label ?? t('field.hidden'));
};

export const referenceView = (value: unknown, { field, screen }: Viewing) => {
  const lookup = asLookup(value);
  if (lookup === null) return '';
  const target = field.target === undefined ? undefined : screen.object(field.target);
  if (!target || target.system || !target.access.read || lookup.label === null) return referenceText(value);
  return html`<a class="link" href=${recordPath(target.name, lookup.id)}>${lookup.label}</a>`;
};

/** An option that carries the fields of its record that were asked for. */
export type Found = Option & Readonly<Record<string, unknown>>;

/** The first matches of a text among the records a field may point to. */
export async function findTargets(
  editing: Pick<Editing, 'screen' | 'values' | 'object'> & { field: { target?: string | undefined; where?: ConditionJson | undefined } },
  text: string,
  needed: readonly string[] = [],
): Promise<Found[]> {
  const { field, screen, values } = editing;
  const target = field.target === undefined ? undefined : screen.object(field.target);
  if (!target) return [];
  const missing = missingOuter(field.where, values).map((name) => screen.field(editing.object, name)?.label ?? name);
  if (missing.length > 0) throw new Error(t('lookup.first', { fields: missing.join(', ') }));
  const answer = await listRecords(target.name, {
    q: text.trim() === '' ? undefined : text.trim(),
    fields: [target.nameField, ...needed],
    filter: field.where === undefined ? undefined : bindOuter(field.where, values),
    limit: 20,
    ...(text.trim() === '' ? { sort: target.nameField } : {}),
  });
  return answer.data.map((record) => ({ ...record, id: record.id, label: String(record[target.nameField] ?? t('field.unnamed')) }));
}

export const referenceEditor = (editing: Editing) => {
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
};

/** A lookup reads as id and label and is written as the id. */
export const writeReference = (value: unknown): unknown => asLookup(value)?.id ?? value;

import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import { listRecords } from '../../api/records.js';
import { bindOuter, missingOuter } from '../../model/outer-condition.js';
import { t } from '../../texts/text.js';
import type { Option } from '../../ui-kit/fs-combobox.js';
import type { Editing } from '../field-editors.js';

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

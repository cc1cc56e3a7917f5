import { Plus, Trash2 } from 'lucide-react';
import type { FieldDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo, hasOption, isComputed } from '../../draft/field-types.js';
import { InlineSelect, type Choice } from '../../ui/Field.js';

export type Indexes = NonNullable<ObjectDocument['indexes']>;

const PLACES = ['First', 'Second', 'Third'];
const SYSTEM: readonly Choice[] = [
  { value: 'owner', label: 'Owner' },
  { value: 'created_at', label: 'Created' },
  { value: 'updated_at', label: 'Last changed' },
];

const canIndex = ({ type }: FieldDocument): boolean =>
  !isComputed(type) && (fieldTypeInfo(type).link === 'one' || (hasOption(type, 'indexed') && fieldTypeInfo(type).choice !== 'many'));

/** Whether every index has two fields at least, and none of them twice. */
export const areIndexes = (indexes: Indexes): boolean =>
  indexes.every(({ fields }) => fields.length >= 2 && new Set(fields).size === fields.length);

/** Indexes on several fields together. */
export function IndexSettings({
  fields,
  value,
  onChange,
}: {
  fields: readonly FieldDocument[];
  value: Indexes;
  onChange: (value: Indexes) => void;
}) {
  const choices = [...fields.filter(canIndex).map(({ name, label }) => ({ value: name, label })), ...SYSTEM];
  const put = (index: number, chosen: readonly string[]) =>
    onChange(value.map((each, number) => (number === index ? { ...each, fields: chosen.filter((name) => name !== '') } : each)));
  return (
    <fieldset className="stack-2">
      <legend className="legend">Indexes on several fields</legend>
      <p className="muted small">
        For long lists that are filtered by one field and ordered or narrowed by another, such as the columns of a board. Put what is equal
        first and what is ordered last. Each costs a little with every change.
      </p>
      {value.map(({ fields: chosen }, index) => (
        <div className="row row-nowrap" role="group" aria-label={`Index ${String(index + 1)}`} key={index}>
          {PLACES.map((place, at) => (
            <InlineSelect
              key={place}
              label={`${place} field of index ${String(index + 1)}`}
              value={chosen[at] ?? ''}
              disabled={at > chosen.length}
              onChange={(name) =>
                put(
                  index,
                  PLACES.map((_, other) => (other === at ? name : (chosen[other] ?? ''))),
                )
              }
              choices={[
                { value: '', label: at < 2 ? 'Choose a field' : '–' },
                ...choices.filter((choice) => choice.value === chosen[at] || !chosen.includes(choice.value)),
              ]}
            />
          ))}
          <button
            type="button"
            className="btn btn-plain btn-icon"
            aria-label={`Remove index ${String(index + 1)}`}
            onClick={() => onChange(value.filter((_, number) => number !== index))}
          >
            <Trash2 size={14} aria-hidden />
          </button>
        </div>
      ))}
      {!areIndexes(value) && (
        <p className="error-text" role="alert">
          An index needs two fields at least.
        </p>
      )}
      <div>
        <button type="button" className="btn" onClick={() => onChange([...value, { fields: [] }])}>
          <Plus size={14} aria-hidden /> Add index
        </button>
      </div>
    </fieldset>
  );
}

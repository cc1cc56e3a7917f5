import { uuidText } from '@fieldstone/metadata/language/literals.js';
import type { FieldType } from './field-type.js';
import { bad, idOf, ok, plainSql } from './values.js';
import { told } from '../texts/told.js';

/**
 * A link to a record: stored as its id. That the record exists, may be read and meets the field's `where` is checked by the write path.
 *
 * Shape:  written as the id; reads as { id, label }, which the query compiler adds. `jsonSql` is the bare id, as history and runs keep it; so is a
 * cell. To find a record by its name is up to whoever reads a file.
 */
export const reference = (name: FieldType['name'], properties: readonly string[], more: Partial<FieldType> = {}): FieldType => ({
  name,
  valueType: 'reference',
  properties,
  columns: () => [{ suffix: '', pgType: 'uuid' }],
  jsonSchema: () => ({ type: 'string', maxLength: 36 }),
  normalize(value) {
    if (value === null || value === '') return ok(null);
    const id = uuidText(value);
    return id === undefined ? bad('not_an_id', told('value.not_a_record_id')) : ok(id);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  toCell: (value) => String((value as { id?: string } | null)?.id ?? value ?? ''),
  fromCell: (text) => (text === '' ? null : text.trim()),
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default'],
  toWritten: idOf,
  ...more,
});

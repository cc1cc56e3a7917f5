import { uuidText } from '@fieldstone/metadata/language/literals.js';
import type { FieldType } from './field-type.js';
import { bad, idOf, ok, plainSql } from './values.js';
import { told } from '../texts/told.js';

/**
 * A file that was uploaded before: stored as its id, with a foreign key. That it is there and the writer's own upload is checked by the write path;
 * its bytes are read through the record that holds it.
 *
 * Shape:  written as the id; reads as { id, name, type, size }, which the query compiler adds. `jsonSql` is the bare id, as history and runs keep it.
 */
export const storedFile = (name: 'file' | 'image'): FieldType => ({
  name,
  valueType: 'structure',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'uuid' }],
  jsonSchema: () => ({ type: 'string', maxLength: 36 }),
  answerSchema: {
    type: 'object',
    required: ['id', 'name', 'type', 'size'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      name: { type: 'string' },
      type: { type: 'string' },
      size: { type: 'integer' },
    },
  },
  normalize(value) {
    if (value === null || value === '') return ok(null);
    const id = uuidText(value);
    return id === undefined ? bad('not_an_id', told('value.not_a_file_id')) : ok(id);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  toCell: (value) => String((value as { id?: string } | null)?.id ?? value ?? ''),
  fromCell: (text) => (text === '' ? null : text.trim()),
  isSortable: false,
  isFilterable: true,
  uses: [],
  holds: name === 'image' ? 'picture' : 'file',
  toWritten: idOf,
});

import { uuidText } from '@fieldstone/metadata/language/literals.js';
import { splitCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

/** More than people look through, and few enough to stand in the row itself. */
export const MAX_LINKS = 200;

const idOf = (item: unknown): string => String((item as { id?: string } | null)?.id ?? item);

/**
 * Links to any number of records of one object: stored as the set of their ids. That they exist and may be read is checked by the write path.
 *
 * Shape:  written as ids; reads as [{ id, label }], which the query compiler adds, without those that are deleted or not the caller's to read.
 *         `jsonSql` is the bare ids, as history and runs keep them. None is no value.
 *         A cell holds the ids, parted by semicolons.
 * Source: docs/decisions/0015-many-links-in-the-row.md.
 */
export const manyToMany: FieldType = {
  name: 'many_to_many',
  valueType: 'references',
  properties: ['target', 'where', 'inverse'],
  columns: () => [{ suffix: '', pgType: 'uuid[]' }],
  jsonSchema: () => ({ type: 'array', items: { type: 'string', maxLength: 36 }, maxItems: MAX_LINKS }),
  answerSchema: {
    type: 'array',
    items: {
      type: 'object',
      required: ['id', 'label'],
      properties: { id: { type: 'string', format: 'uuid' }, label: { type: ['string', 'null'] } },
    },
  },
  normalize(value) {
    if (value === null) return ok(null);
    if (!Array.isArray(value)) return bad('not_a_list', told('value.not_ids'));
    const ids = new Set<string>();
    for (const item of value) {
      const id = uuidText(item);
      if (id === undefined) return bad('not_an_id', told('value.not_record_ids'));
      ids.add(id);
    }
    if (ids.size > MAX_LINKS) return bad('too_many', told('value.too_many_links', { count: MAX_LINKS }));
    return ok(ids.size === 0 ? null : [...ids].sort());
  },
  encode: (value) => [value],
  jsonSql: ([column = 'null']) => `to_json(${column})`,
  toCell: (value) => (Array.isArray(value) ? value.map(idOf).join('; ') : ''),
  fromCell: (text) => (splitCell(text).length === 0 ? null : splitCell(text)),
  gather(former) {
    const ids = [...former.values()].flatMap(({ columns: [id], targetId }) => (targetId === undefined || id === undefined ? [] : [id]));
    return ids.length === 0
      ? undefined
      : { '': `(select array_agg(distinct i.id order by i.id) from unnest(array[${ids.join(', ')}]) i(id) where i.id is not null)` };
  },
  isSortable: false,
  isFilterable: true,
  uses: [],
  link: 'many',
  memberIndex: 'always',
  toWritten: (value) => (Array.isArray(value) ? value.map(idOf).sort() : value),
};

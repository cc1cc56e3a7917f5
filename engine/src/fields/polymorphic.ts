import { uuidText } from '@fieldstone/metadata/language/literals.js';
import { literal } from '../kernel/statement.js';
import type { FieldOptions, FieldType } from './field-type.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

type Value = { readonly object: string; readonly id: string };

const isValue = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** SQL for a value by the object that the column `object` names; null for objects the field may not point to any more. */
export const byTarget = (object: string, { targetIds = {} }: FieldOptions, then: (name: string) => string): string => {
  const arms = Object.entries(targetIds).map(([name, id]) => `when ${literal(id)} then ${then(name)}`);
  return arms.length === 0 ? 'null' : `case ${object} ${arms.join(' ')} end`;
};

/**
 * A link to a record of one of several objects: stored as its id beside the id of its object, which renames do not touch. That the record exists
 * and may be read is checked by the write path.
 *
 * Shape:  written as { object, id }; reads as { object, id, label }, which the query compiler adds. `jsonSql` is { object, id }, as runs keep it.
 *         A cell is `object:id`.
 * Source: docs/decisions/0016-links-to-any-object.md.
 */
export const polymorphic: FieldType = {
  name: 'polymorphic',
  valueType: 'reference',
  properties: ['targets', 'inverse'],
  columns: () => [
    { suffix: '', pgType: 'uuid' },
    { suffix: '_obj', pgType: 'text' },
  ],
  jsonSchema: ({ targets = [] }) => ({
    type: 'object',
    required: ['object', 'id'],
    additionalProperties: false,
    properties: { object: { type: 'string', enum: targets }, id: { type: 'string', maxLength: 36 } },
  }),
  answerSchema: {
    type: 'object',
    required: ['object', 'id', 'label'],
    properties: { object: { type: 'string' }, id: { type: 'string', format: 'uuid' }, label: { type: ['string', 'null'] } },
  },
  normalize(value, { targets = [] }) {
    if (value === null || value === '') return ok(null);
    if (!isValue(value)) return bad('not_a_link', told('value.not_a_link', { example: '{"object": …, "id": …}' }));
    if (!targets.includes(value.object)) return bad('not_a_target', told('value.not_a_target'));
    const id = uuidText(value.id);
    return id === undefined ? bad('not_an_id', told('value.not_a_record_id')) : ok({ object: value.object, id });
  },
  encode: (value, { targetIds = {} }) => (isValue(value) ? [value.id, targetIds[value.object]] : [null, null]),
  jsonSql: ([id = 'null', object = 'null'], options) =>
    byTarget(object, options, (name) => `json_build_object('object', ${literal(name)}, 'id', ${id})`),
  toCell: (value) => (isValue(value) ? `${value.object}:${value.id}` : ''),
  fromCell(text) {
    const [object = '', id] = text.trim().split(':');
    return text.trim() === '' ? null : id === undefined ? text : { object: object.trim(), id: id.trim() };
  },
  gather(former) {
    const links = [...former.values()].filter(({ targetId }) => targetId !== undefined);
    const arms = links.map(({ columns: [id = 'null'], targetId = '' }) => `when ${id} is not null then ${literal(targetId)}`);
    const ids = links.map(({ columns: [id = 'null'] }) => id);
    return links.length === 0 ? undefined : { '': `coalesce(${ids.join(', ')})`, _obj: `case ${arms.join(' ')} end` };
  },
  isSortable: false,
  isFilterable: true,
  uses: [],
  link: 'any',
  members: ['object', 'id', 'label'],
  toWritten: (value) => (isValue(value) ? { object: value.object, id: value.id } : value),
};

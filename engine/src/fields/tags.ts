import { tagText } from '@fieldstone/metadata/language/literals.js';
import { splitCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, characters, isStorable, ok } from './values.js';
import { told } from '../texts/told.js';

const MAX_TAGS = 50;
const MAX_CHARACTERS = 60;

/**
 * Words of people's own, to find records again by. They are kept in small letters and without spaces around them, so that VIP and vip are one;
 * each once, in the order they were given. None is no value.
 */
export const tags: FieldType = {
  name: 'tags',
  valueType: 'options',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'text[]' }],
  jsonSchema: () => ({ type: 'array', items: { type: 'string', maxLength: 1000 }, maxItems: 1000 }),
  answerSchema: { type: 'array', items: { type: 'string', minLength: 1, maxLength: MAX_CHARACTERS }, minItems: 1, maxItems: MAX_TAGS },
  normalize(value) {
    if (value === null) return ok(null);
    if (!Array.isArray(value)) return bad('not_a_list', told('value.not_texts'));
    const found = new Set<string>();
    for (const item of value) {
      if (typeof item !== 'string') return bad('not_text', told('value.not_tags'));
      const tag = tagText(item);
      if (!isStorable(tag)) return bad('bad_characters', told('value.tag_characters'));
      // A cell of a table holds several, parted by semicolons.
      if (tag.includes(';')) return bad('bad_characters', told('value.tag_semicolon'));
      if (characters(tag) > MAX_CHARACTERS) return bad('too_long', told('value.tag_too_long', { count: MAX_CHARACTERS }));
      if (tag !== '') found.add(tag);
    }
    if (found.size > MAX_TAGS) return bad('too_many', told('value.too_many_tags', { count: MAX_TAGS }));
    return ok(found.size === 0 ? null : [...found]);
  },
  encode: (value) => [value],
  jsonSql: ([column = 'null']) => `to_json(${column})`,
  toCell: (value) => (Array.isArray(value) ? value.join('; ') : ''),
  fromCell: (text) => (splitCell(text).length === 0 ? null : splitCell(text)),
  isSortable: false,
  isFilterable: true,
  uses: ['indexed', 'default'],
  memberIndex: 'indexed',
  memberType: 'text',
};

import { textOfHtml } from '@fieldstone/metadata/language/rich-words.js';
import type { FieldType } from './field-type.js';
import { htmlOfText, sanitizeHtml } from './rich-html.js';
import { bad, characters, isStorable, ok } from './values.js';
import { told } from '../texts/told.js';

const MAX = 32_000;
/** Markup comes on top of the text; what is longer is refused before it is looked at. */
const MAX_HTML = 250_000;

/**
 * Formatted text: headings, lists, links, quotes, code, bold and italic. It is cleaned when it is written, so that whoever reads it may show it;
 * its length is that of its text, and its text is what a search finds.
 *
 * Shape:  HTML of a closed list of elements. Two columns: the HTML, and its text for searches.
 */
export const richText: FieldType = {
  name: 'rich_text',
  valueType: 'structure',
  properties: ['maxLength'],
  columns: () => [
    { suffix: '', pgType: 'text' },
    { suffix: '_text', pgType: 'text' },
  ],
  searchSuffix: '_text',
  jsonSchema: () => ({ type: 'string', maxLength: MAX_HTML }),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_html'));
    if (!isStorable(value)) return bad('bad_characters', told('value.bad_characters'));
    if (value.length > MAX_HTML) return bad('too_long', told('value.too_long', { count: maxLength }));
    const html = sanitizeHtml(value);
    const text = textOfHtml(html);
    if (text === '') return ok(null);
    return characters(text) > maxLength ? bad('too_long', told('value.too_long', { count: maxLength })) : ok(html);
  },
  encode: (value) => (typeof value === 'string' ? [value, textOfHtml(value)] : [null, null]),
  wordsSql: ([, text = 'null']) => text,
  jsonSql: ([column = 'null']) => column,
  toCell: (value) => (typeof value === 'string' ? value : ''),
  // What other programs export is mostly plain text.
  fromCell: (text) => (text.trim() === '' ? null : /<[a-z][^<>]*>/i.test(text) ? text : htmlOfText(text)),
  isSortable: false,
  isFilterable: true,
  uses: ['searchable', 'default'],
  isWide: true,
};

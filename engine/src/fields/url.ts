import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql, storeText, textSchema } from './values.js';
import { told } from '../texts/told.js';

const MAX = 2000;
/** Schemes a link may have. Others, `javascript:` before all, run code or reach into the reader's machine. */
const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The browser's own parser drops tabs and line breaks inside a scheme, so they are refused before it looks. */
function isLink(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (!SCHEMES.has(protocol) || username !== '' || password !== '') return false;
  return !protocol.startsWith('http') || (hostname !== '' && /^https?:\/\//i.test(text));
}

/** A link. Kept as written. */
export const url: FieldType = {
  name: 'url',
  valueType: 'text',
  properties: ['maxLength'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: ({ maxLength = MAX }) => textSchema(maxLength),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    const link = value.trim();
    if (link === '') return ok(null);
    return isLink(link) ? storeText(link, maxLength) : bad('not_a_link', told('value.not_a_url'));
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'searchable', 'default'],
  ignoresCase: true,
};

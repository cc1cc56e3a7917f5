import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql, storeText, textSchema } from './values.js';
import { told } from '../texts/told.js';

const MAX = 254;
const LOCAL = /^[^\s@<>()[\]",;:\\]{1,64}$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** True for an address one can write to. Each part is matched by itself, so that no pattern runs over the whole input more than once. */
function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const labels = address.slice(at + 1).split('.');
  return at > 0 && labels.length >= 2 && labels.every((label) => LABEL.test(label)) && LOCAL.test(address.slice(0, at));
}

/** An e-mail address. Its domain is kept in lower case; the part before the @ as it was written, for that is what RFC 5321 says. */
export const email: FieldType = {
  name: 'email',
  valueType: 'text',
  properties: ['maxLength'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: ({ maxLength = MAX }) => textSchema(maxLength),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    const address = value.trim();
    if (address === '') return ok(null);
    if (address.length > MAX || !isAddress(address)) return bad('not_an_email', told('value.not_an_email'));
    const at = address.lastIndexOf('@');
    return storeText(address.slice(0, at) + address.slice(at).toLowerCase(), maxLength);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'searchable', 'default'],
  ignoresCase: true,
};

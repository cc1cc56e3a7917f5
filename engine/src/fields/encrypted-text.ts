import type { FieldType } from './field-type.js';
import { bad, characters, isStorable, ok } from './values.js';
import { told } from '../texts/told.js';

const MAX = 4000;
/** Shorter texts would be told by half. */
const MIN_FOR_HINT = 12;

/** What the columns of a secret hold: its sealed form, and its last four characters where the field shows them. */
export type SealedText = { readonly sealed: string; readonly last4: string | null };

/** The end of a secret that people tell it by, where the field shows it and the secret is long enough. */
export const hintOf = (text: string, { showLast4 = false }: { readonly showLast4?: boolean }): string | null =>
  showLast4 && characters(text) >= MIN_FOR_HINT ? [...text].slice(-4).join('') : null;

/**
 * A secret: stored sealed, and never read back with the record. The write path seals it; opening it is a call of its own, which is written down.
 *
 * Shape:  written as text; reads as { has_value: true, last4? }. `jsonSql` is { has_value: true }, all that history, runs and files know.
 * Errors: `encode` throws for a text that was not sealed: it must not reach the database.
 */
export const encryptedText: FieldType = {
  name: 'encrypted_text',
  valueType: 'structure',
  properties: ['maxLength', 'showLast4', 'reveal'],
  columns: () => [
    { suffix: '', pgType: 'text' },
    { suffix: '_l4', pgType: 'text' },
  ],
  jsonSchema: ({ maxLength = MAX }) => ({ type: 'string', maxLength }),
  answerSchema: {
    type: 'object',
    required: ['has_value'],
    properties: { has_value: { const: true }, last4: { type: 'string' } },
  },
  normalize(value, { maxLength = MAX }) {
    if (value === null || value === '') return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    if (!isStorable(value)) return bad('bad_characters', told('value.bad_characters'));
    return characters(value) > maxLength ? bad('too_long', told('value.too_long', { count: maxLength })) : ok(value);
  },
  encode(value) {
    if (value === null) return [null, null];
    const { sealed, last4 } = value as SealedText;
    if (typeof sealed !== 'string') throw new Error('a secret was not sealed before it was stored');
    return [sealed, last4];
  },
  jsonSql: ([sealed = 'null']) => `case when ${sealed} is not null then json_build_object('has_value', true) end`,
  toCell: () => '',
  fromCell: (text) => (text === '' ? null : text),
  isSortable: false,
  isFilterable: false,
  uses: [],
  isSecret: true,
};

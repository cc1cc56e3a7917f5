import type { FormulaCheck } from '@fieldstone/metadata/types/wire.js';
import { anything, either, list, make, named, oneOf, only, orNull, shape, text, whole, type Schema } from '../schema.js';
import { issue } from './problem.js';

export const formulaSent = shape({
  object: text,
  formula: text,
  'returns?': text,
  'scale?': whole,
  'currencyOf?': text,
  'options?': list(make({ type: 'object', required: ['value'], properties: { value: text, label: text } })),
  'record?': text,
  'fields?': list(make({ type: 'object', required: ['name', 'type'], properties: { name: text, type: text, formula: text } })),
});
export const formulaCheck: Schema<FormulaCheck> = named(
  'FormulaCheck',
  either(
    shape({ ok: only(false), issues: list(issue) }),
    shape({ ok: only(true), returns: text, scale: whole, notIndexed: orNull(text), 'value?': anything, 'hidden?': only(true) }),
  ),
);

export const placeSent = shape({ object: text, formula: text, offset: whole });
export const completions = named(
  'FormulaCompletions',
  shape({
    from: whole,
    items: list(
      shape({ kind: oneOf('function', 'field', 'word'), label: text, insert: text, 'type?': anything, detail: text, 'doc?': text }),
    ),
  }),
);

import type { FieldOptions, FieldType } from './field-type.js';
import { integer } from './integer.js';

const LEAST = '0';
const MOST = '100';

/** The bounds of a score; those of the field where it has its own. */
const bounded = (options: FieldOptions): FieldOptions => ({ ...options, min: options.min ?? LEAST, max: options.max ?? MOST });

/** A whole number from 0 to 100, or within bounds of its own, that people see as a bar. */
export const score: FieldType = {
  ...integer,
  name: 'score',
  uses: ['indexed', 'default', 'sum'],
  normalize: (value, options) => integer.normalize(value, bounded(options)),
};

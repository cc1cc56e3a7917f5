import { sameValues } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { FieldModel } from '../model/types.js';
import { isWidening } from './changes/widen-column.js';
import { pgTypeOf } from './sources.js';

const DECIMALS = ['decimal', 'percent'];

/** Whether a field can become another in the column it has, without a row being written: the plan may still ask that its values fit. */
export function isInPlace(old: FieldModel, field: FieldModel): boolean {
  const [before, after] = [pgTypeOf(old), pgTypeOf(field)];
  const isNumber = before === after || isWidening(before, after) || isWidening(after, before);
  if (old.type === field.type) return before === after || isNumber;
  if (sameValues(old.type as FieldDocument['type'], field.type as FieldDocument['type'])) return true;
  return DECIMALS.includes(old.type) && DECIMALS.includes(field.type) && isNumber;
}

import type { RecordTypeDocument } from '@fieldstone/metadata/types/documents.js';
import { RECORD_TYPE_TEXT, SYSTEM_TEXTS } from '@fieldstone/metadata/language/system-texts.js';
import type { FieldModel } from './types.js';

/** Name of the field that holds the type of a record, in objects that have record types. */
export const RECORD_TYPE_FIELD = 'record_type';

type Typed = { readonly document: RecordTypeDocument };

/** The order people see types in. */
export const inTypeOrder = ({ document: a }: Typed, { document: b }: Typed): number =>
  (a.order ?? 1_000) - (b.order ?? 1_000) || (a.id < b.id ? -1 : 1);

/**
 * The field of an object with record types that holds them: a picklist of their ids, which no rename touches.
 *
 * Shape:  it is no system field, for its column is made with the first type and kept when the last one goes. Records from before have no type until
 *         somebody gives them one.
 */
export function recordTypeField(
  object: { readonly id: string; readonly name: string },
  types: readonly Typed[],
  tracked: boolean,
): FieldModel {
  const options = types.map(({ document: { id, label, inactive } }) => ({
    value: id,
    label,
    ...(inactive === true ? { inactive } : {}),
  }));
  return {
    id: `record_type_of_${object.id}`,
    object: object.name,
    name: RECORD_TYPE_FIELD,
    label: SYSTEM_TEXTS[RECORD_TYPE_TEXT].label,
    type: 'picklist',
    system: false,
    required: false,
    unique: false,
    indexed: false,
    searchable: false,
    tracked,
    options: { options },
  };
}

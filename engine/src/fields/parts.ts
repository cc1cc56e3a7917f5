import { partsOf } from '@fieldstone/metadata/language/field-parts.js';
import type { FieldPart } from './field-type.js';

/** The parts of a type with the columns they are stored in. */
export const storedParts = (type: string, suffixes: Readonly<Record<string, string>>): ReadonlyMap<string, FieldPart> =>
  new Map(partsOf(type).map(({ name, type: valueType, label }) => [name, { valueType, label, suffix: suffixes[name] ?? '' }]));

/** The columns of the parts as a JSON object; null where there is no value. */
export function partsJson(names: readonly string[], columns: readonly string[]): string {
  const members = names.map((name, index) => `'${name}', ${columns[index] ?? 'null'}`);
  const isEmpty = columns.map((column) => `${column} is null`).join(' and ');
  return `case when ${isEmpty} then null else json_build_object(${members.join(', ')}) end`;
}

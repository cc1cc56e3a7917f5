import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { FieldType, FieldTypeInfo, TypeOption } from './field-type-info.js';
import { FIELD_TYPES } from './field-type-table.js';

export type { FieldType, FieldTypeInfo, TypeOption, ValueInput } from './field-type-info.js';

const byType: ReadonlyMap<string, FieldTypeInfo> = new Map(FIELD_TYPES.map((info) => [info.type, info]));

/** Facts about a type; every type of the language is in the table, which a test checks. */
export function fieldTypeInfo(type: FieldType): FieldTypeInfo {
  const info = byType.get(type);
  if (info === undefined) throw new Error(`no entry for field type ${type}`);
  return info;
}

export const hasOption = (type: FieldType, option: TypeOption): boolean => fieldTypeInfo(type).options.includes(option);
export const isComputed = (type: FieldType): boolean => {
  const { givenBy } = fieldTypeInfo(type);
  return givenBy === 'formula' || givenBy === 'rollup';
};

/** Links whose target a field names; people are always people. */
export const isRelation = (type: FieldType): boolean => {
  const { link, linksTo } = fieldTypeInfo(type);
  return link !== undefined && linksTo === undefined;
};

/** Fields whose values are states that a process can lead records through. */
export const hasStates = ({ type }: FieldDocument): boolean =>
  fieldTypeInfo(type).choice === 'one' || (isRelation(type) && fieldTypeInfo(type).link === 'one');

export const isRequired = ({ required, type }: Pick<FieldDocument, 'required' | 'type'>): boolean =>
  required === true || fieldTypeInfo(type).isPart === true;

/** Objects a link may point to. */
export const targetsOf = ({ target, targets }: FieldDocument): readonly string[] => targets ?? (target === undefined ? [] : [target]);

/** Facts about the type of a value, also of the types that only system fields have. */
export const knownType = (type: string): FieldTypeInfo | undefined => byType.get(type);

/** Name of a type for people, also of the types that only system fields have. */
export const typeLabel = (type: string): string => knownType(type)?.label ?? type;

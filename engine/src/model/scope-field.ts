import type { ScopeField } from '@fieldstone/metadata/language/scope.js';
import { resultType } from '../fields/registry.js';
import type { FieldModel } from './types.js';

/** What a condition may know of a field. */
export function scopeField(field: FieldModel): ScopeField {
  const { name, valueType, parts, link } = resultType(field);
  const target = field.type === 'id' ? field.object : link === 'many' ? field.targets?.[0] : field.target;
  return {
    type: valueType,
    fieldType: name,
    ...(target === undefined ? {} : { target }),
    ...(link === 'any' && field.targets ? { targets: field.targets } : {}),
    ...(parts === undefined ? {} : { parts: new Map([...parts].map(([name, part]) => [name, part.valueType])) }),
    ...(field.options.options === undefined
      ? {}
      : { options: field.options.options.flatMap(({ value, replacedBy }) => (replacedBy === undefined ? [value] : [])) }),
  };
}

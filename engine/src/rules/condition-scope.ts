import type { Scope, ScopeField } from '@fieldstone/metadata/language/scope.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, Model } from '../model/types.js';

/** What a condition may know of a field. */
export function scopeField(field: FieldModel): ScopeField {
  const target = field.type === 'id' ? field.object : field.target;
  return {
    type: fieldType(field.type).valueType,
    fieldType: field.type,
    ...(target === undefined ? {} : { target }),
    ...(field.options.options === undefined ? {} : { options: field.options.options.map(({ value }) => value) }),
  };
}

/** Scope of an expression of the metadata that is parsed again where it is used; callers' filters have a scope of their own in the store. */
export function ruleScope(model: Model, object: string, allow: Scope['allow'], outerObject?: string): Scope {
  return {
    object,
    field(of, name) {
      const field = model.objects.get(of)?.fields.get(name);
      return field && scopeField(field);
    },
    relation(of, name) {
      const relation = model.objects.get(of)?.relations.get(name);
      return relation && { from: relation.object, by: relation.field };
    },
    allow,
    ...(outerObject === undefined ? {} : { outerObject }),
  };
}

import type { Scope } from '@fieldstone/metadata/language/scope.js';
import { scopeField } from '../model/scope-field.js';
import type { Model } from '../model/types.js';

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

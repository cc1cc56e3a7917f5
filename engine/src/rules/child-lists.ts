import type { Rights } from '../kernel/actor.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess } from './access.js';

/** Records that point to one of an object, by the name that they have there: the lines of an order. */
export type ChildList = {
  readonly name: string;
  readonly label: string;
  readonly child: ObjectModel;
  readonly by: FieldModel;
  readonly mayCreate: boolean;
};

/** A list of an object; undefined where there is none, and where the caller may not know of it. */
export function childList(model: Model, actor: Rights, object: ObjectModel, name: string): ChildList | undefined {
  const relation = object.relations.get(name);
  const child = relation && model.objects.get(relation.object);
  const by = relation && child?.fields.get(relation.field);
  if (relation === undefined || child === undefined || by === undefined) return undefined;
  const access = accessOf(model, actor, child.name);
  const link = fieldAccess(access, by.name);
  if ((access.read.kind === 'none' || link.read.kind === 'none') && !link.create) return undefined;
  return { name, label: relation.label, child, by, mayCreate: link.create };
}

/** Whether values have, besides those of the record itself, records of its lists. */
export const hasLists = (object: ObjectModel | undefined, values: Readonly<Record<string, unknown>>): boolean =>
  object !== undefined && Object.keys(values).some((name) => !object.fields.has(name) && object.relations.has(name));

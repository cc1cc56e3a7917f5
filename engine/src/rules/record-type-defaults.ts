import type { Actor } from '../kernel/actor.js';
import { RECORD_TYPE_FIELD } from '../model/record-type-field.js';
import type { ObjectModel, RecordTypeModel } from '../model/types.js';

/** Whether somebody may give records this type. What runs as the system is not held to roles. */
export const mayChoose = ({ inactive, roles }: RecordTypeModel, actor: Pick<Actor, 'kind' | 'roles'>): boolean =>
  inactive !== true && (roles === undefined || actor.kind === 'system' || roles.some((role) => actor.roles.includes(role)));

/** The type of a new record for which none was chosen: the default, or else the first that its maker may choose. */
export function standardType(object: ObjectModel, actor: Pick<Actor, 'kind' | 'roles'>): RecordTypeModel | undefined {
  const types = object.recordTypes.filter((type) => mayChoose(type, actor));
  return types.find((type) => type.default === true) ?? types[0];
}

/**
 * What a new record gets from its type, before the defaults of its fields: the type itself, and the choices that the type begins with. A null takes
 * the place of a field's default that the type does not know.
 *
 * Shape:  by field name; only fields that were not given.
 */
export function recordTypeDefaults(
  object: ObjectModel,
  given: Readonly<Record<string, unknown>>,
  actor: Pick<Actor, 'kind' | 'roles'>,
): Record<string, unknown> {
  if (object.recordTypes.length === 0) return {};
  const made: Record<string, unknown> = {};
  if (given[RECORD_TYPE_FIELD] === undefined) {
    const standard = standardType(object, actor);
    if (standard !== undefined) made[RECORD_TYPE_FIELD] = standard.id;
  }
  const id = given[RECORD_TYPE_FIELD] ?? made[RECORD_TYPE_FIELD];
  const type = object.recordTypes.find((each) => each.id === id);
  for (const [name, choices] of Object.entries(type?.picklists ?? {})) {
    if (given[name] !== undefined) continue;
    const usual = object.fields.get(name)?.options.default as unknown;
    if (choices.default !== undefined) made[name] = choices.default;
    else if (typeof usual === 'string' && !choices.options.includes(usual)) made[name] = null;
  }
  return made;
}

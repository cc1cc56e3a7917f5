import { AbilityBuilder, createMongoAbility, type MongoAbility } from '@casl/ability';
import type { Rights } from '../kernel/actor.js';
import type { Model, RowRule } from '../model/types.js';
import { accessOf, rightsKey } from './access.js';

export type Action = 'create' | 'read' | 'update' | 'delete';

const mayBe = (rule: RowRule): boolean => rule.kind !== 'none';

/**
 * What an actor may do at all: for menus, buttons and early refusals.
 *
 * Shape:  "may be allowed on some row". It never decides about a row: that is the condition in `accessOf`, which the query compiler and the write
 *         statement put into SQL. Rules here carry no conditions for that reason.
 * Source: CASL answers `can('update', type)` with true as soon as one conditional rule exists.
 */
export type Ability = {
  can(action: Action, object: string): boolean;
  canField(action: Exclude<Action, 'delete'>, object: string, field: string): boolean;
};

const known = new WeakMap<Model, Map<string, Ability>>();

function build(model: Model, actor: Rights): Ability {
  const { can, build: finish } = new AbilityBuilder<MongoAbility>(createMongoAbility);
  for (const name of model.objects.keys()) {
    const access = accessOf(model, actor, name);
    const allowed = { create: access.create, read: mayBe(access.read), update: mayBe(access.update), delete: mayBe(access.delete) };
    const fields = [...access.fields];
    const lists = {
      create: fields.filter(([, rules]) => rules.create),
      read: fields.filter(([, rules]) => mayBe(rules.read)),
      update: fields.filter(([, rules]) => mayBe(rules.edit)),
    };
    if (allowed.delete) can('delete', name);
    for (const action of ['create', 'read', 'update'] as const) {
      const names = lists[action].map(([field]) => field);
      // CASL refuses an empty list of fields, and a rule without a list means every field: an object-level rule needs its own subject.
      if (allowed[action]) can(action, `${name} record`);
      if (allowed[action] && names.length > 0) can(action, name, names);
    }
  }
  const ability = finish();
  // Asked several times in every call.
  const answers = { create: new Map(), read: new Map(), update: new Map(), delete: new Map() } satisfies Record<
    Action,
    Map<string, boolean>
  >;
  for (const [action, ofObjects] of Object.entries(answers) as [Action, Map<string, boolean>][])
    for (const name of model.objects.keys()) ofObjects.set(name, ability.can(action, action === 'delete' ? name : `${name} record`));
  return {
    can: (action, object) => answers[action].get(object) ?? false,
    canField: (action, object, field) => ability.can(action, object, field),
  };
}

/** Worked out once per model and set of roles. */
export function abilityOf(model: Model, actor: Rights): Ability {
  let cache = known.get(model);
  if (cache === undefined) known.set(model, (cache = new Map()));
  const key = rightsKey(actor);
  let ability = cache.get(key);
  if (ability === undefined) cache.set(key, (ability = build(model, actor)));
  return ability;
}

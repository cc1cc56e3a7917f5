import type { Rights } from '../kernel/actor.js';
import type { Model, RowRule } from '../model/types.js';
import { accessOf, everyRole, type ObjectAccess } from './access.js';
import { isSame } from './row-rules.js';

/** Somebody with every way to records there is: rules are compared by what they say, and not by whom they happen to reach today. */
const EVERY_WAY = (model: Model) => ({
  queues: true,
  team: true,
  below: true,
  shared: [...model.objects.values()].map(({ id }) => id),
});

export const widest = (model: Model, roles: readonly string[]): Rights => ({ kind: 'user', roles, reach: EVERY_WAY(model) });

/**
 * What is missing for whoever has `holder` to have all that `wanted` gives; undefined when nothing is. Nobody gives away more than they have.
 *
 * Shape:  a text that names the object and the right. With `isOther` the records are another person's: their own are not one's own, so only "all" covers.
 */
export function missingFor(model: Model, holder: readonly string[], wanted: readonly string[], isOther = false): string | undefined {
  const capabilities = (roles: readonly string[]) =>
    new Set(everyRole(model, roles).flatMap((role) => [...(model.roles.get(role)?.capabilities ?? [])]));
  const held = capabilities(holder);
  for (const capability of capabilities(wanted)) if (!held.has(capability)) return `"${capability}"`;
  for (const object of model.objects.values()) {
    const lack = lackOf(accessOf(model, widest(model, holder), object.name), accessOf(model, widest(model, wanted), object.name), isOther);
    if (lack !== undefined) return `"${lack}" of ${object.pluralLabel}`;
  }
  return undefined;
}

/** Whether these roles reach records by way of teams, or of people who report to one: then who comes in there brings theirs along. */
export function reachesBy(model: Model, roles: readonly string[], way: 'team' | 'below'): boolean {
  const rights = widest(model, roles);
  const lacking: Rights = { ...rights, reach: { ...EVERY_WAY(model), [way]: false } };
  return [...model.objects.values()].some(({ name }) => {
    const [having, without] = [accessOf(model, rights, name), accessOf(model, lacking, name)];
    return (['read', 'update', 'delete'] as const).some((operation) => !isSame(having[operation], without[operation]));
  });
}

function lackOf(held: ObjectAccess, wanted: ObjectAccess, isOther: boolean): string | undefined {
  const covers = (mine: RowRule, theirs: RowRule): boolean =>
    theirs.kind === 'none' || mine.kind === 'all' || (!isOther && isSame(mine, theirs));
  if (wanted.create && !held.create) return 'create';
  for (const operation of ['read', 'update', 'delete'] as const) if (!covers(held[operation], wanted[operation])) return operation;
  for (const action of wanted.actions) if (!held.actions.has(action)) return action;
  for (const [name, rules] of wanted.fields) {
    const own = held.fields.get(name);
    if (wanted.read.kind !== 'none' && (own === undefined || !covers(own.read, rules.read))) return `read ${name}`;
    if (wanted.update.kind !== 'none' && (own === undefined || !covers(own.edit, rules.edit))) return `edit ${name}`;
    if (rules.create && own?.create !== true) return `give ${name}`;
  }
  return undefined;
}

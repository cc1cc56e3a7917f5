import type { AccessEffect } from '@fieldstone/metadata/types/wire.js';
import type { Model, RowRule } from '../model/types.js';
import { accessOf, everyRole, type ObjectAccess } from './access.js';
import { widest } from './covers.js';
import { isSame } from './row-rules.js';
import { ruleText } from './rule-text.js';

const NONE: RowRule = { kind: 'none' };
const capabilitiesOf = (model: Model, role: string): ReadonlySet<string> =>
  new Set(everyRole(model, [role]).flatMap((name) => [...(model.roles.get(name)?.capabilities ?? [])]));

/**
 * What a change of the metadata gives to each role and takes from it.
 *
 * Shape:  elements are told apart by id, so a rename is no effect. Roles without an effect are left out; a role that is new or gone gains or loses all it has.
 *         Objects that are new or gone are told of in one line.
 */
export function accessEffects(from: Model | null, to: Model): AccessEffect[] {
  const before = byId(from?.roles.values() ?? []);
  const after = byId(to.roles.values());
  const effects: AccessEffect[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(id);
    const now = after.get(id);
    const gains: string[] = [];
    const loses: string[] = [];
    compareSets(
      from && old ? capabilitiesOf(from, old.name) : new Set(),
      now ? capabilitiesOf(to, now.name) : new Set(),
      'may',
      gains,
      loses,
    );
    const objects = byId([...(from?.objects.values() ?? []), ...to.objects.values()]);
    for (const object of objects.values()) {
      if (object.system) continue;
      const name = (model: Model | null) => [...(model?.objects.values() ?? [])].find((each) => each.id === object.id)?.name;
      const was = from && old ? accessIn(from, old.name, name(from)) : undefined;
      const is = now ? accessIn(to, now.name, name(to)) : undefined;
      compareAccess(object.pluralLabel, was, is, gains, loses);
    }
    const label = now?.label ?? old?.label ?? id;
    if (gains.length + loses.length > 0) effects.push({ role: now?.name ?? old?.name ?? id, id, label, gains, loses });
  }
  return effects;
}

const byId = <Of extends { readonly id: string }>(all: Iterable<Of>): Map<string, Of> => new Map([...all].map((each) => [each.id, each]));

type Known = { readonly access: ObjectAccess; readonly fields: ReadonlyMap<string, { readonly name: string; readonly label: string }> };

function accessIn(model: Model, role: string, objectName: string | undefined): Known | undefined {
  const object = model.objects.get(objectName ?? '');
  if (object === undefined) return undefined;
  const fields = [...object.fields.values()].map(({ id, name, label }): [string, { name: string; label: string }] => [id, { name, label }]);
  return { access: accessOf(model, widest(model, [role]), object.name), fields: new Map(fields) };
}

function compareSets(was: ReadonlySet<string>, is: ReadonlySet<string>, what: string, gains: string[], loses: string[]): void {
  for (const name of is) if (!was.has(name)) gains.push(`${what} ${name}`);
  for (const name of was) if (!is.has(name)) loses.push(`${what} ${name}`);
}

function compareAccess(label: string, was: Known | undefined, is: Known | undefined, gains: string[], loses: string[]): void {
  if (was === undefined || is === undefined) {
    const only = (was ?? is)?.access;
    if (only === undefined || (only.read.kind === 'none' && !only.create)) return;
    (is ? gains : loses).push(
      `${label}: read ${ruleText(only.read)}${only.create ? ', create' : ''}${only.update.kind === 'none' ? '' : ', update'}`,
    );
    return;
  }
  if (is.access.create !== was.access.create) (is.access.create ? gains : loses).push(`${label}: create`);
  for (const right of ['read', 'update', 'delete'] as const)
    compareRule(`${label}: ${right}`, was.access[right], is.access[right], gains, loses);
  compareSets(was.access.actions, is.access.actions, `${label}:`, gains, loses);
  for (const [id, field] of is.fields) {
    const former = was.fields.get(id);
    if (former === undefined) continue;
    for (const right of ['read', 'edit'] as const) {
      const before = was.access.fields.get(former.name)?.[right] ?? NONE;
      const now = is.access.fields.get(field.name)?.[right] ?? NONE;
      compareRule(`${label}: ${right} ${field.label}`, before, now, gains, loses);
    }
  }
}

/** A rule that says something else may give and take: it is told on both sides. */
function compareRule(what: string, was: RowRule, is: RowRule, gains: string[], loses: string[]): void {
  if (isSame(was, is)) return;
  if (is.kind === 'all' || was.kind === 'none') gains.push(`${what} ${was.kind === 'none' ? '' : 'now '}on ${ruleText(is)}`);
  else if (was.kind === 'all' || is.kind === 'none') loses.push(is.kind === 'none' ? what : `${what}, but for ${ruleText(is)}`);
  else {
    gains.push(`${what} on ${ruleText(is)}`);
    loses.push(`${what} on ${ruleText(was)}`);
  }
}

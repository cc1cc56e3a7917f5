import { fieldsRead, referencesOf } from '@fieldstone/metadata/language/references.js';
import type { FieldModel, Model, RowRule } from '../model/types.js';

const known = new WeakMap<Model, Map<string, ReadonlySet<string>>>();

/**
 * Names of the fields of an object by whose values it is judged who may read a record, or a field of it: those that any rule of any role reads of the
 * record itself, and what formulas among them are made of.
 */
export function judgingFields(model: Model, object: string): ReadonlySet<string> {
  let ofModel = known.get(model);
  if (ofModel === undefined) known.set(model, (ofModel = new Map()));
  let names = ofModel.get(object);
  if (names === undefined) ofModel.set(object, (names = namesOf(model, object)));
  return names;
}

function namesOf(model: Model, object: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string): void => {
    const field = model.objects.get(object)?.fields.get(name);
    if (field === undefined || names.has(name)) return;
    names.add(name);
    for (const source of sourcesOf(field)) add(source);
  };
  const read = (rule: RowRule | undefined): void => {
    if (rule?.kind !== 'where') return;
    for (const step of referencesOf(rule.where).fields) if (step.object === object) add(step.field);
  };
  for (const { permissions } of model.roles.values()) {
    const permission = permissions.get(object);
    for (const part of [permission, permission?.deny]) {
      read(part?.read);
      for (const grant of part?.fields.values() ?? []) read(grant.read);
    }
  }
  return names;
}

const sourcesOf = ({ computed }: FieldModel): string[] =>
  computed?.kind === 'formula' ? [...fieldsRead(computed.expression), ...computed.money].flatMap(([step]) => step?.field ?? []) : [];

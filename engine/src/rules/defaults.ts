import { evaluate, type Environment } from '@fieldstone/metadata/language/evaluate.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition, parseExpression } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldType } from '../fields/registry.js';
import { personOf, type Actor } from '../kernel/actor.js';
import { bareRecord } from '../kernel/bare-record.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { ruleScope } from './condition-scope.js';
import { recordTypeDefaults } from './record-type-defaults.js';
import { withComputed } from './record-formulas.js';

export type DefaultsEnvironment = {
  readonly model: Model;
  readonly actor: Pick<Actor, 'kind' | 'roles' | 'userId' | 'timeZone'>;
  readonly now: Date;
};

/** A link whose default is the first record that matches; found by whoever can read the database, then put under `field`. */
export type LookupDefault = {
  readonly field: FieldModel;
  /** In the scope of the target, with $record for the record being made. Every record when left out. */
  readonly where?: Expression;
  /** Field of the target, "-" in front for descending. */
  readonly sort?: string;
};

type FieldDefault =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'lookup'; readonly lookup: LookupDefault };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const ALLOW: ReadonlySet<'outer' | 'user'> = new Set(['outer', 'user']);

function readLookup(model: Model, field: FieldModel, json: unknown): LookupDefault | undefined {
  if (!isObject(json) || field.target === undefined) return undefined;
  const sort = typeof json['sort'] === 'string' ? { sort: json['sort'] } : {};
  if (json['where'] === undefined) return { field, ...sort };
  const where = parseCondition(json['where'], ruleScope(model, field.target, ALLOW, field.object));
  return where.ok ? { field, where: where.expression, ...sort } : undefined;
}

/** The default of a field; none when there is none, or when it means nothing in this model (which publishing refuses). */
function readDefault(model: Model, field: FieldModel): FieldDefault | undefined {
  const json: unknown = field.options.default;
  if (json === undefined || json === null) return undefined;
  if (isObject(json) && Object.hasOwn(json, '$expr')) {
    const scope = ruleScope(model, field.object, ALLOW, field.object);
    const parsed = parseExpression(json['$expr'], scope, fieldType(field.type).valueType);
    return parsed.ok ? { kind: 'expression', expression: parsed.expression } : undefined;
  }
  if (isObject(json) && Object.hasOwn(json, '$lookup')) {
    const lookup = readLookup(model, field, json['$lookup']);
    return lookup && { kind: 'lookup', lookup };
  }
  return { kind: 'literal', value: json };
}

const known = new WeakMap<ObjectModel, readonly (readonly [FieldModel, FieldDefault])[]>();

function defaultsOf(model: Model, object: ObjectModel): readonly (readonly [FieldModel, FieldDefault])[] {
  let found = known.get(object);
  if (found === undefined) {
    found = [...object.fields.values()].flatMap((field) => {
      const value = field.system ? undefined : readDefault(model, field);
      return value === undefined ? [] : [[field, value] as const];
    });
    known.set(object, found);
  }
  return found;
}

/**
 * Fills in the defaults of a new record, in the order of its fields.
 *
 * Shape:  `values` holds what was given (own keys, whatever they are: `checkShape` refuses the strange ones) and the defaults, not yet
 *         normalised; a null that was given stays. `lookups` are left to the caller, in order, for they read the database. The owner is
 *         whoever makes the record.
 */
export function applyDefaults(
  object: ObjectModel,
  input: Readonly<Record<string, unknown>>,
  { model, actor, now }: DefaultsEnvironment,
): { readonly values: Record<string, unknown>; readonly lookups: readonly LookupDefault[] } {
  // Without a prototype, "__proto__" is a key like any other.
  const values = Object.assign(bareRecord(), input);
  const lookups: LookupDefault[] = [];
  if (object.recordTypes.length > 0) Object.assign(values, recordTypeDefaults(object, input, actor));
  if (object.fields.has('owner') && values['owner'] === undefined) values['owner'] = personOf(actor);
  for (const [field, made] of defaultsOf(model, object)) {
    if (values[field.name] !== undefined) continue;
    if (made.kind === 'lookup') lookups.push(made.lookup);
    else if (made.kind === 'literal') values[field.name] = made.value;
    else {
      const environment = recordSoFar(object, values, { userId: actor.userId, now, timeZone: actor.timeZone });
      const value = evaluate(made.expression, environment);
      if (value !== undefined) values[field.name] = value;
    }
  }
  return { values, lookups };
}

/** The new record as conditions see it: what is not set is empty, not unknown. */
function recordSoFar(
  object: ObjectModel,
  values: Readonly<Record<string, unknown>>,
  who: Pick<Environment, 'userId' | 'now' | 'timeZone'>,
): Environment {
  const given = Object.fromEntries([...object.fields.keys()].map((name) => [name, values[name] ?? null]));
  const record = withComputed(object, { ...who, record: given });
  return { ...who, record, outer: record, previous: null };
}

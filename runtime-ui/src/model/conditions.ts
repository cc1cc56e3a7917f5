import { evaluate, type Environment } from '@fieldstone/metadata/language/evaluate.js';
import { partTypes } from '@fieldstone/metadata/language/field-parts.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { fieldScreen } from '../fields/registry.js';
import type { Screen } from './screen.js';

/** Names that conditions and formulas of an object may use, as far as the caller knows them. */
export function scopeOf(screen: Screen, object: string): Scope {
  return {
    object,
    allow: new Set(['previous', 'user', 'changed']),
    field(from, name) {
      const field = screen.field(from, name);
      if (!field) return undefined;
      const parts = partTypes(field.type);
      const { valueType, link } = fieldScreen(field);
      const target = field.type === 'id' ? from : link === 'many' ? field.targets?.[0] : field.target;
      return {
        type: valueType,
        ...(parts === undefined ? {} : { parts }),
        fieldType: field.type,
        ...(target === undefined ? {} : { target }),
        ...(link === 'any' && field.targets ? { targets: field.targets } : {}),
        ...(field.options ? { options: field.options.map((option) => option.value) } : {}),
      };
    },
    relation(from, name) {
      const relation = screen.object(from)?.relations.find((r) => r.name === name);
      return relation && { from: relation.object, by: relation.field };
    },
  };
}

const parsed = new WeakMap<Screen, Map<unknown, Expression | null>>();

/** A condition of the metadata, parsed once for each published revision. Null when the caller may not read what it needs. */
export function conditionIn(screen: Screen, object: string, json: unknown): Expression | null {
  const known = parsed.get(screen) ?? new Map<unknown, Expression | null>();
  parsed.set(screen, known);
  let expression = known.get(json);
  if (expression === undefined) {
    const result = parseCondition(json, scopeOf(screen, object));
    expression = result.ok ? result.expression : null;
    known.set(json, expression);
  }
  return expression;
}

export const environmentOf = (
  screen: Screen,
  record: Readonly<Record<string, unknown>>,
  previous: Readonly<Record<string, unknown>> | null = null,
): Environment => ({ record, previous, userId: screen.me.user.id, now: new Date(), timeZone: screen.me.timeZone });

/** True, false, or undefined when it can not be known here; the server then decides. */
export function judge(screen: Screen, object: string, json: unknown, environment: Environment): boolean | undefined {
  const expression = conditionIn(screen, object, json);
  if (expression === null) return undefined;
  const value = evaluate(expression, environment);
  return typeof value === 'boolean' ? value : undefined;
}

/** Paths over lookups that conditions need besides the fields of the record, as it is and as it was: "stage.is_won". */
export function pathsRead(screen: Screen, object: string, conditions: readonly unknown[]): string[] {
  const paths = conditions.flatMap((json) => {
    const expression = json === undefined ? null : conditionIn(screen, object, json);
    const read = expression === null ? [] : [...fieldsRead(expression), ...fieldsRead(expression, 'previous')];
    return read.map((path) => path.map((step) => step.field).join('.'));
  });
  return [...new Set(paths.filter((path) => path.includes('.')))];
}

/** Names of the record's own fields that a condition reads. */
export function ownFieldsRead(screen: Screen, object: string, json: unknown): string[] {
  const expression = conditionIn(screen, object, json);
  return expression === null ? [] : fieldsRead(expression).flatMap((path) => path[0]?.field ?? []);
}

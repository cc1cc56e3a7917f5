import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';

const outer = /^\$record\.([a-z][a-z0-9_]*)$/;

/** What a condition sees of a form value: the id of a lookup, the amount of money. */
export function conditionValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? null;
  if ('amount' in value) return value.amount;
  return 'id' in value ? value.id : null;
}

/** The condition of a lookup with the values of the form in place of $record: the server lists records by it. */
export function bindOuter(condition: ConditionJson, values: Readonly<Record<string, unknown>>): ConditionJson {
  const bind = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(bind);
    if (typeof node !== 'object' || node === null) return node;
    const path = (node as Record<string, unknown>)['var'];
    const name = typeof path === 'string' ? outer.exec(path)?.[1] : undefined;
    if (name !== undefined) return conditionValue(values[name]);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, bind(value)]));
  };
  return bind(condition) as ConditionJson;
}

/** Names of the form's fields that a condition reads. */
export function outerFields(condition: ConditionJson | undefined): string[] {
  const found = new Set<string>();
  const walk = (node: unknown) => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        const name = key === 'var' && typeof value === 'string' ? outer.exec(value)?.[1] : undefined;
        if (name === undefined) walk(value);
        else found.add(name);
      }
    }
  };
  walk(condition);
  return [...found];
}

/** Fields that must be filled before there is anything to choose from. */
export const missingOuter = (condition: ConditionJson | undefined, values: Readonly<Record<string, unknown>>): string[] =>
  outerFields(condition).filter((name) => conditionValue(values[name]) === null);

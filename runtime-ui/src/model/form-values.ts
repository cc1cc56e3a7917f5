import type { ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { fieldEditor } from '../fields/field-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { brokenRules } from './broken-rules.js';
import type { PlannedSection } from './layout-plan.js';
import { sameValue, type Values } from './same-value.js';
import type { Screen } from './screen.js';

export type { Values } from './same-value.js';

/** Values of a form before anybody typed: literals of the defaults; what the server works out stays empty. */
export function startValues(screen: Screen, object: ScreenObject, record: Values | null, prefill: Values): Values {
  const values: Record<string, unknown> = {};
  for (const field of object.fields) {
    values[field.name] = record ? (record[field.name] ?? null) : (literalDefault(field, screen) ?? null);
  }
  const type = record ? undefined : typeOfNew(object, prefill);
  return { ...values, ...(type ? { record_type: type.id, ...type.defaults } : {}), ...prefill };
}

/** The type a new record begins with: the one that was asked for, or the caller's standard one. */
const typeOfNew = (object: ScreenObject, prefill: Values) =>
  object.recordTypes?.find((type) => ('record_type' in prefill ? type.id === prefill['record_type'] : type.standard));

const isServerDefault = (value: unknown) => typeof value === 'object' && value !== null && ('$expr' in value || '$lookup' in value);

function literalDefault(field: ScreenField, screen: Screen): unknown {
  if (field.id === 'sys_owner') return { id: screen.me.user.id, label: screen.me.user.name };
  const { default: value } = field as { default?: unknown };
  return isServerDefault(value) ? null : value;
}

/** Whether the server gives a value when none is sent. */
export const hasDefault = (field: ScreenField): boolean =>
  (field as { default?: unknown }).default !== undefined || fieldScreen(field).isGiven === true;

/** What a write sends: in a new record all that was filled in, else what differs from the record as it was read. */
export function changesOf(object: ScreenObject, record: Values | null, values: Values): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const field of object.fields) {
    if (!field.editable) continue;
    const value = values[field.name] ?? null;
    const isChanged = record ? !sameValue(record[field.name], value) : value !== null;
    if (isChanged) changes[field.name] = fieldEditor(field).toWrite?.(value) ?? value;
  }
  return changes;
}

/** Messages by field name ('' for the record) before anything is sent; the server checks everything again. */
export function problemsOf(
  screen: Screen,
  object: ScreenObject,
  sections: readonly PlannedSection[],
  record: Values | null,
  values: Values,
  requiredText: (label: string) => string,
): Map<string, string[]> {
  const problems = new Map<string, string[]>();
  const add = (field: string, message: string) => problems.set(field, [...(problems.get(field) ?? []), message]);
  const isEmpty = (name: string) => sameValue(values[name], null);
  const leftToServer = (name: string) => {
    const field = screen.field(object.name, name);
    return record === null && isEmpty(name) && field !== undefined && hasDefault(field);
  };
  for (const { field, required } of sections.flatMap((section) => section.fields)) {
    if (required && isEmpty(field.name) && !fieldScreen(field).isNeverEmpty && !leftToServer(field.name))
      add(field.name, requiredText(field.label));
    const problem = fieldEditor(field).problem?.(values[field.name] ?? null);
    if (problem !== undefined) add(field.name, problem);
  }
  for (const rule of brokenRules(screen, object, record, values, leftToServer)) add(rule.field ?? '', rule.message);
  return problems;
}

import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { checkValues, type ValueCheck } from './check-workflow-values.js';
import { unknownField, type LinkedObject } from './link.js';
import type { FieldModel } from './types.js';

const TYPED_EXPRESSIONS = new Set(['date', 'datetime', 'decimal', 'boolean']);

let ajv: Ajv2020 | undefined;

/** Checks what a step writes: known, writable fields; literals that fit; on create every required field. */
export function checkSet(
  check: ValueCheck,
  object: LinkedObject,
  set: Readonly<Record<string, unknown>>,
  at: string,
  isCreate: boolean,
): void {
  for (const [name, value] of Object.entries(set)) {
    const place = at + pointer(name);
    const field = object.fields.get(name)?.model;
    if (!field) {
      check.add(place, 'unknown_field', unknownField(name, object));
      continue;
    }
    if ((field.system && name !== 'owner') || fieldType(field.type).givenBy !== undefined) {
      check.add(place, 'not_writable', `${field.label} is set by the platform.`);
      continue;
    }
    checkFieldValue(check, field, value, place);
  }
  if (!isCreate) return;
  for (const { model } of object.fields.values()) {
    const isFilled = model.system || !model.required || model.options.default !== undefined || fieldType(model.type).givenBy !== undefined;
    if (!isFilled && !Object.hasOwn(set, model.name)) check.add(at + pointer(model.name), 'required', `${model.label} is required.`);
  }
}

function checkFieldValue(check: ValueCheck, field: FieldModel, value: unknown, at: string): void {
  const type = fieldType(field.type);
  const named = type.link === 'any' ? (value as { object?: unknown } | null)?.object : undefined;
  if (typeof named === 'string' && !field.targets?.includes(named)) {
    const message = `${field.label} does not point to "${named}".${didYouMean(named, field.targets ?? [])}`;
    return check.add(at + pointer('object'), 'not_a_target', message);
  }
  if (isWorkedOut(value)) return checkValues(check, value, at, TYPED_EXPRESSIONS.has(type.valueType) ? type.valueType : undefined);
  if (value === null) {
    if (field.required) check.add(at, 'required', `${field.label} is required.`);
    return;
  }
  if (!ajv) {
    ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
  }
  if (!ajv.validate(type.jsonSchema(field.options), value)) {
    return check.add(
      at,
      'wrong_value',
      `This is no value for ${field.label} (${field.type}): it ${ajv.errorsText(ajv.errors, { dataVar: 'value' }).replace(/^value /, '')}.`,
    );
  }
  const normal = type.normalize(value, field.options);
  if ('issue' in normal) check.add(at, normal.issue.code, normal.issue.message);
}

/** A value, or a part of one such as the amount of money, that is only known when the step runs. */
function isWorkedOut(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.startsWith('$') || isWorkedOut(item));
}

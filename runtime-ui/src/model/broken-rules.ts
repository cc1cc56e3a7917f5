import type { ScreenField, ScreenObject, ScreenValidation } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import { environmentOf, judge, ownFieldsRead } from './conditions.js';
import type { Values } from './same-value.js';
import type { Screen } from './screen.js';

/** Rules that a record breaks for certain. What can not be known here, or is left to the server, is judged there. */
export function brokenRules(
  screen: Screen,
  object: ScreenObject,
  record: Values | null,
  values: Values,
  leftToServer: (field: string) => boolean = () => false,
): ScreenValidation[] {
  const environment = environmentOf(screen, values, record);
  return object.validations.filter((rule) => {
    if (!rule.on.includes(record ? 'update' : 'create')) return false;
    // A rule over a value that the server still has to give can not be judged here.
    if (ownFieldsRead(screen, object.name, rule.errorWhen).some(leftToServer)) return false;
    return judge(screen, object.name, rule.errorWhen, environment) === true;
  });
}

/** Whether a value of a field keeps the rules that say which values it can take: the legal moves, the options that go with another. */
export function canTake(
  screen: Screen,
  object: ScreenObject,
  field: string,
  value: unknown,
  record: Values | null,
  values: Values,
): boolean {
  const rules = object.validations.filter((rule) => rule.narrows === true && rule.field === field);
  if (rules.length === 0) return true;
  return brokenRules(screen, { ...object, validations: rules }, record, { ...values, [field]: value }).length === 0;
}

/** A picklist with the options that can be chosen now. The value it has stays, so that it can be seen. */
export function narrowed(screen: Screen, object: ScreenObject, field: ScreenField, record: Values | null, values: Values): ScreenField {
  if (fieldScreen(field).choice !== 'one' || !object.validations.some((rule) => rule.narrows === true && rule.field === field.name))
    return field;
  const options = (field.options ?? []).filter(
    ({ value }) => value === values[field.name] || canTake(screen, object, field.name, value, record, values),
  );
  return { ...field, options };
}

/** Picklists whose value does not go with what was just chosen elsewhere, emptied one after the other: one choice may hang on the next. */
export function withoutMisfits(screen: Screen, object: ScreenObject, record: Values | null, before: Values, values: Values): Values {
  let next = values;
  for (let round = 0; round < object.fields.length; round += 1) {
    const misfit = object.fields.find(
      (field) =>
        fieldScreen(field).choice === 'one' &&
        field.editable &&
        (next[field.name] ?? null) !== null &&
        // What was wrong already is shown, not taken away.
        next[field.name] === before[field.name] &&
        canTake(screen, object, field.name, next[field.name], record, before) &&
        !canTake(screen, object, field.name, next[field.name], record, next),
    );
    if (misfit === undefined) return next;
    next = { ...next, [misfit.name]: null };
  }
  return next;
}

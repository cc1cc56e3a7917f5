import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { deriveRules, say, type DerivedRule } from './derive-rule.js';
import { unknownField, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { RECORD_TYPE_FIELD } from './record-type-field.js';
import { labelOf, optionLabel, ruleSays } from './rule-text.js';
import type { RecordTypeModel, ValidationModel } from './types.js';

/** The types of an object, checked. */
export function recordTypes(linked: Linked, object: LinkedObject, problems: Problems): RecordTypeModel[] {
  let standard: string | undefined;
  const roles = linked.byKind.role.map(({ document }) => document.name);
  for (const source of object.recordTypes) {
    const type = source.document;
    if (type.default === true) {
      if (standard !== undefined)
        problems.add(source, '/default', 'duplicate_default', `"${standard}" is the default already; there can be one.`);
      standard ??= type.name;
    }
    const layouts = object.layouts.map(({ document }) => document.name);
    if (type.layout !== undefined && !layouts.includes(type.layout)) {
      const message = `${object.name} has no layout "${type.layout}".${didYouMean(type.layout, layouts)}`;
      problems.add(source, '/layout', 'unknown_layout', message);
    }
    for (const [index, role] of (type.roles ?? []).entries()) {
      if (!roles.includes(role))
        problems.add(source, pointer('roles', index), 'unknown_role', `There is no role "${role}".${didYouMean(role, roles)}`);
    }
    checkProcesses(object, source, problems);
    checkPicklists(object, source, problems);
  }
  return object.recordTypes.map(({ document }) => document);
}

function checkProcesses(object: LinkedObject, source: Sourced<'record_type'>, problems: Problems): void {
  for (const [field, name] of Object.entries(source.document.processes ?? {})) {
    const at = pointer('processes', field);
    const process = object.processes.find(({ document }) => document.name === name)?.document;
    const known = object.processes.map(({ document }) => document.name);
    if (!object.fields.has(field)) problems.add(source, at, 'unknown_field', unknownField(field, object));
    else if (process === undefined)
      problems.add(source, at, 'unknown_process', `${object.name} has no process "${name}".${didYouMean(name, known)}`);
    else if (process.field !== field)
      problems.add(source, at, 'wrong_field', `The process "${name}" is about ${process.field}, not about ${field}.`);
  }
}

function checkPicklists(object: LinkedObject, source: Sourced<'record_type'>, problems: Problems): void {
  for (const [name, { options, default: fallback }] of Object.entries(source.document.picklists ?? {})) {
    const at = pointer('picklists', name);
    const field = object.fields.get(name)?.model;
    if (field === undefined) {
      problems.add(source, at, 'unknown_field', unknownField(name, object));
      continue;
    }
    if (fieldType(field.type).choice !== 'one' || name === RECORD_TYPE_FIELD) {
      problems.add(source, at, 'not_for_type', 'A record type has choices of its own for picklists with one value.');
      continue;
    }
    const known = (field.options.options ?? []).map(({ value }) => value);
    for (const [index, code] of options.entries()) {
      if (!known.includes(code))
        problems.add(source, at + pointer('options', index), 'unknown_option', `There is no option "${code}".${didYouMean(code, known)}`);
    }
    if (fallback !== undefined && !options.includes(fallback)) {
      problems.add(
        source,
        `${at}/default`,
        'unknown_option',
        `"${fallback}" is not among the options of this type.${didYouMean(fallback, options)}`,
      );
    }
  }
}

/** Which records a process holds for: those of the types that name it, or else those whose type names no other for the field. */
export function typesOfProcess(
  object: LinkedObject,
  { name, field }: { readonly name: string; readonly field: string },
): DerivedRule['errorWhen'] | undefined {
  const naming = object.recordTypes.filter(({ document }) => document.processes?.[field] !== undefined).map(({ document }) => document);
  const own = naming.filter(({ processes }) => processes?.[field] === name).map(({ id }) => id);
  if (own.length > 0) return say.isOneOf(RECORD_TYPE_FIELD, own);
  return naming.length === 0
    ? undefined
    : say.not(
        say.isOneOf(
          RECORD_TYPE_FIELD,
          naming.map(({ id }) => id),
        ),
      );
}

/** The rules of a type: who may choose it, and which options its records take. */
export function recordTypeRules(
  linked: Linked,
  object: LinkedObject,
  source: Sourced<'record_type'>,
  problems: Problems,
): ValidationModel[] {
  const type = source.document;
  const isOfType = say.is(RECORD_TYPE_FIELD, type.id);
  const rules: DerivedRule[] = [];
  if (type.roles !== undefined) {
    const labels = linked.byKind.role
      .filter(({ document }) => type.roles?.includes(document.name))
      .map(({ document }) => labelOf(document));
    rules.push({
      errorWhen: say.and(isOfType, say.changed(RECORD_TYPE_FIELD)),
      says: ruleSays('rule.type_roles', { roles: { labels, join: 'and' }, type: labelOf(type) }),
      field: RECORD_TYPE_FIELD,
      code: 'not_an_option',
      narrows: true,
      exceptRoles: type.roles,
      at: '/roles',
    });
  }
  for (const [name, { options }] of Object.entries(type.picklists ?? {})) {
    const field = object.fields.get(name)?.model;
    const codes = (field?.options.options ?? []).map(({ value }) => value);
    if (field === undefined || !options.every((code) => codes.includes(code))) continue;
    rules.push({
      errorWhen: say.and(
        isOfType,
        say.isSet(name),
        say.not(say.isOneOf(name, options)),
        say.or(say.changed(name), say.changed(RECORD_TYPE_FIELD)),
      ),
      says: ruleSays('rule.type_options', {
        field: labelOf(field),
        type: labelOf(type),
        options: { labels: options.map((code) => optionLabel(field, code)), join: 'or' },
      }),
      field: name,
      code: 'not_an_option',
      narrows: true,
      at: pointer('picklists', name),
    });
  }
  return deriveRules(linked, object, source, type, rules, problems);
}

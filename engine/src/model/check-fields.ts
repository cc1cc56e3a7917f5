import { Ajv2020 } from 'ajv/dist/2020.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { parseExpression } from '@fieldstone/metadata/language/parse-condition.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Linked, LinkedObject, Sourced } from './link.js';
import { unknownField } from './link.js';
import type { Problems } from './problems.js';
import { parseAt, scopeOf } from './scope.js';
import type { FieldModel } from './types.js';

/** Properties that a field of any type may have. */
const COMMON: ReadonlySet<string> = new Set([
  'kind',
  'id',
  'object',
  'name',
  'label',
  'help',
  'type',
  'required',
  'unique',
  'indexed',
  'searchable',
  'track',
  'timeline',
  'default',
  'takesFrom',
]);

/** A B-tree entry holds 2,704 bytes at most; four bytes a character and room for the other columns. */
export const MAX_INDEXED_CHARACTERS = 600;

const ajv = new Ajv2020({ strict: false, allErrors: true });

/** Checks one field beyond its shape. Gives its parsed `where`, where it has one. */
export function checkField(linked: Linked, object: LinkedObject, source: Sourced<'field'>, problems: Problems): Expression | undefined {
  const field = source.document;
  const type = fieldType(field.type);
  for (const property of Object.keys(field)) {
    if (COMMON.has(property) || type.properties.includes(property)) continue;
    const known = type.properties.length > 0 ? ` ${aType(field.type)} field takes: ${type.properties.join(', ')}.` : '';
    problems.add(
      source,
      pointer(property),
      'unknown_property',
      `${aType(field.type)} field has no "${property}".${didYouMean(property, type.properties) || known}`,
    );
  }
  checkOptions(source, problems);
  checkRange(source, problems);
  const issue = type.checkOptions?.(field);
  if (issue !== undefined) problems.add(source, pointer(issue.property), issue.code, issue.message);
  checkUses(source, problems, object.fields.get(field.name)?.model);
  checkDefault(linked, object, source, problems);
  checkTakesFrom(source, problems);
  checkStamp(object, source, problems);
  if (field.where === undefined) return undefined;
  const model = object.fields.get(field.name)?.model;
  const target = type.link === 'many' ? model?.targets?.[0] : model?.target;
  if (target === undefined || !linked.objects.has(target)) return undefined;
  return parseAt(problems, source, '/where', field.where, scopeOf(linked, target, { allow: ['outer', 'user'], outerObject: object.name }));
}

function checkOptions(source: Sourced<'field'>, problems: Problems): void {
  const { options } = source.document;
  const seen = new Set<string>();
  for (const [index, option] of (options ?? []).entries()) {
    if (seen.has(option.value))
      problems.add(source, pointer('options', index, 'value'), 'duplicate_option', `The option "${option.value}" is there twice.`);
    seen.add(option.value);
  }
  const active = new Set((options ?? []).flatMap((option) => (option.inactive || option.replacedBy !== undefined ? [] : [option.value])));
  for (const [index, { replacedBy }] of (options ?? []).entries()) {
    if (replacedBy === undefined || active.has(replacedBy)) continue;
    const hint = didYouMean(replacedBy, [...active]);
    problems.add(source, pointer('options', index, 'replacedBy'), 'unknown_option', `There is no active option "${replacedBy}".${hint}`);
  }
}

function checkRange(source: Sourced<'field'>, problems: Problems): void {
  const { min, max, precision, scale } = source.document;
  if (min !== undefined && max !== undefined && Number(min) > Number(max)) {
    problems.add(source, '/max', 'bad_range', `The largest value ${max} is below the smallest, ${min}.`);
  }
  if (precision !== undefined && scale !== undefined && scale > precision) {
    problems.add(source, '/scale', 'bad_range', `There can not be more digits after the point (${scale}) than in all (${precision}).`);
  }
}

function checkUses(source: Sourced<'field'>, problems: Problems, model: FieldModel | undefined): void {
  const { type, unique, indexed, searchable, timeline, required, maxLength } = source.document;
  const { uses, givenBy, isPart, link, linksTo } = fieldType(type);
  const isText = model?.computed?.kind === 'formula' && model.computed.returns === 'text';
  if (unique && !uses.includes('unique')) problems.add(source, '/unique', 'not_for_type', `${aType(type)} field can not be unique.`);
  if (indexed && !uses.includes('indexed')) problems.add(source, '/indexed', 'not_for_type', `${aType(type)} field can not be indexed.`);
  if (searchable && !uses.includes('searchable') && !isText)
    problems.add(source, '/searchable', 'not_for_type', `${aType(type)} field can not be searched for text.`);
  if (timeline && (link === undefined || linksTo !== undefined))
    problems.add(source, '/timeline', 'not_for_type', `${aType(type)} field leads to no record that has a timeline.`);
  if ((unique || indexed) && maxLength !== undefined && maxLength > MAX_INDEXED_CHARACTERS) {
    problems.add(source, '/maxLength', 'too_long', `A unique or indexed field may be ${MAX_INDEXED_CHARACTERS} characters long at most.`);
  }
  if (required && givenBy !== undefined) {
    const why = givenBy === 'counter' ? 'always has a value' : 'is computed; nobody can fill it in';
    problems.add(source, '/required', 'not_for_type', `${aType(type)} ${why}.`);
  }
  if (required === false && isPart) problems.add(source, '/required', 'not_for_type', `${aType(type)} field is always required.`);
}

const aType = (type: string): string => `${/^[aeio]/.test(type) ? 'An' : 'A'} ${type}`;

/** A moment can be that of a change of any field that people write. */
function checkStamp(object: LinkedObject, source: Sourced<'field'>, problems: Problems): void {
  const { stampedBy, name } = source.document;
  if (stampedBy === undefined) return;
  const by = object.fields.get(stampedBy)?.model;
  if (by === undefined) problems.add(source, '/stampedBy', 'unknown_field', unknownField(stampedBy, object));
  else if (
    by.name === name ||
    by.options.stampedBy !== undefined ||
    fieldType(by.type).givenBy !== undefined ||
    fieldType(by.type).isSecret
  )
    problems.add(source, '/stampedBy', 'not_for_type', `${stampedBy} is not written by people, so no write changes it.`);
}

/** Which fields there were is known to the system it is published on; here only their form can be wrong. */
function checkTakesFrom(source: Sourced<'field'>, problems: Problems): void {
  const { takesFrom, type } = source.document;
  if (takesFrom === undefined) return;
  const { parts, givenBy } = fieldType(type);
  if (givenBy !== undefined) problems.add(source, '/takesFrom', 'not_for_type', `${aType(type)} gives its own values.`);
  else if (Array.isArray(takesFrom) === (parts !== undefined))
    problems.add(source, '/takesFrom', 'wrong_type', parts ? 'Name the field of each part.' : 'Expected a list of ids of fields.');
  else if (parts !== undefined) {
    const known = [...parts.keys()];
    for (const name of Object.keys(takesFrom)) {
      if (parts.has(name)) continue;
      problems.add(source, pointer('takesFrom', name), 'unknown_part', `There is no part "${name}".${didYouMean(name, known)}`);
    }
  }
}

/** A default is a literal of the type, {"$expr": ...}, or for links {"$lookup": {where, sort}}. */
function checkDefault(linked: Linked, object: LinkedObject, source: Sourced<'field'>, problems: Problems): void {
  const field = source.document;
  const value: unknown = field.default;
  if (value === undefined) return;
  const type = fieldType(field.type);
  if (type.givenBy !== undefined) {
    problems.add(source, '/default', 'not_for_type', `${aType(field.type)} gives its own values.`);
    return;
  }
  if (!type.uses.includes('default')) {
    problems.add(source, '/default', 'not_for_type', `${aType(field.type)} field has no default.`);
    return;
  }
  if (isObject(value) && '$expr' in value) {
    const scope = scopeOf(linked, object.name, { allow: ['outer', 'user'], outerObject: object.name });
    const parsed = parseExpression(value['$expr'], scope, type.valueType);
    if (!parsed.ok) for (const issue of parsed.issues) problems.add(source, `/default/$expr${issue.path}`, issue.code, issue.message);
    return;
  }
  if (isObject(value) && '$lookup' in value) {
    checkLookupDefault(linked, object, source, value['$lookup'], problems);
    return;
  }
  const validate = ajv.compile(type.jsonSchema(field));
  const normalized = validate(value)
    ? type.normalize(value, field)
    : { issue: { message: ajv.errorsText(validate.errors, { dataVar: 'the value' }) } };
  if ('issue' in normalized)
    problems.add(source, '/default', 'bad_default', `The default does not fit the field: ${normalized.issue.message}`);
}

function checkLookupDefault(linked: Linked, object: LinkedObject, source: Sourced<'field'>, lookup: unknown, problems: Problems): void {
  const targetName = object.fields.get(source.document.name)?.model.target;
  const target = targetName === undefined ? undefined : linked.objects.get(targetName);
  if (fieldType(source.document.type).link !== 'one') {
    problems.add(source, '/default/$lookup', 'not_for_type', 'Only a link can take the first matching record as its default.');
    return;
  }
  if (!target) return;
  if (!isObject(lookup)) {
    problems.add(source, '/default/$lookup', 'wrong_type', 'Expected {"where": condition, "sort": field}.');
    return;
  }
  for (const property of Object.keys(lookup)) {
    if (property !== 'where' && property !== 'sort')
      problems.add(source, `/default/$lookup${pointer(property)}`, 'unknown_property', 'Expected where and sort.');
  }
  const sort = lookup['sort'];
  const sortField = typeof sort === 'string' ? sort.replace(/^-/, '') : sort;
  if (sort !== undefined && (typeof sortField !== 'string' || !target.fields.has(sortField))) {
    problems.add(source, '/default/$lookup/sort', 'unknown_field', unknownField(String(sortField), target));
  }
  if (lookup['where'] !== undefined) {
    const scope = scopeOf(linked, target.name, { allow: ['outer', 'user'], outerObject: object.name });
    parseAt(problems, source, '/default/$lookup/where', lookup['where'], scope);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Master-detail links must not lead in a circle: a record would be part of itself. */
export function checkCycles(linked: Linked, problems: Problems): void {
  const masters = (name: string) =>
    [...(linked.objects.get(name)?.fields.values() ?? [])].filter(
      (field) => fieldType(field.model.type).isPart && field.model.target !== undefined,
    );
  for (const object of linked.objects.values()) {
    for (const field of masters(object.name)) {
      const seen = new Set<string>();
      const open = [field.model.target ?? ''];
      while (open.length > 0) {
        const at = open.pop() ?? '';
        if (at === object.name) {
          if (field.source)
            problems.add(
              field.source,
              '/target',
              'master_detail_cycle',
              `${object.name} would be part of itself by way of ${field.model.target ?? ''}.`,
            );
          break;
        }
        if (seen.has(at)) continue;
        seen.add(at);
        for (const next of masters(at)) open.push(next.model.target ?? '');
      }
    }
  }
}

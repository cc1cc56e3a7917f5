import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { fieldType } from '../fields/registry.js';
import type { Issue } from '../kernel/errors.js';
import { byTarget } from '../fields/polymorphic.js';
import { pointer } from '../kernel/json-pointer.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { issueOf } from '../rules/broken-rule.js';
import type { LookupDefault } from '../rules/defaults.js';
import { fitsFile } from './files.js';
import { at, columnsOf, firstColumn, isReference, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { readableLink } from './select-list.js';
import { differs, givesHidden, givesUnseen } from './write-parts.js';
import { told, type Told } from '../texts/told.js';

/**
 * A condition that must not hold for the rows `n` (after) and `o` (before), and what it means when it does. "order": nothing by itself, but that records
 * written together have to be written one by one.
 */
export type Check = {
  readonly fails: string;
  readonly outcome:
    | { readonly kind: 'forbidden'; readonly field?: FieldModel }
    | { readonly kind: 'issue'; readonly issue: Issue }
    | { readonly kind: 'order' };
};

/**
 * Everything that only the database can judge, on the locked row: rules of the object, links, rights over the new row.
 *
 * Shape:  `written` are the fields of the write. Checks run in the statement that writes and take it back when one fails, so no other write can
 *         slip in between. They name fields as the caller sent them. Of a new record, `filled` are the fields that may have a value.
 */
export function writeChecks(
  scope: QueryScope,
  object: ObjectModel,
  operation: 'create' | 'update',
  written: ReadonlySet<FieldModel>,
  lookups: readonly LookupDefault[] = [],
  filled?: ReadonlySet<FieldModel>,
): Check[] {
  const checks: Check[] = [];
  const access = scope.access(object.name);
  // Whoever changes their own records only makes their own only: else a record could be made in somebody else's name, out of its maker's sight.
  if (access.update.kind === 'where') {
    checks.push({ fails: `(${scope.rule(access.update, 'n')}) is not true`, outcome: { kind: 'forbidden' } });
  }
  for (const field of written) {
    const rule = scope.editRule(field);
    if (rule.kind !== 'where') continue;
    // A new record has nothing before it: it is judged as it will be.
    const isGiven =
      operation === 'create' ? `${at('n', firstColumn(scope.active, field).name)} is not null` : differs(scope, field, 'n', 'o');
    const judged = operation === 'create' ? 'n' : 'o';
    checks.push({ fails: `${isGiven} and (${scope.rule(rule, judged)}) is not true`, outcome: { kind: 'forbidden', field } });
  }
  for (const field of object.fields.values()) {
    const isEmpty = filled !== undefined && !filled.has(field);
    // Whoever makes a record was just let in, and owns it: a key holds the owner.
    const isMaker = operation === 'create' && field.system && !written.has(field);
    if (isReference(field) && field.type !== 'id' && !isEmpty && !isMaker) checks.push(...linkChecks(scope, field, operation, written));
    const { link, holds } = fieldType(field.type);
    if (holds !== undefined && written.has(field)) checks.push(...fileChecks(scope, field, operation));
    if (link === 'any' && written.has(field)) checks.push(anyLinkCheck(scope, field, operation));
    if (link === 'many') checks.push(...listChecks(scope, field, operation, written));
  }
  for (const { field } of lookups) {
    if (!field.required) continue;
    checks.push({
      fails: `${at('n', firstColumn(scope.active, field).name)} is null`,
      outcome: issueAt(field, 'required', told('field.required', { field: field.label })),
    });
  }
  for (const validation of object.validations) {
    if (!validation.on.includes(operation) || !scope.isHeldBy(validation)) continue;
    checks.push({
      fails: `(${scope.trusted(validation.errorWhen, { record: 'n', previous: 'o' })})`,
      outcome: {
        kind: 'issue',
        issue: issueOf(validation),
      },
    });
  }
  return checks;
}

const issueAt = (field: FieldModel, code: string, text: Told): Check['outcome'] => ({
  kind: 'issue',
  issue: { path: pointer(field.name), code, ...text },
});

/**
 * A link must lead to a live record that the caller may read and that meets the field's own condition. Judged when the link changes, and when
 * something its condition reads of the record changes.
 */
function linkChecks(
  scope: QueryScope,
  field: FieldModel & { target: string },
  operation: 'create' | 'update',
  written: ReadonlySet<FieldModel>,
): Check[] {
  const isWritten = operation === 'create' || written.has(field);
  const reads = outerFields(field, scope.object(field.object));
  const readsWritten = [...written].some((other) => reads.has(other.name));
  if (!isWritten && !readsWritten) return [];
  const target = scope.object(field.target);
  const column = at('n', firstColumn(scope.active, field).name);
  const changed = operation === 'create' ? `${column} is not null` : `${column} is not null and ${differs(scope, field, 'n', 'o')}`;
  const exists = (conditions: readonly string[]) =>
    `exists (select 1 from ${tableOf(scope.active, target)} l where ${[liveRows(target, 'l', scope.params.tenant), `l."id" = ${column}`, ...conditions].join(' and ')})`;
  const checks: Check[] = [];
  const missing = scope.access(target.name).read.kind === 'none' ? told('link.missing') : told('link.missing_of', { object: target.label });
  // Also where the link is what it was: else giving it would tell.
  const hidden = operation === 'update' && written.has(field) ? givesHidden(scope, field) : undefined;
  const given = hidden === undefined ? changed : `(${changed} or ${hidden})`;
  // What the system set by itself need not be readable: an owner, or a default from the metadata.
  const read = field.system || !written.has(field) ? 'true' : scope.mayRead(target.name, 'l');
  if (isWritten) {
    // A queue owns records, and is nobody otherwise.
    const person = field.name === 'owner' && field.system ? [] : ['not l."is_queue"'];
    const active = target.system && written.has(field) ? ['l."is_active"', ...person] : [];
    checks.push({
      fails: `${given} and not ${exists([...(read === 'true' ? [] : [read]), ...active])}`,
      outcome: issueAt(field, 'lookup_missing', missing),
    });
  }
  if (field.where !== undefined) {
    const touched = [field, ...[...written].filter((other) => reads.has(other.name))];
    const isTouched = operation === 'create' ? 'true' : `(${touched.map((other) => differs(scope, other, 'n', 'o')).join(' or ')})`;
    const fits = scope.trusted(field.where, { record: 'l', outer: 'n' });
    // A record that is not there at all was said above; this says that it does not fit.
    checks.push({
      fails: `${column} is not null and ${isTouched} and ${exists(read === 'true' ? [] : [read])} and not ${exists([`(${fits})`])}`,
      outcome: issueAt(field, 'lookup_not_allowed', told('link.not_allowed', { object: target.label })),
    });
  }
  return checks;
}

/** A file must be the writer's own upload: its id alone, seen elsewhere, gives nobody its bytes. */
function fileChecks(scope: QueryScope, field: FieldModel, operation: 'create' | 'update'): Check[] {
  const column = at('n', firstColumn(scope.active, field).name);
  const changed = `${column} is not null${operation === 'create' ? '' : ` and ${differs(scope, field, 'n', 'o')}`}`;
  const { own, kind } = fitsFile(scope, field, column);
  return [
    {
      fails: `${changed} and not ${own}`,
      outcome: issueAt(field, 'lookup_missing', told('file.missing')),
    },
    {
      fails: `${changed} and ${own} and not ${kind}`,
      outcome: issueAt(field, 'not_an_image', told('file.no_image')),
    },
  ];
}

/** A link to one of several objects must lead to a live record of one of them that the caller may read. */
function anyLinkCheck(scope: QueryScope, field: FieldModel, operation: 'create' | 'update'): Check {
  const [id = '', object = ''] = columnsOf(scope.active, field).map(({ name }) => at('n', name));
  const there = byTarget(object, field.options, (name) => {
    const target = scope.object(name);
    const active = target.system ? ' and l."is_active" and not l."is_queue"' : '';
    return `exists (select 1 from ${tableOf(scope.active, target)} l where ${readableLink(scope, target, 'l')} and l."id" = ${id}${active})`;
  });
  const hidden = operation === 'update' ? givesHidden(scope, field) : undefined;
  const changed = operation === 'create' ? '' : ` and (${differs(scope, field, 'n', 'o')}${hidden === undefined ? '' : ` or ${hidden}`})`;
  return {
    fails: `${id} is not null${changed} and (${there}) is not true`,
    outcome: issueAt(field, 'lookup_missing', told('link.missing')),
  };
}

/**
 * Every record of a list that was given must be there and the caller's to read, also one that is linked already: else giving it would tell. The
 * field's own condition is for records that are linked anew, as with a single link; all are judged when something it reads of the record changes.
 */
function listChecks(scope: QueryScope, field: FieldModel, operation: 'create' | 'update', written: ReadonlySet<FieldModel>): Check[] {
  const target = scope.object(field.targets?.[0] ?? '');
  const checks: Check[] = [];
  if (written.has(field))
    checks.push({
      fails: givesUnseen(scope, field),
      outcome: issueAt(field, 'lookup_missing', told('link.missing_of', { object: target.label })),
    });
  const reads = outerFields(field, scope.object(field.object));
  const touching = [...written].filter((other) => other !== field && reads.has(other.name));
  if (field.where === undefined || (!written.has(field) && touching.length === 0)) return checks;
  const { name } = firstColumn(scope.active, field);
  const touched = touching.map((other) => differs(scope, other, 'n', 'o')).join(' or ');
  const isJudged = operation === 'create' ? 'true' : `(x.id = any(${at('o', name)}) is not true${touched === '' ? '' : ` or ${touched}`})`;
  // What the caller does not see of the list is not theirs to put right, and would be told by the refusal.
  const seen = [readableLink(scope, target, 'l'), 'l."id" = x.id'].join(' and ');
  const fits = scope.trusted(field.where, { record: 'l', outer: 'n' });
  checks.push({
    fails: `exists (select 1 from unnest(${at('n', name)}) x(id) join ${tableOf(scope.active, target)} l on ${seen} where ${isJudged} and (${fits}) is not true)`,
    outcome: issueAt(field, 'lookup_not_allowed', told('link.some_not_allowed', { object: target.label, field: field.label })),
  });
  return checks;
}

/** Names of the fields that a link's condition reads of the record being written, by way of formulas too. */
function outerFields({ where }: FieldModel, object: ObjectModel): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (expression: Expression, root: 'outer' | 'record'): void => {
    for (const [step] of fieldsRead(expression, root)) {
      if (step === undefined) continue;
      names.add(step.field);
      const formula = object.fields.get(step.field)?.computed;
      if (formula?.kind === 'formula') add(formula.expression, 'record');
    }
  };
  if (where !== undefined) add(where, 'outer');
  return names;
}

/**
 * The checks as a CTE over the rows of `from`: `stop` ends the transaction if any fails, and its message has their numbers. The statement's own select
 * has to read it, or it never runs.
 */
export const checkCtes = (checks: readonly Check[], from: string): string[] =>
  checks.length === 0
    ? []
    : [`stop as materialized (select ${stopOf('f')} as ok from (select ${failedOf(checks)} from ${from} offset 0) f)`];

/** The numbers of the checks that fail, each behind a space, as `failed`: one text costs less than a list, and is made once. */
export const failedOf = (checks: readonly Check[]): string =>
  `${checks.map(({ fails }, index) => `case when ${fails} then ' ${index}' else '' end`).join(' || ') || `''`} as failed`;

/** True, or the end of the transaction. Asked only where something fails: the call itself costs as much as a look-up. */
export const stopOf = (alias: string): string =>
  `case when ${alias}.failed = '' then true else "meta_v".assert(false, 'checks' || ${alias}.failed) end`;

export const stopRead = (checks: readonly Check[]): string => (checks.length === 0 ? 'true' : '(select bool_and(ok) from stop)');

/** Which checks an assertion of the database named. */
export function failedChecks(message: string, checks: readonly Check[]): Check[] {
  const numbers = /^checks ([\d ]+)$/.exec(message)?.[1];
  if (numbers === undefined) return [];
  return numbers.split(' ').flatMap((number) => checks[Number(number)] ?? []);
}

/**
 * The same for a write of many records: the failing checks of each, all records at once. `failing` are rows of an id and a list of numbers.
 *
 * Shape:  the message names every record that fails, so that a second try can leave them out.
 */
export const stopRowsCte = (failing: string): string =>
  `stop as materialized (select "meta_v".assert(count(*) = 0, 'rows ' || string_agg(f.id || ':' || array_to_string(f.failed, ','), ' ')) as ok from (${failing}) f(id, failed))`;

/** Rows of `from` and the numbers of the checks that each fails, as `checked`. */
export function checkedRowsCte(checks: readonly Check[], from: string): string {
  const failed = checks.map(({ fails }, index) => `case when ${fails} then '${index}' end`).join(', ');
  return `checked as materialized (select n."id", array_remove(array[${failed}]::text[], null) as failed from ${from})`;
}

/** Which records an assertion of the database named, and the checks that each fails; none where it was another assertion. */
export function failedRows(message: string, checks: readonly Check[]): Map<string, Check[]> | undefined {
  const rows = /^rows (.+)$/.exec(message)?.[1];
  if (rows === undefined) return undefined;
  return new Map(
    rows.split(' ').map((row): [string, Check[]] => {
      const [id = '', numbers = ''] = row.split(':');
      return [id, numbers === '' ? [] : numbers.split(',').flatMap((number) => checks[Number(number)] ?? [])];
    }),
  );
}

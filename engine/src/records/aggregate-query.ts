import { isDay, isTimeZone } from '../kernel/calendar.js';
import { malformed, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { OPERATIONS, UNITS, type GroupLevel, type MeasureLevel } from '../store/aggregate-parts.js';
import type { SortLevel } from '../store/ordered-select.js';
import { ParameterReader, present, sortOf } from './read-parameters.js';
import { told } from '../texts/told.js';

/** What a description of the API lists; it does not know the compiler. */
export { OPERATIONS, UNITS };

/** What groups are asked for. `filter` and `having` are conditions in JSON, checked when they are compiled. */
export type AggregateQuery = {
  readonly groups: readonly GroupLevel[];
  readonly measures: readonly MeasureLevel[];
  readonly filter?: unknown;
  readonly q?: string;
  readonly view?: string;
  readonly having?: unknown;
  readonly sort?: readonly SortLevel[];
  readonly limit?: number;
  readonly totals?: boolean;
  /** The day whose exchange rates count, or the field that has it; today when left out. */
  readonly ratesOn?: { readonly day: string } | { readonly field: string };
};

export const DEFAULT_GROUPS = 100;
const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** The body of a call for groups. Errors: malformed with every problem at its place; limit_exceeded. */
export function parseAggregateQuery(body: Readonly<Record<string, unknown>>): AggregateQuery {
  const read = new ParameterReader(new Map(Object.entries(body)));
  read.known(['groupBy', 'measures', 'filter', 'q', 'view', 'having', 'sort', 'limit', 'totals', 'ratesOn']);
  const groups = items(read, body, 'groupBy', 'group_levels').flatMap((item, index) => groupLevel(read.issues, item, index));
  const measures = items(read, body, 'measures', 'measures').flatMap((item, index) => measureLevel(read.issues, item, index));
  if (body['measures'] === undefined || measures.length + read.issues.length === 0) measures.push({ op: 'count', as: 'count' });
  const names = new Set<string>();
  for (const [index, { as }] of [...groups, ...measures].entries()) {
    const at = index < groups.length ? pointer('groupBy', index) : pointer('measures', index - groups.length);
    if (names.has(as))
      read.issues.push({
        path: at,
        code: 'name_taken',
        ...told('groups.name_taken', { name: as }),
      });
    names.add(as);
  }
  const query = {
    groups,
    measures,
    ...present({
      filter: read.json('filter'),
      q: read.text('q') || undefined,
      view: read.text('view') || undefined,
      having: read.json('having'),
      sort: sortOf(read),
      limit: read.integer('limit', 'groups'),
      totals: flag(read.issues, body['totals']),
      ratesOn: ratesOn(read.issues, body['ratesOn']),
    }),
  };
  read.done();
  return query;
}

function items(
  read: ParameterReader,
  body: Readonly<Record<string, unknown>>,
  name: string,
  limit: 'group_levels' | 'measures',
): unknown[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    read.refuse(name, 'not_a_list', told('groups.not_a_list'));
    return [];
  }
  if (value.length > LIMITS[limit].max) throw limitExceeded(limit, value.length, pointer(name));
  return value;
}

/** The members of an object, all of them texts; issues for what is missing, unknown or no text. */
function members(
  issues: Issue[],
  item: unknown,
  at: string,
  known: readonly string[],
  required: readonly string[],
): Record<string, string | undefined> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    issues.push({ path: at, code: 'not_an_object', ...told('groups.members', { names: known.join(', ') }) });
    return {};
  }
  const found: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(item)) {
    const path = at + pointer(name.slice(0, 100));
    if (!known.includes(name)) issues.push({ path, code: 'unknown_parameter', ...told('list.unknown_parameter') });
    else if (typeof value !== 'string') issues.push({ path, code: 'not_text', ...told('list.not_text') });
    else found[name] = value;
  }
  for (const name of required) {
    if (!(name in item)) issues.push({ path: at, code: 'required', ...told('groups.missing', { name }) });
  }
  return found;
}

function groupLevel(issues: Issue[], item: unknown, index: number): GroupLevel[] {
  const at = pointer('groupBy', index);
  if (typeof item === 'string') return [{ field: item, as: item }];
  const { field, by, timeZone, as } = members(issues, item, at, ['field', 'by', 'timeZone', 'as'], ['field']);
  const unit = choice(issues, by, UNITS, `${at}/by`);
  if (timeZone !== undefined && !isTimeZone(timeZone))
    issues.push({ path: `${at}/timeZone`, code: 'not_a_time_zone', ...told('user.not_a_time_zone') });
  checkName(issues, as, at);
  return field === undefined ? [] : [{ field, as: as ?? field, ...present({ by: unit, timeZone }) }];
}

function measureLevel(issues: Issue[], item: unknown, index: number): MeasureLevel[] {
  const at = pointer('measures', index);
  const { op, field, as } = members(issues, item, at, ['op', 'field', 'as'], ['op', 'as']);
  const operation = choice(issues, op, OPERATIONS, `${at}/op`);
  checkName(issues, as, at);
  return operation === undefined || as === undefined ? [] : [{ op: operation, as, ...present({ field }) }];
}

function checkName(issues: Issue[], as: string | undefined, at: string): void {
  if (as !== undefined && !NAME.test(as))
    issues.push({
      path: `${at}/as`,
      code: 'not_a_name',
      ...told('groups.not_a_name'),
    });
}

function choice<const T extends string>(issues: Issue[], value: string | undefined, choices: readonly T[], path: string): T | undefined {
  const found = choices.find((item) => item === value);
  if (value !== undefined && found === undefined)
    issues.push({ path, code: 'not_a_choice', ...told('list.not_a_choice', { choices: choices.join(', ') }) });
  return found;
}

function flag(issues: Issue[], value: unknown): boolean | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  issues.push({ path: '/totals', code: 'not_a_boolean', ...told('groups.not_a_boolean') });
  return undefined;
}

function ratesOn(issues: Issue[], value: unknown): AggregateQuery['ratesOn'] {
  if (value === undefined || value === null || value === 'today') return undefined;
  if (typeof value === 'string') {
    if (isDay(value)) return { day: value };
    issues.push({
      path: '/ratesOn',
      code: 'not_a_date',
      ...told('groups.rates_on', { example: '{"field": "closed_on"}' }),
    });
    return undefined;
  }
  const { field } = members(issues, value, '/ratesOn', ['field'], ['field']);
  return field === undefined ? undefined : { field };
}

export const wrongAggregate = (issues: readonly Issue[]) => malformed(told('groups.refused'), issues);

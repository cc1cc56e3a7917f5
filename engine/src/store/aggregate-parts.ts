import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { FieldType } from '../fields/field-type.js';
import { fieldType } from '../fields/registry.js';
import type { Issue } from '../kernel/errors.js';
import { limitIssue } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { unknownField } from './field-selection.js';
import { linkValue, type LinkJoins, type LinkValue } from './link-values.js';
import type { QueryScope } from './query-scope.js';
import { told, type Told } from '../texts/told.js';

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const OPERATIONS = ['count', 'sum', 'avg', 'min', 'max', 'count_distinct'] as const;

/** One level of grouping as asked for: a field or a path, its name in the answer, and for dates the unit. */
export type GroupLevel = {
  readonly field: string;
  readonly as: string;
  readonly by?: (typeof UNITS)[number];
  /** The zone whose calendar counts; the caller's when left out. */
  readonly timeZone?: string;
};
export type MeasureLevel = { readonly op: (typeof OPERATIONS)[number]; readonly field?: string; readonly as: string };

/**
 * A level of grouping, resolved. `sql` gives the key of a record over alias `d` and the joins.
 *
 * Shape:  a field that holds a list of values has a key for each of them: `members` is the type of one, and `list` the SQL of a join that parts the record. A key
 *         that `isDay` is the first moment of the day, without a zone.
 */
export type Group = GroupLevel & {
  readonly value: LinkValue;
  readonly sql: string;
  readonly isDay: boolean;
  readonly members?: FieldType;
  readonly list?: string;
};
export type Measure = MeasureLevel & { readonly value?: LinkValue };

/** Kinds of values of which two are the same or not, and of which one is the smaller. */
const DISTINCT: ReadonlySet<ValueType> = new Set(['text', 'decimal', 'boolean', 'date', 'time', 'datetime', 'option', 'reference']);
const ORDERED: ReadonlySet<ValueType> = new Set(['decimal', 'date', 'time', 'datetime']);

/** An amount is two values, and money is told by its code. */
const hasOneColumn = ({ code }: LinkValue): boolean => code === undefined;

/** Of a list of values: the type of one. */
const membersOf = ({ type, field }: LinkValue): FieldType | undefined =>
  type?.memberType === undefined || field.computed !== undefined ? undefined : fieldType(type.memberType);

/** Few enough to mean something: no long texts, no numbers that name a record. */
const formsGroups = (value: LinkValue): boolean =>
  value.target !== undefined ||
  membersOf(value) !== undefined ||
  (DISTINCT.has(value.valueType) &&
    value.valueType !== 'reference' &&
    hasOneColumn(value) &&
    value.type?.isWide !== true &&
    value.type?.givenBy === undefined);

/**
 * Resolves what is grouped by and measured, with every problem at its place in the request.
 *
 * Errors: issues are added to `issues`; a name that may not be read on every row is unknown like one that does not exist.
 */
export function aggregateParts(
  scope: QueryScope,
  object: ObjectModel,
  asked: { readonly groups: readonly GroupLevel[]; readonly measures: readonly MeasureLevel[] },
  joins: LinkJoins,
  issues: Issue[],
): { groups: Group[]; measures: Measure[] } {
  const find = (path: string, place: string): LinkValue | undefined => {
    const value = linkValue(scope, object, path, joins);
    if (value === 'too_far') issues.push(limitIssue('path_links', path.split('.').length - 1, place));
    else if (value === 'unknown') issues.push(unknownField(place, path));
    else return value;
    return undefined;
  };
  const groups = asked.groups.flatMap((level, index): Group[] => {
    const value = find(level.field, `/groupBy/${index}`);
    return value === undefined ? [] : groupOf(scope, level, value, index, issues);
  });
  const measures = asked.measures.flatMap((level, index): Measure[] => {
    const place = `/measures/${index}/field`;
    if (level.field === undefined) {
      if (level.op === 'count') return [level];
      issues.push({ path: place, code: 'required', ...told('groups.needs_field', { op: level.op }) });
      return [];
    }
    const value = find(level.field, place);
    if (value === undefined || !fits(level, value, place, issues)) return [];
    return [{ ...level, value }];
  });
  return { groups, measures };
}

function groupOf(scope: QueryScope, level: GroupLevel, value: LinkValue, index: number, issues: Issue[]): Group[] {
  const { valueType } = value;
  const path = `/groupBy/${index}`;
  const refuse = (code: string, text: Told): Group[] => {
    issues.push({ path, code, ...text });
    return [];
  };
  if (!formsGroups(value)) return refuse('not_groupable', told('groups.not_groupable', { field: level.field }));
  const { by, timeZone } = level;
  const isMoment = valueType === 'datetime';
  if (by === undefined) {
    if (timeZone !== undefined) return refuse('not_a_date', told('groups.zone_with_by'));
    if (isMoment) return refuse('required', told('groups.which_unit'));
    const members = membersOf(value);
    if (members !== undefined) {
      const list = `left join lateral unnest(${value.sql}) e${index} (v) on true`;
      return [{ ...level, value, sql: `e${index}.v`, isDay: false, members, list }];
    }
    return [{ ...level, value, sql: value.sql, isDay: false }];
  }
  if (!isMoment && valueType !== 'date') return refuse('not_a_date', told('groups.no_date', { field: level.field }));
  if (!isMoment && timeZone !== undefined) return refuse('not_a_date', told('groups.day_without_zone'));
  const zone = () => (timeZone === undefined ? scope.params.timeZone : `${scope.params.constant(timeZone)}::text`);
  const local = isMoment ? `(${value.sql} at time zone ${zone()})` : `${value.sql}::timestamp`;
  return [{ ...level, value, sql: `date_trunc('${by}', ${local})`, isDay: true }];
}

function fits({ op, field = '' }: MeasureLevel, value: LinkValue, path: string, issues: Issue[]): boolean {
  const { valueType } = value;
  const isFit =
    op === 'count' ||
    (op === 'count_distinct' && DISTINCT.has(valueType) && hasOneColumn(value)) ||
    ((op === 'min' || op === 'max') && ORDERED.has(valueType)) ||
    ((op === 'sum' || op === 'avg') && valueType === 'decimal');
  if (!isFit) issues.push({ path, code: 'not_measurable', ...told('groups.not_measurable', { op, field }) });
  return isFit;
}

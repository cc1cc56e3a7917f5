import type { Operator, ValueType } from './expression.js';

/**
 * What a parameter takes. `moment` is a date or a date and time, `ordered` a number or a moment, `same` the type that the branches share,
 * `digits` and `unit` are written out in the formula.
 */
export type Parameter =
  'number' | 'text' | 'condition' | 'any' | 'day' | 'moment' | 'ordered' | 'same' | 'haystack' | 'digits' | 'unit' | 'case';

export type FormulaFunction = {
  readonly name: string;
  readonly op: Operator;
  readonly parameters: readonly Parameter[];
  /** Parameters at the end that may be left out. */
  readonly optional: number;
  /** Whether the last parameter may come again and again. */
  readonly repeats: boolean;
  /** `same` is the type of the operands. */
  readonly returns: ValueType | 'same';
  readonly signature: string;
  /** One line. */
  readonly doc: string;
};

type More = { readonly optional?: number; readonly repeats?: boolean };

const define = (
  op: Operator,
  signature: string,
  parameters: readonly Parameter[],
  returns: ValueType | 'same',
  doc: string,
  { optional = 0, repeats = false }: More = {},
): readonly [string, FormulaFunction] => {
  const name = signature.slice(0, signature.indexOf('('));
  return [name, { name, op, parameters, optional, repeats, returns, signature, doc }];
};

/** The functions of formulas, by name. The list is closed; parser, printer, completion and the reference in the docs read it. */
export const FORMULA_FUNCTIONS: ReadonlyMap<string, FormulaFunction> = new Map([
  define('if', 'IF(condition, then, [else])', ['condition', 'same', 'same'], 'same', 'One of two values.', { optional: 1 }),
  define('case', 'CASE(value, match, result, ..., [else])', ['case'], 'same', 'The result beside the first match.', { repeats: true }),
  define('and', 'AND(condition, ...)', ['condition'], 'boolean', 'Whether all conditions hold.', { repeats: true }),
  define('or', 'OR(condition, ...)', ['condition'], 'boolean', 'Whether one condition holds.', { repeats: true }),
  define('not', 'NOT(condition)', ['condition'], 'boolean', 'Whether a condition does not hold.'),
  define('is_empty', 'ISBLANK(value)', ['any'], 'boolean', 'Whether there is no value.'),
  define('blank_value', 'BLANKVALUE(value, instead)', ['same', 'same'], 'same', 'The value, or another where there is none.'),
  define(
    'round',
    'ROUND(number, [digits])',
    ['number', 'digits'],
    'decimal',
    'Rounds to digits behind the point; halves go away from zero.',
    {
      optional: 1,
    },
  ),
  define('floor', 'FLOOR(number)', ['number'], 'decimal', 'The next whole number below.'),
  define('ceiling', 'CEILING(number)', ['number'], 'decimal', 'The next whole number above.'),
  define('mod', 'MOD(number, divisor)', ['number', 'number'], 'decimal', 'The remainder, with the sign of the divisor.'),
  define('abs', 'ABS(number)', ['number'], 'decimal', 'The number without its sign.'),
  define('min', 'MIN(value, ...)', ['ordered'], 'same', 'The smallest of the values there are.', { repeats: true }),
  define('max', 'MAX(value, ...)', ['ordered'], 'same', 'The largest of the values there are.', { repeats: true }),
  define('to_text', 'TEXT(value)', ['any'], 'text', 'A value as text: 12.5, 2026-01-31, red.'),
  define('to_number', 'VALUE(text)', ['text'], 'decimal', 'The number that a text shows; nothing when it shows none.'),
  define('concat', 'CONCAT(value, ...)', ['text'], 'text', 'Texts one after the other, as with &.', { repeats: true }),
  define('left', 'LEFT(text, count)', ['text', 'number'], 'text', 'The first characters.'),
  define('right', 'RIGHT(text, count)', ['text', 'number'], 'text', 'The last characters.'),
  define('mid', 'MID(text, start, count)', ['text', 'number', 'number'], 'text', 'Characters from a position on; the first is 1.'),
  define('length', 'LEN(text)', ['text'], 'decimal', 'How many characters.'),
  define('trim', 'TRIM(text)', ['text'], 'text', 'Without spaces at both ends.'),
  define('upper', 'UPPER(text)', ['text'], 'text', 'a to z as capitals; other letters stay.'),
  define('lower', 'LOWER(text)', ['text'], 'text', 'A to Z as small letters; other letters stay.'),
  define('contains', 'CONTAINS(text, part)', ['haystack', 'text'], 'boolean', 'Whether a text has a part, or a list an option; A is a.'),
  define('substitute', 'SUBSTITUTE(text, old, new)', ['text', 'text', 'text'], 'text', 'Each old part replaced by the new one.'),
  define('make_date', 'DATE(year, month, day)', ['number', 'number', 'number'], 'date', 'A date; nothing when there is no such day.'),
  define('day_of', 'DATEVALUE(moment)', ['moment'], 'date', 'The day of a date and time.'),
  define('date_add', 'DATEADD(moment, count, unit)', ['moment', 'number', 'unit'], 'same', 'So many days, weeks, months, years later.'),
  define('date_diff', 'DATEDIFF(from, to, unit)', ['moment', 'moment', 'unit'], 'decimal', 'Whole units from one to the other.'),
  define('year', 'YEAR(moment)', ['day'], 'decimal', 'The year.'),
  define('month', 'MONTH(moment)', ['day'], 'decimal', 'The month, 1 to 12.'),
  define('day', 'DAY(moment)', ['day'], 'decimal', 'The day of the month.'),
  define('weekday', 'WEEKDAY(moment)', ['day'], 'decimal', 'The day of the week: 1 is Sunday.'),
  define('today', 'TODAY()', [], 'date', 'The date of today.'),
  define('now', 'NOW()', [], 'datetime', 'This instant.'),
]);

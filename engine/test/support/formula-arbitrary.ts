import fc from 'fast-check';
import { COLOURS, DAYS, DECIMALS, INSTANTS, INTEGERS, TEXTS } from './condition-arbitrary.js';

type Text = fc.Arbitrary<string>;
const of = (...values: readonly string[]): Text => fc.constantFrom(...values);
const written = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A call: its name, and what its operands are drawn from. */
const call = (name: string, ...args: readonly Text[]): Text => fc.tuple(...args).map((parts) => `${name}(${parts.join(', ')})`);
const infix = (operators: Text, left: Text, right: Text): Text => fc.tuple(left, operators, right).map(([a, op, b]) => `(${a} ${op} ${b})`);

type Formulas = { number: string; text: string; date: string; datetime: string; condition: string };
export type FormulaKind = keyof Formulas;

const NUMBERS = of(
  'quantity',
  'ratio',
  'price',
  'share',
  'version',
  'spent',
  'grade',
  'box.size',
  'box.ratio',
  'box.parent.size',
  '$previous.ratio',
);
const LITERAL_NUMBERS = of(...DECIMALS, ...INTEGERS.map(String), '-2.5', '2.5', '-7', '3', '0.05', '12345678901234567890', 'NULL');
const FIELD_TEXTS = of('name', 'note', 'mail', 'number', 'colour', 'box.name', 'box.owner.name', '$previous.name');
const DATES = of('day', 'box.day', 'box.parent.day', '$previous.day');
const MOMENTS = of('moment', 'box.moment', '$previous.moment');
const COUNT = of('0', '1', '2', '3', '-1', '2.9', '99999999999');
const SMALL = fc.integer({ min: -40, max: 40 }).map(String);
const DAY_UNIT = of('"day"', '"week"', '"month"', '"year"');
const ANY_UNIT = of('"minute"', '"hour"', '"day"', '"week"', '"month"', '"year"');

/** Formulas over the object "thing" of every type, with every function and operator. */
export const formulas = fc.letrec<Formulas>((tie) => {
  const [number, text, date, datetime, condition] = [tie('number'), tie('text'), tie('date'), tie('datetime'), tie('condition')];
  const deep = { maxDepth: 4, depthIdentifier: 'formula' };
  /** What a value of any type can be made of. */
  const chosen = (value: Text): Text =>
    fc.oneof(
      call('IF', condition, value, value),
      call('IF', condition, value),
      call('BLANKVALUE', value, value),
      call('CASE', text, text, value, of(...TEXTS.map(written)), value, value),
      call('CASE', of('colour', 'box.colour'), of('"red"', 'colour'), value, of('"blue"'), value),
      call('CASE', number, number, value, value),
    );
  const ordered = (value: Text): Text => fc.oneof(call('MIN', value, value, value), call('MAX', value, value));
  return {
    number: fc.oneof(
      deep,
      fc.oneof(NUMBERS, LITERAL_NUMBERS),
      infix(of('+', '-', '*', '/'), number, number),
      infix(of('+', '-', '*', '/'), number, number),
      call('ROUND', number, fc.integer({ min: -4, max: 10 }).map(String)),
      fc.oneof(call('ROUND', number), call('FLOOR', number), call('CEILING', number), call('ABS', number), call('-', number)),
      call('MOD', number, number),
      ordered(number),
      call('VALUE', text),
      call('LEN', text),
      fc.oneof(call('YEAR', date), call('MONTH', datetime), call('DAY', date), call('WEEKDAY', date)),
      call('DATEDIFF', date, date, DAY_UNIT),
      call('DATEDIFF', datetime, datetime, ANY_UNIT),
      infix(of('-'), DATES, DATES),
      chosen(number),
    ),
    text: fc.oneof(
      deep,
      fc.oneof(FIELD_TEXTS, of(...TEXTS.map(written), '""', 'NULL')),
      infix(of('&'), text, fc.oneof(text, number, date)),
      call('CONCAT', text, number, text),
      call('TEXT', fc.oneof(number, date, datetime, condition)),
      call('LEFT', text, fc.oneof(COUNT, number)),
      call('RIGHT', text, fc.oneof(COUNT, number)),
      call('MID', text, fc.oneof(COUNT, number), COUNT),
      fc.oneof(call('TRIM', text), call('UPPER', text), call('LOWER', text)),
      call('SUBSTITUTE', text, text, text),
      chosen(text),
    ),
    date: fc.oneof(
      deep,
      fc.oneof(DATES, of('TODAY()', 'DATE(2024, 2, 29)')),
      call('DATE', fc.oneof(of('2023', '2024'), number), fc.oneof(of('2', '12'), number), fc.oneof(of('28', '29', '31'), number)),
      call('DATEADD', date, fc.oneof(SMALL, number), DAY_UNIT),
      call('DATEVALUE', datetime),
      infix(of('+', '-'), DATES, SMALL),
      ordered(DATES),
      call('IF', condition, date, DATES),
      call('BLANKVALUE', DATES, date),
    ),
    datetime: fc.oneof(
      { ...deep, maxDepth: 2 },
      fc.oneof(MOMENTS, of('NOW()')),
      call('DATEADD', fc.oneof(MOMENTS, of('NOW()')), SMALL, ANY_UNIT),
      ordered(MOMENTS),
      call('IF', condition, datetime, MOMENTS),
      call('BLANKVALUE', MOMENTS, datetime),
    ),
    condition: fc.oneof(
      deep,
      of('flag', '$previous.flag', 'owner = $user.id', 'TRUE', 'box = $record.parent'),
      infix(of('=', '<>', '<', '<=', '>', '>='), number, number),
      infix(of('=', '<>', '<', '<=', '>', '>='), fc.oneof(FIELD_TEXTS, text), FIELD_TEXTS),
      infix(of('=', '<>'), of('colour', 'box.colour'), of(...COLOURS.map(written))),
      infix(of('=', '<>', '<', '>='), DATES, fc.oneof(date, of(...DAYS.map(written)))),
      infix(of('<', '<=', '>', '>='), MOMENTS, fc.oneof(DATES, datetime, of(...INSTANTS.map(written)))),
      call('ISBLANK', fc.oneof(number, text, date, datetime, of('colours', 'box', 'owner'))),
      call('CONTAINS', text, text),
      call('CONTAINS', of('colours'), of('"red"', 'colour')),
      fc.oneof(call('AND', condition, condition), call('OR', condition, condition, condition), call('NOT', condition)),
      chosen(condition),
    ),
  };
});

export const formula: fc.Arbitrary<string> = fc.oneof(formulas.number, formulas.text, formulas.date, formulas.datetime, formulas.condition);

import type { Expression } from './expression.js';
import { didYouMean } from './nearest.js';
import { ADD_UNITS, START_UNITS, typeName, type Unit } from './operators.js';
import { call, hasArity, isOperation, parseNode, refuse, type Parsing } from './parsing.js';

/** Parses the date that `start_of` and `add` work on; a literal is a date when it is ten characters long. */
function parseMoment(parsing: Parsing, json: unknown, path: string, depth: number): Expression | undefined {
  const isDay = typeof json === 'string' && json.length === 10;
  const moment = parseNode(parsing, json, path, depth + 1, isOperation(json) ? undefined : isDay ? 'date' : 'datetime');
  if (moment === undefined || moment.type === 'date' || moment.type === 'datetime') return moment;
  return refuse(parsing, path, 'wrong_type', `Expected a date, found ${typeName(moment.type)}.`);
}

function readUnit(parsing: Parsing, json: unknown, units: readonly Unit[], path: string): Unit | undefined {
  const unit = units.find((name) => name === json);
  if (unit !== undefined) return unit;
  const guess = typeof json === 'string' ? didYouMean(json, units) : '';
  return refuse(parsing, path, 'bad_literal', `Expected a unit: ${units.join(', ')}.${guess}`);
}

const text = (value: string): Expression => ({ kind: 'literal', type: 'text', value });

/** Parses {"start_of": [date, "month"]}. */
export function parseStartOf(parsing: Parsing, args: readonly unknown[], path: string, depth: number): Expression | undefined {
  if (!hasArity(parsing, args, 2, 'start_of', path)) return undefined;
  const moment = parseMoment(parsing, args[0], `${path}/0`, depth);
  const unit = readUnit(parsing, args[1], START_UNITS, `${path}/1`);
  return moment && unit && call('start_of', [moment, text(unit)], moment.type);
}

/** Parses {"add": [date, -3, "month"]}: a whole number, written in the condition, within 200 years. */
export function parseAdd(parsing: Parsing, args: readonly unknown[], path: string, depth: number): Expression | undefined {
  if (!hasArity(parsing, args, 3, 'add', path)) return undefined;
  const moment = parseMoment(parsing, args[0], `${path}/0`, depth);
  const unit = readUnit(parsing, args[2], [...ADD_UNITS.keys()], `${path}/2`);
  if (moment === undefined || unit === undefined) return undefined;
  if (moment.type === 'date' && (unit === 'minute' || unit === 'hour')) {
    return refuse(parsing, `${path}/2`, 'wrong_type', 'A date has no hours and minutes; add days, weeks, months or years.');
  }
  const most = ADD_UNITS.get(unit) ?? 0;
  const amount = args[1];
  if (!Number.isInteger(amount) || Math.abs(amount as number) > most) {
    return refuse(parsing, `${path}/1`, 'bad_literal', `Expected a whole number between -${String(most)} and ${String(most)}.`);
  }
  return call('add', [moment, { kind: 'literal', type: 'decimal', value: String(amount) }, text(unit)], moment.type);
}

import { malformed, type Issue } from '../kernel/errors.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { told } from '../texts/told.js';
import type { Values } from './write-record.js';

/** A record by the value of a field that is unique. */
export type Match = { readonly field: string; readonly value: unknown };
/** Which record an operation is about. */
export type Target = { readonly id: string } | { readonly match: Match };

/** One of many writes. `version` is the version that the record must still have. */
export type BulkOperation =
  | { readonly op: 'create'; readonly values: Values }
  | { readonly op: 'update'; readonly target: Target; readonly values: Values; readonly version?: number }
  | { readonly op: 'delete'; readonly target: Target; readonly version?: number }
  | { readonly op: 'upsert'; readonly target: { readonly match: Match }; readonly values: Values };

/** `mode` "all": all of it or nothing. "each": what fails stays undone, and the rest is done. */
export type BulkRequest = { readonly mode: 'all' | 'each'; readonly operations: readonly BulkOperation[] };

export const MODES = ['all', 'each'] as const;
/** What an operation of each kind takes, besides `op`. */
const MEMBERS = {
  create: ['values'],
  update: ['id', 'match', 'values', 'version'],
  delete: ['id', 'match', 'version'],
  upsert: ['match', 'values'],
} as const;
type Kind = keyof typeof MEMBERS;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isKind = (value: unknown): value is Kind => typeof value === 'string' && Object.hasOwn(MEMBERS, value);
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/**
 * Reads the body of a call that writes many records.
 *
 * Shape:  only its form is judged here, for all operations at once. Ids, names and values are judged operation by operation.
 * Errors: malformed; limit_exceeded for more operations than one call takes.
 */
export function parseBulk(body: Readonly<Record<string, unknown>>): BulkRequest {
  const issues: Issue[] = [];
  const say = (path: string, code: string, text: ReturnType<typeof told>): void => void issues.push({ path, code, ...text });
  for (const name of Object.keys(body)) {
    if (name !== 'mode' && name !== 'operations')
      say(`/${name.slice(0, 100)}`, 'unknown_parameter', told('bulk.unknown', { known: quoted(['mode', 'operations']) }));
  }
  const mode = MODES.find((known) => known === body['mode']);
  if (mode === undefined) say('/mode', 'not_an_option', told('bulk.mode'));
  const given: unknown = body['operations'];
  if (!Array.isArray(given))
    throw malformed(told('bulk.malformed'), [...issues, { path: '/operations', code: 'wrong_type', ...told('bulk.operations') }]);
  const { max } = LIMITS.bulk_operations;
  if (given.length > max) throw limitExceeded('bulk_operations', given.length, '/operations');
  const operations = given.flatMap((operation: unknown, index) => parseOperation(operation, `/operations/${index}`, say) ?? []);
  if (mode === undefined || issues.length > 0) throw malformed(told('bulk.malformed'), issues);
  return { mode, operations };
}

type Say = (path: string, code: string, text: ReturnType<typeof told>) => void;

function parseOperation(given: unknown, path: string, say: Say): BulkOperation | undefined {
  if (!isObject(given)) return void say(path, 'wrong_type', told('bulk.operation'));
  const { op, id, match, values, version } = given;
  if (!isKind(op)) return void say(`${path}/op`, 'not_an_option', told('bulk.op', { known: quoted(Object.keys(MEMBERS)) }));
  const known: readonly string[] = MEMBERS[op];
  for (const name of Object.keys(given)) {
    if (name !== 'op' && !known.includes(name))
      say(`${path}/${name.slice(0, 100)}`, 'unknown_parameter', told('bulk.unknown', { known: quoted(known) }));
  }
  if (known.includes('values') && !isObject(values)) say(`${path}/values`, 'wrong_type', told('bulk.values'));
  if (known.includes('version') && version !== undefined && !isVersion(version)) say(`${path}/version`, 'wrong_type', told('bulk.version'));
  const target = known.includes('match') ? parseTarget({ id, match }, known.includes('id'), path, say) : undefined;
  const expected = isVersion(version) ? { version } : {};
  if (op === 'create') return isObject(values) ? { op, values } : undefined;
  if (target === undefined) return undefined;
  if (op === 'delete') return { op, target, ...expected };
  if (!isObject(values)) return undefined;
  if (op === 'update') return { op, target, values, ...expected };
  return 'match' in target ? { op, target, values } : undefined;
}

const isVersion = (version: unknown): version is number =>
  Number.isInteger(version) && (version as number) >= 0 && (version as number) < 2 ** 31;

function parseTarget({ id, match }: { id: unknown; match: unknown }, takesId: boolean, path: string, say: Say): Target | undefined {
  if (takesId && match === undefined) {
    if (typeof id === 'string') return { id };
    return void say(`${path}/id`, 'required', told('bulk.target'));
  }
  if (takesId && id !== undefined) return void say(`${path}/match`, 'unknown_parameter', told('bulk.target'));
  const [[field, value] = [], ...others] = isObject(match) ? Object.entries(match) : [];
  if (field === undefined || others.length > 0) return void say(`${path}/match`, 'wrong_type', told('bulk.match'));
  return { match: { field, value } };
}

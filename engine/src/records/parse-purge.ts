import { malformed, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { told, type Told } from '../texts/told.js';

export type Named = { readonly object: string; readonly id: string };
/** Records by name, or all that lie in the bin and were deleted until an instant, as far as search and filter find them. */
export type PurgeRequest =
  | { readonly records: readonly Named[] }
  | {
      readonly all: true;
      readonly object?: string;
      readonly q?: string;
      readonly mine?: boolean;
      readonly until?: string;
      readonly cursor?: string;
    };

const TEXTS = ['object', 'q', 'until', 'cursor'] as const;
const KEYS = { records: ['records'], all: ['all', 'mine', ...TEXTS] };
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/** { records: [{ object, id }] } or { all: true, object?, q?, mine?, until?, cursor? }. Errors: malformed with every problem; limit_exceeded. */
export function parsePurge(body: Readonly<Record<string, unknown>>): PurgeRequest {
  const isAll = body['all'] !== undefined;
  const issues: Issue[] = [];
  const refuse = (path: string, code: string, text: Told) => issues.push({ path, code, ...text });
  for (const name of Object.keys(body))
    if (!KEYS[isAll ? 'all' : 'records'].includes(name))
      refuse(pointer(name.slice(0, 100)), 'unknown_parameter', told('list.unknown_parameter'));
  const request = isAll ? parseAll(body, refuse) : { records: parseRecords(body['records'], refuse) };
  if (issues.length > 0) throw malformed(told('bin.not_purged'), issues);
  return request;
}

const isInstant = (value: string): boolean => INSTANT.test(value) && !Number.isNaN(Date.parse(value));

type Refuse = (path: string, code: string, text: Told) => void;

function parseAll(body: Readonly<Record<string, unknown>>, refuse: Refuse): PurgeRequest {
  if (body['all'] !== true) refuse('/all', 'wrong_type', told('bin.all'));
  const { mine } = body;
  if (mine !== undefined && typeof mine !== 'boolean') refuse('/mine', 'wrong_type', told('bin.mine'));
  const texts = TEXTS.flatMap((name) => {
    const value = body[name];
    if (value === undefined || value === '') return [];
    if (typeof value === 'string' && (name !== 'until' || isInstant(value))) return [[name, value] as const];
    if (typeof value === 'string') refuse(pointer(name), 'not_an_instant', told('bin.until'));
    else refuse(pointer(name), 'not_text', told('list.not_text'));
    return [];
  });
  return { all: true, ...(mine === true ? { mine } : {}), ...Object.fromEntries(texts) };
}

/** A list of records, each with object and id: as many as a page has at most. */
export function parseRecords(records: unknown, refuse: Refuse): Named[] {
  if (!Array.isArray(records) || records.length === 0) {
    refuse('/records', 'wrong_type', told('bin.records'));
    return [];
  }
  if (records.length > LIMITS.page_rows.max) throw limitExceeded('page_rows', records.length, '/records');
  for (const [index, each] of records.entries()) {
    const { object, id } = (each ?? {}) as Partial<Named>;
    if (typeof object !== 'string' || !isUuid(id)) refuse(pointer('records', index), 'wrong_type', told('bin.record'));
  }
  return (records as Named[]).map(({ object, id }) => ({ object, id }));
}

import type { CaseDocument } from '@fieldstone/metadata/types/documents.js';
import { AppError } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { RequestContext } from '../records/context.js';
import { deleteRecord } from '../records/delete-record.js';
import { listRecords } from '../records/list-records.js';
import { readRecord } from '../records/read-record.js';
import { createRecord, updateRecord } from '../records/write-record.js';
import type { KnownRecords } from './recipe-records.js';

export type Step = CaseDocument['steps'][number];

/** What a case has made so far, and how to act in it. */
export type CaseWorld = {
  readonly records: Map<string, { readonly object: string; readonly id: string }>;
  /** Records that packs ship. */
  readonly shipped: KnownRecords;
  attempt<T>(work: () => Promise<T>): Promise<T>;
  contextOf(as: string | undefined): Promise<RequestContext>;
  idOf(as: string): Promise<string>;
};

/** A step that did not come out as it says. `path` is a pointer into the step. */
export class CaseFailure extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * Does one step of a case as the person it names and compares what comes of it.
 *
 * Errors: CaseFailure, saying what was expected and what came instead.
 */
export async function runStep(world: CaseWorld, step: Step): Promise<void> {
  const { error: code, issues } = step.expect ?? {};
  const isRefused = code !== undefined || issues !== undefined;
  // The people of a step are made before it: what is refused is taken back, and they stay.
  const ctx = await world.contextOf(step.as);
  const values = await resolve(world, step.values ?? {});
  let answer: Outcome;
  try {
    answer = await world.attempt(() => act(world, ctx, step, values));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!isRefused) throw new CaseFailure('', `${step.do} was refused: ${describe(error)}`);
    compareRefusal(step, error);
    return;
  }
  if (isRefused) throw new CaseFailure('/expect', `${step.do} was to be refused, and was not.`);
  compareValues(world, step, answer);
}

type Outcome = { readonly values?: Record<string, unknown>; readonly count?: number };

async function act(world: CaseWorld, ctx: RequestContext, step: Step, values: Record<string, unknown>): Promise<Outcome> {
  const wanted = Object.keys(step.expect?.values ?? {});
  if (step.do === 'list') {
    const { filter } = step;
    const query = { fields: ['id'], limit: 1, count: 'exact' as const, ...(filter ? { filter } : {}) };
    const { page } = JSON.parse(await listRecords(ctx, objectOf(step), query)) as { page: { count: number } };
    return { count: page.count };
  }
  if (step.do === 'create') {
    const object = objectOf(step);
    const saved = await createRecord(ctx, object, values);
    if (step.key !== undefined) world.records.set(step.key, { object, id: saved.id });
    return { values: await read(ctx, object, saved.id, wanted) };
  }
  const record = recordOf(world, step);
  if (step.do === 'update') await updateRecord(ctx, record.object, record.id, values);
  if (step.do === 'delete') {
    await deleteRecord(ctx, record.object, record.id);
    return {};
  }
  return { values: await read(ctx, record.object, record.id, step.do === 'read' && wanted.length === 0 ? ['id'] : wanted) };
}

async function read(ctx: RequestContext, object: string, id: string, fields: readonly string[]): Promise<Record<string, unknown>> {
  if (fields.length === 0) return {};
  const { json } = await readRecord(ctx, object, id, { fields });
  return JSON.parse(json) as Record<string, unknown>;
}

function objectOf({ object }: Step): string {
  if (object === undefined) throw new CaseFailure('/object', 'this step needs an object.');
  return object;
}

function recordOf({ records }: CaseWorld, { key = '' }: Step): { object: string; id: string } {
  const found = records.get(key);
  if (!found) throw new CaseFailure('/key', `no step before this one made a record "${key}".`);
  return found;
}

/** Values with the ids of the records and people they name. */
async function resolve(world: CaseWorld, values: object): Promise<Record<string, unknown>> {
  const entries: [string, unknown][] = [];
  for (const [field, value] of Object.entries(values) as [string, unknown][]) entries.push([field, await idFor(world, field, value)]);
  return Object.fromEntries(entries);
}

async function idFor(world: CaseWorld, field: string, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => idFor(world, field, item)));
  if (value === null || typeof value !== 'object') return value;
  const { $ref: reference, $user: user } = value as Record<string, unknown>;
  if (typeof user === 'string') return world.idOf(user);
  if (typeof reference !== 'string') return value;
  const [object = '', key] = reference.split(':');
  const found = key === undefined ? world.records.get(reference) : world.shipped.byKey(object, key);
  if (!found) throw new CaseFailure(pointer('values', field), `there is no record "${reference}".`);
  return found.id;
}

const describe = (error: AppError): string => [error.message, ...error.issues.map(({ path, message }) => `${path}: ${message}`)].join(' ');

function compareRefusal({ expect }: Step, error: AppError): void {
  if (expect?.error !== undefined && expect.error !== error.code) {
    throw new CaseFailure('/expect/error', `expected ${expect.error}, was refused with ${error.code}: ${describe(error)}`);
  }
  for (const [index, wanted] of (expect?.issues ?? []).entries()) {
    const isFound = error.issues.some(
      ({ path, code, message }) =>
        (wanted.path === undefined || wanted.path === path) &&
        (wanted.code === undefined || wanted.code === code) &&
        (wanted.message === undefined || wanted.message === message),
    );
    if (!isFound) throw new CaseFailure(pointer('expect', 'issues', index), `this problem is not among those found: ${describe(error)}`);
  }
}

function compareValues(world: CaseWorld, { expect }: Step, { values = {}, count }: Outcome): void {
  if (expect?.count !== undefined && expect.count !== count) {
    throw new CaseFailure('/expect/count', `expected ${String(expect.count)} records, found ${String(count)}.`);
  }
  for (const [field, wanted] of Object.entries(expect?.values ?? {}) as [string, unknown][]) {
    const found = values[field];
    if (!isAsExpected(world, wanted, found)) {
      throw new CaseFailure(
        pointer('expect', 'values', field),
        `expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found ?? null)}.`,
      );
    }
  }
}

/** A link is compared by the record, or by its label; an object by the members that are named. */
function isAsExpected({ records, shipped }: CaseWorld, wanted: unknown, found: unknown): boolean {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted))
    return JSON.stringify(wanted) === JSON.stringify(found ?? null);
  const { $ref: reference, ...members } = wanted as Record<string, unknown>;
  const value = (found ?? {}) as Record<string, unknown>;
  if (typeof reference === 'string') {
    const [object = '', key] = reference.split(':');
    const record = key === undefined ? records.get(reference) : shipped.byKey(object, key);
    return record !== undefined && record.id === value['id'];
  }
  return Object.entries(members).every(([name, member]) => JSON.stringify(member) === JSON.stringify(value[name] ?? null));
}

import type { RecentAnswer, SavedSearch } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import type { IdentityPool } from '../store/identity.js';
import { QueryScope } from '../store/query-scope.js';
import { forgetRecent, forgetSearch, noteRecord, noteSearch, recentRecords, searchTexts, type SearchText } from '../store/recent.js';
import { checkedText } from '../store/search-question.js';
import { selectLabels } from '../store/select-search.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';

const SHOWN_RECORDS = 10;
const SHOWN_SEARCHES = 5;
const MAX_NAME = 120;

const labels = new CompiledCache<Compiled>();
type Label = { readonly o: number; readonly id: string; readonly label: string | null };

/**
 * What the caller opened and looked for lately, and the searches they keep: theirs alone.
 *
 * Shape:  judged anew: records that are gone or no longer theirs to read, and searches in objects that are not, are left out.
 */
export async function recentOf(ctx: RequestContext, pool: IdentityPool): Promise<RecentAnswer> {
  const [opened, texts] = [await recentRecords(pool, ctx.actor), await searchTexts(pool, ctx.actor)];
  const objects = readableObjects(ctx);
  const wanted = objects.filter(({ id }) => opened.some(({ objectId }) => objectId === id));
  const found = new Map<string, Label>();
  if (wanted.length > 0) {
    const key = `${rightsKey(ctx.actor)}\n${wanted.map(({ id }) => id).join()}`;
    const compiled = labels.get(ctx.active, key, () => {
      const scope = new QueryScope(ctx.active, ctx.actor);
      return { text: selectLabels(scope, wanted), params: scope.params };
    });
    const idsOf = ({ id }: ObjectModel) => opened.flatMap(({ objectId, recordId }) => (objectId === id ? [recordId] : []));
    const inputs = Object.fromEntries(wanted.map((object, place) => [`ids${place}`, idsOf(object)]));
    const rows = JSON.parse((await runStatement(ctx, compiled, inputs)) ?? '[]') as Label[];
    for (const row of rows) found.set(`${wanted[row.o]?.id ?? ''} ${row.id}`, row);
  }
  const records = opened.flatMap(({ objectId, recordId }) => {
    const row = found.get(`${objectId} ${recordId}`);
    const object = objects.find(({ id }) => id === objectId);
    return row && object ? [{ object: object.name, id: row.id, label: row.label }] : [];
  });
  const searches = texts.flatMap((text) => shownSearch(objects, text));
  return {
    records: records.slice(0, SHOWN_RECORDS),
    searches: searches.filter(({ name }) => name === null).slice(0, SHOWN_SEARCHES),
    saved: searches.filter(({ name }) => name !== null),
  };
}

const readableObjects = (ctx: RequestContext): ObjectModel[] => {
  const scope = new QueryScope(ctx.active, ctx.actor);
  return [...ctx.active.model.objects.values()].filter((object) => !object.system && scope.access(object.name).read.kind !== 'none');
};

function shownSearch(objects: readonly ObjectModel[], { id, q, objectId, name }: SearchText): SavedSearch[] {
  const object = objects.find((each) => each.id === objectId);
  return objectId !== '' && object === undefined ? [] : [{ id, q, object: object?.name ?? null, name }];
}

/** Remembers that the caller opened a record. Errors: malformed; not_found for an object that is not theirs to read. */
export async function noteOpened(ctx: RequestContext, pool: IdentityPool, input: Readonly<Record<string, unknown>>): Promise<void> {
  const { object, id } = textsIn(input, { object: 'required', id: 'required' });
  if (!isUuid(id)) throw notFound();
  const { id: objectId, system } = objectFor(ctx, object, 'read');
  if (!system) await noteRecord(pool, ctx.actor, { objectId, recordId: id });
}

/**
 * Remembers a search of the caller, and keeps it when it has a name.
 *
 * Errors: malformed; not_found for an object that is not theirs to read; limit_exceeded.
 */
export async function keepSearch(
  ctx: RequestContext,
  pool: IdentityPool,
  input: Readonly<Record<string, unknown>>,
  isKept: boolean,
): Promise<SavedSearch> {
  const given: { q: string; object: string; name?: string } = isKept
    ? textsIn(input, { q: 'required', object: 'optional', name: 'required' })
    : textsIn(input, { q: 'required', object: 'optional' });
  const q = checkedText(given.q);
  const name = isKept ? (given.name ?? '').trim() : null;
  const issues: Issue[] = [
    ...(q === '' ? [{ path: '/q', code: 'required', ...told('search.no_text') }] : []),
    ...(name !== null && (name === '' || name.length > MAX_NAME || name.includes('\u0000'))
      ? [{ path: '/name', code: 'bad_name', ...told('search.bad_name', { count: MAX_NAME }) }]
      : []),
  ];
  if (issues.length > 0) throw malformed(told('search.not_kept'), issues);
  const object = given.object === '' ? undefined : objectFor(ctx, given.object, 'read');
  const text = { id: newId(), q, objectId: object?.id ?? '', name };
  const kept = await noteSearch(pool, ctx.actor, text, LIMITS.saved_searches.max);
  if (kept === undefined) throw limitExceeded('saved_searches', LIMITS.saved_searches.max + 1);
  return { id: kept.id, q: kept.q, object: object?.name ?? null, name: kept.name };
}

/** Errors: not_found, for a search of somebody else too. */
export async function dropSearch(ctx: RequestContext, pool: IdentityPool, id: string): Promise<void> {
  if (!isUuid(id) || !(await forgetSearch(pool, ctx.actor, id))) throw new AppError('not_found', told('search.not_found'));
}

export const dropRecent = (ctx: RequestContext, pool: IdentityPool): Promise<void> => forgetRecent(pool, ctx.actor);

/** Texts of a body: what is missing, unknown or no text is told at once. */
function textsIn<Name extends string>(
  input: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<Name, 'required' | 'optional'>>,
): Record<Name, string> {
  const issues: Issue[] = Object.keys(input)
    .filter((name) => !Object.hasOwn(wanted, name))
    .map((name) => ({ path: pointer(name.slice(0, 100)), code: 'unknown_parameter', ...told('list.unknown_parameter') }));
  const texts = Object.entries(wanted).map(([name, need]) => {
    const value = input[name];
    if ((value === undefined || value === null) && need === 'optional') return [name, ''];
    if (typeof value !== 'string') issues.push({ path: pointer(name), code: 'not_text', ...told('list.not_text') });
    return [name, value];
  });
  if (issues.length > 0) throw malformed(told('list.parameters'), issues);
  return Object.fromEntries(texts) as Record<Name, string>;
}

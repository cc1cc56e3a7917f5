import { OPERATOR_NAMES } from '@fieldstone/metadata/language/operators.js';
import { absent, isPlain, same, type Json } from './merge-values.js';
import { keyingOf, mergeOrder, ORDER, type Keying } from './merge-lists.js';

/**
 * One property that both sides changed, and not to the same.
 *
 * Shape: `path` is a JSON Pointer in which an item of a list is named by its key, `/options/value=hot/label`, because its place may differ
 *        in the three documents; `/options/$order` is the order of a list, given as lists of keys. A side without the property has no
 *        `base`, `mine` or `theirs`. The path of the whole document is empty: one side removed what the other one changed.
 */
export type MergeConflict = { readonly path: string; readonly base?: unknown; readonly mine?: unknown; readonly theirs?: unknown };

/** What was decided about one conflict: one of the sides, or another value. */
export type Resolution =
  { readonly path: string; readonly take: 'mine' | 'theirs' } | { readonly path: string; readonly take: 'value'; readonly value: unknown };

/**
 * Shape: `merged` holds mine where nothing was decided; null is a document that is gone. `conflicts` are those left open, `applied` the
 *        resolutions that met a conflict.
 */
export type Merge<T> = { readonly merged: T | null; readonly conflicts: readonly MergeConflict[]; readonly applied: readonly Resolution[] };

/**
 * Merges two changes of one document, property by property.
 *
 * Shape:  null is no document. Lists whose items have an id, a value, a name or the like, and lists of different texts, are merged as sets
 *         with an order: what both sides added is there, mine in the order I gave it, theirs after the item it followed. Conditions,
 *         expressions and any other list are one value. Neither side is preferred: with the sides exchanged, the result is the same as long
 *         as there are no conflicts.
 * Errors: none. That the merged document means something is for the model to check.
 */
export function mergeDocuments<T extends object>(
  base: T | null,
  mine: T | null,
  theirs: T | null,
  resolutions: readonly Resolution[] = [],
): Merge<T> {
  const at = new Map(resolutions.map((resolution) => [resolution.path, resolution]));
  const state: State = { at, conflicts: [], applied: [] };
  const merged = mergeValue(state, '', json(base), json(mine), json(theirs));
  // Documents are merged with documents; only a resolution by value could be anything else, and that is checked like every document.
  return { merged: merged === absent ? null : (merged as T), conflicts: state.conflicts, applied: state.applied };
}

/** A document came as JSON. */
const json = (document: object | null): Json => (document === null ? absent : (document as Json));

type State = { readonly at: ReadonlyMap<string, Resolution>; readonly conflicts: MergeConflict[]; readonly applied: Resolution[] };

function mergeValue(state: State, path: string, base: Json, mine: Json, theirs: Json): Json {
  if (same(mine, theirs) || same(theirs, base)) return mine;
  if (same(mine, base)) return theirs;
  if (isComposite(mine) && isComposite(theirs) && (base === absent || isComposite(base))) {
    return mergeProperties(state, path, base === absent ? {} : base, mine, theirs);
  }
  if (Array.isArray(mine) && Array.isArray(theirs) && (base === absent || Array.isArray(base))) {
    const before = base === absent ? [] : base;
    const keying = keyingOf([before, mine, theirs]);
    if (keying) return mergeList(state, path, keying, before, mine, theirs);
  }
  return decide(state, path, base, mine, theirs);
}

function mergeProperties(
  state: State,
  path: string,
  base: Record<string, Json>,
  mine: Record<string, Json>,
  theirs: Record<string, Json>,
): Json {
  const merged: [string, Json][] = [];
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const value = mergeValue(state, `${path}/${escape(name)}`, own(base, name), own(mine, name), own(theirs, name));
    if (value !== absent) merged.push([name, value]);
  }
  return Object.fromEntries(merged);
}

function mergeList(state: State, path: string, keying: Keying, base: Json[], mine: Json[], theirs: Json[]): Json {
  const [was, my, their] = [base, mine, theirs].map((list) => new Map(list.map((item) => [keying.keyOf(item), item] as const)));
  if (!was || !my || !their) throw new Error('three lists are three maps');
  const items = new Map<string, Json>();
  for (const key of new Set([...my.keys(), ...their.keys()])) {
    const at = `${path}/${escape(keying.token(key))}`;
    const item = mergeValue(state, at, was.get(key) ?? absent, my.get(key) ?? absent, their.get(key) ?? absent);
    if (item !== absent) items.set(key, item);
  }
  const order = mergeOrder([...was.keys()], [...my.keys()], [...their.keys()], new Set(items.keys()));
  const keys = order.clash === undefined ? order.keys : decide(state, `${path}/${ORDER}`, ...order.clash);
  return inOrder(items, Array.isArray(keys) ? keys : order.keys, order.keys);
}

/** A decided order may have been chosen before an item came or went. */
function inOrder(items: ReadonlyMap<string, Json>, wanted: readonly Json[], all: readonly string[]): Json[] {
  const first = wanted.filter((key): key is string => typeof key === 'string' && items.has(key));
  return [...new Set([...first, ...all])].map((key) => items.get(key) ?? absent);
}

function decide(state: State, path: string, base: Json, mine: Json, theirs: Json): Json {
  const resolution = state.at.get(path);
  if (resolution !== undefined) {
    state.applied.push(resolution);
    if (resolution.take !== 'value') return resolution.take === 'mine' ? mine : theirs;
    return resolution.value === null && path === '' ? absent : (resolution.value as Json);
  }
  const side = (name: 'base' | 'mine' | 'theirs', value: Json) => (value === absent ? {} : { [name]: value });
  state.conflicts.push({ path, ...side('base', base), ...side('mine', mine), ...side('theirs', theirs) });
  return mine;
}

const own = (value: Record<string, Json>, name: string): Json => (Object.hasOwn(value, name) ? (value[name] ?? absent) : absent);
const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const operators: ReadonlySet<string> = new Set(OPERATOR_NAMES);

/** An object with properties of its own. A condition or an expression is one value: half of one and half of another would mean something else. */
export function isComposite(value: Json): value is Record<string, Json> {
  if (!isPlain(value)) return false;
  const names = Object.keys(value);
  const only = names.length === 1 ? names[0] : undefined;
  return !names.some((name) => name.startsWith('$') && name !== '$schema') && (only === undefined || !operators.has(only));
}

import { absent, isPlain, same, type Json } from './merge-values.js';

/** How the items of a list are told apart. `token` names one in a path. */
export type Keying = { readonly keyOf: (item: Json) => string; readonly token: (key: string) => string };

/** Last part of the path of the order of a list. */
export const ORDER = '$order';

/** Properties that tell items apart, the most lasting first; a connection has only both of its ends. */
const KEYS: readonly (readonly string[])[] = [['id'], ['value'], ['key'], ['name'], ['field'], ['from', 'port']];

/** The keying under which every item of all the lists is one of its kind in its list; undefined for lists that are one value. */
export function keyingOf(lists: readonly (readonly Json[])[]): Keying | undefined {
  const texts: Keying = { keyOf: String, token: (key) => key };
  if (isKeyed(lists, (item) => (typeof item === 'string' ? item : undefined))) return texts;
  for (const names of KEYS) {
    const keyOf = (item: Json) => keyFrom(item, names);
    if (!isKeyed(lists, keyOf)) continue;
    return { keyOf: (item) => keyOf(item) ?? '', token: (key) => `${names.join(',')}=${key}` };
  }
  return undefined;
}

function keyFrom(item: Json, names: readonly string[]): string | undefined {
  if (!isPlain(item)) return undefined;
  const values = names.map((name) => item[name]);
  return values.every((value) => typeof value === 'string') ? values.join(',') : undefined;
}

function isKeyed(lists: readonly (readonly Json[])[], keyOf: (item: Json) => string | undefined): boolean {
  return lists.every((list) => {
    const keys = list.map(keyOf);
    return !keys.includes(undefined) && new Set(keys).size === keys.length;
  });
}

type Order = { readonly keys: string[]; readonly clash?: readonly [base: Json, mine: Json, theirs: Json] };

/**
 * The order of a merged list: that of the side that moved something, with the items that only one side has after those they followed there.
 *
 * Shape: `clash` says that both sides moved items, and not to the same; `keys` is then my order.
 */
export function mergeOrder(base: readonly string[], mine: readonly string[], theirs: readonly string[], kept: ReadonlySet<string>): Order {
  const shared = new Set(mine.filter((key) => kept.has(key) && theirs.includes(key)));
  const my = mine.filter((key) => shared.has(key));
  const their = theirs.filter((key) => shared.has(key));
  const was = base.filter((key) => shared.has(key));
  const moved = (order: readonly string[]) =>
    !same(
      order.filter((key) => was.includes(key)),
      was,
    );

  const bothMoved = moved(my) && moved(their) && !same(my, their);
  const neitherMoved = !moved(my) && !moved(their);
  const followsMine = neitherMoved ? my.join('\n') <= their.join('\n') : moved(my);
  const keys = insertRuns(followsMine ? my : their, shared, kept, [mine, theirs]);
  if (!bothMoved) return { keys };
  const all = (order: readonly string[]) => insertRuns(order, shared, kept, [mine, theirs]);
  return { keys: all(my), clash: [was.length > 0 ? was : absent, all(my), all(their)] };
}

/** Puts what only one side has behind the item it followed there; of two runs at one place, the one that comes first by name, whoever made it. */
function insertRuns(
  skeleton: readonly string[],
  shared: ReadonlySet<string>,
  kept: ReadonlySet<string>,
  lists: readonly (readonly string[])[],
): string[] {
  const runs = new Map<string | null, string[][]>();
  for (const list of lists) {
    let run: string[] | undefined;
    let after: string | null = null;
    for (const key of list) {
      if (shared.has(key)) {
        after = key;
        run = undefined;
      } else if (kept.has(key)) {
        if (run === undefined) {
          run = [];
          runs.set(after, [...(runs.get(after) ?? []), run]);
        }
        run.push(key);
      }
    }
  }
  const at = (key: string | null) => (runs.get(key) ?? []).sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)).flat();
  return [...at(null), ...skeleton.flatMap((key) => [key, ...at(key)])];
}

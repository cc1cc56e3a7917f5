import type { ActiveModel } from '../model/active.js';

const MAX_ENTRIES = 2_000;
/** Objects and rights that one query is asked with. */
const MAX_OF_QUERY = 50;

/**
 * Statements compiled for one revision, by what they depend on: the shape of the call and the rights of the caller. A new revision starts with
 * an empty one; the old one goes with its model.
 */
export class CompiledCache<T> {
  readonly #byModel = new WeakMap<ActiveModel, Map<string, T>>();
  readonly #byQuery = new WeakMap<ActiveModel, WeakMap<object, Map<string, T>>>();

  /**
   * The same by the very query that was read before: addresses repeat, and what they say is read once (see `readOnce`).
   *
   * Shape:  `short` is what the statement depends on besides the query; `whole` says both, for when the query is a new one.
   */
  ofQuery(active: ActiveModel, query: object, short: string, whole: () => string, compile: () => T): T {
    let queries = this.#byQuery.get(active);
    if (queries === undefined) this.#byQuery.set(active, (queries = new WeakMap()));
    let known = queries.get(query);
    if (known === undefined) queries.set(query, (known = new Map()));
    const found = known.get(short);
    if (found !== undefined) return found;
    const made = this.get(active, whole(), compile);
    if (known.size >= MAX_OF_QUERY) known.clear();
    known.set(short, made);
    return made;
  }

  get(active: ActiveModel, key: string, compile: () => T): T {
    let entries = this.#byModel.get(active);
    if (entries === undefined) this.#byModel.set(active, (entries = new Map()));
    const known = entries.get(key);
    if (known !== undefined) {
      // Kept in the order of use, so that the first is the one to go.
      entries.delete(key);
      entries.set(key, known);
      return known;
    }
    const made = compile();
    entries.set(key, made);
    if (entries.size > MAX_ENTRIES) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    }
    return made;
  }
}

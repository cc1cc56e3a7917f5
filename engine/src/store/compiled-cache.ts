import type { ActiveModel } from '../model/active.js';

const MAX_ENTRIES = 2_000;

/**
 * Statements compiled for one revision, by what they depend on: the shape of the call and the rights of the caller. A new revision starts with
 * an empty one; the old one goes with its model.
 */
export class CompiledCache<T> {
  readonly #byModel = new WeakMap<ActiveModel, Map<string, T>>();

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

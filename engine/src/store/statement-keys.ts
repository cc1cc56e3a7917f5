const MAX_KEYS = 1_000;

/**
 * What statements that are sent together are known by: one by its text, several by a name of their own, the same each time.
 *
 * Shape:  of so many combinations; beyond that, all of them get new names.
 * Source: a map finds a text by a hash that is worked out once for each string. With the texts written one behind the other, ten thousand characters would
 *         be hashed for each request, and kept for each combination.
 */
export class StatementKeys {
  /** Names, by the name of what goes before and then by the text that is last. */
  readonly #names = new Map<string, Map<string, string>>();
  #made = 0;

  of(statements: readonly { readonly text: string }[]): string {
    let key: string | undefined;
    for (const { text } of statements) key = key === undefined ? text : this.#after(key, text);
    return key ?? '';
  }

  #after(before: string, text: string): string {
    const known = this.#names.get(before)?.get(text);
    if (known !== undefined) return known;
    this.#made += 1;
    if (this.#made % MAX_KEYS === 0) this.#names.clear();
    const name = `${this.#made} together`;
    const all = this.#names.get(before) ?? new Map<string, string>();
    this.#names.set(before, all.set(text, name));
    return name;
  }
}

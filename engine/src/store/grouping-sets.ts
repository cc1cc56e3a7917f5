/**
 * Grouping sets of one statement: rows by all keys, the same parted by each currency, and with `totals` both over everything.
 *
 * Shape: key columns are k0, k1 ..., currency columns c0, c1 ... `grouping(k0, ..., c0, ...)` numbers a set with a bit for each column it leaves out, the
 *        last column being the lowest.
 */
export class GroupingSets {
  readonly #keys: number;
  readonly #codes: number;

  constructor(keys: number, codes: number) {
    this.#keys = keys;
    this.#codes = codes;
  }

  get keys(): string[] {
    return Array.from({ length: this.#keys }, (_, index) => `k${index}`);
  }
  get columns(): string[] {
    return [...this.keys, ...this.#currencies];
  }
  get main(): number {
    return 2 ** this.#codes - 1;
  }
  get total(): number {
    return 2 ** (this.#keys + this.#codes) - 1;
  }
  /** The set that parts the rows of `set` by a currency. */
  byCode(set: number, code: number): number {
    return set - 2 ** (this.#codes - 1 - code);
  }

  /** Whether there is no more than one: rows by all keys. */
  isOne(totals: boolean): boolean {
    return this.#codes === 0 && this.#keys > 0 && !totals;
  }

  groupBy(totals: boolean): string {
    if (this.columns.length === 0) return '';
    const ofGroups = [this.keys, ...this.#currencies.map((code) => [...this.keys, code])];
    const ofAll = totals && this.#keys > 0 ? [[], ...this.#currencies.map((code) => [code])] : [];
    return ` group by grouping sets (${[...ofGroups, ...ofAll].map((set) => `(${set.join(', ')})`).join(', ')})`;
  }

  /** How totals that are grouped by themselves number their sets and name their columns, as if they were those of `groupBy`. */
  ofTotals(): { gs: string; kg: string; codes: string[] } {
    const codes = this.#currencies;
    const keys = 2 ** this.#keys - 1;
    const parted = codes.length === 0 ? '' : ` + grouping(${codes.join(', ')})`;
    return { gs: `${keys * 2 ** this.#codes}${parted}`, kg: String(keys), codes };
  }

  /** Totals over everything, and parted by each currency. */
  groupTotals(): string {
    const codes = this.#currencies;
    return codes.length === 0 ? '' : ` group by grouping sets ((), ${codes.map((code) => `(${code})`).join(', ')})`;
  }

  get #currencies(): string[] {
    return Array.from({ length: this.#codes }, (_, index) => `c${index}`);
  }
}

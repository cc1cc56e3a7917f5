import type { QueryScope } from './query-scope.js';

/** The day whose rates count: today where the caller is, a day written as YYYY-MM-DD, or SQL for the day of each record. */
export type RateDay =
  { readonly kind: 'today' } | { readonly kind: 'day'; readonly day: string } | { readonly kind: 'record'; readonly sql: string };

/** Digits behind the point of an amount; what was converted or averaged is rounded to them. */
export const MONEY_SCALE = 4;

/**
 * Amounts in the base currency of the tenant, by the rates that the tenant keeps.
 *
 * Shape:  a rate holds from its day until the next one of its currency. Where there is none the worth is null: nobody makes one up.
 * Source: docs/decisions/0036-amounts-in-the-base-currency.md
 */
export class BaseCurrency {
  readonly #scope: QueryScope;
  readonly #joins: string[];
  readonly #asked: RateDay;
  #day: string | undefined;
  readonly #aliases = new Map<string, string>();

  constructor(scope: QueryScope, day: RateDay, joins: { readonly sql: string[] }) {
    this.#scope = scope;
    this.#joins = joins.sql;
    this.#asked = day;
  }

  /** Asked for once something is converted: a statement may not have parameters that it does not use. */
  #onDay(): string {
    if (this.#day !== undefined) return this.#day;
    const { params } = this.#scope;
    const day = this.#asked;
    if (day.kind === 'day') return (this.#day = `${params.constant(day.day)}::date`);
    const today = `(${params.now} at time zone ${params.timeZone})::date`;
    return (this.#day = day.kind === 'today' ? today : `coalesce(${day.sql}, ${today})`);
  }

  get isUsed(): boolean {
    return this.#aliases.size > 0;
  }

  get base(): string {
    return this.#scope.params.currency;
  }

  /** The CTE of rates, which a statement that converts begins with. */
  get rates(): string {
    const { params } = this.#scope;
    const until = `lead(x."valid_from") over (partition by x."currency" order by x."valid_from")`;
    return `rates_ as materialized (select x."currency"::text as code, x."rate" as rate, x."valid_from" as since, ${until} as until from "meta_v"."exchange_rate" x where x."tenant_id" = ${params.tenant} and x."base" = ${params.currency} union all select ${params.currency}, 1, '-infinity'::date, null)`;
  }

  /** What `amount` in the currency `code` is worth. */
  worth(amount: string, code: string): string {
    let alias = this.#aliases.get(code);
    if (alias === undefined) {
      this.#aliases.set(code, (alias = `x${this.#aliases.size}`));
      const day = this.#onDay();
      this.#joins.push(
        `left join rates_ ${alias} on ${alias}.code = ${code} and ${day} >= ${alias}.since and (${alias}.until is null or ${day} < ${alias}.until)`,
      );
    }
    return `${amount} * ${alias}.rate`;
  }
}

/** An amount as the API writes it, with two digits behind the point or as many as it has. */
export const amountText = (amount: string): string => `round(${amount}, greatest(2, min_scale(${amount})))::text`;

import type { IdentityPool } from './identity.js';

/** What one unit of `currency` is worth in the base currency from a day on, as an exact decimal. */
export type ExchangeRate = { readonly currency: string; readonly from: string; readonly rate: string };
export type CurrencySettings = { readonly base: string; readonly rates: readonly ExchangeRate[] };

const RATES = `select x.currency::text as currency, to_char(x.valid_from, 'YYYY-MM-DD') as "from", trim_scale(x.rate)::text as rate
  from meta.exchange_rate x join meta.tenant t on t.id = x.tenant_id and t.currency = x.base where x.tenant_id = $1
  order by x.currency, x.valid_from desc`;

/** The base currency of a tenant and its rates: by currency, the latest first. */
export async function readCurrencies(pool: IdentityPool, tenantId: number): Promise<CurrencySettings> {
  const [base, rates] = await Promise.all([
    pool.query<{ base: string }>('select currency::text as base from meta.tenant where id = $1', [tenantId]),
    pool.query<ExchangeRate>(RATES, [tenantId]),
  ]);
  return { base: base.rows[0]?.base ?? '', rates: rates.rows };
}

/** Rates of the present base currency; one of the same currency and day is replaced. */
export async function putRates(pool: IdentityPool, tenantId: number, by: string | null, rates: readonly ExchangeRate[]): Promise<void> {
  await pool.query(
    `insert into meta.exchange_rate (tenant_id, base, currency, valid_from, rate, set_by)
     select t.id, t.currency, r.currency, r.day, r.rate, $2::uuid
     from meta.tenant t, unnest($3::text[], $4::date[], $5::numeric[]) r(currency, day, rate) where t.id = $1
     on conflict (tenant_id, base, currency, valid_from) do update set rate = excluded.rate, set_by = excluded.set_by, set_at = now()`,
    [tenantId, by, rates.map(({ currency }) => currency), rates.map(({ from }) => from), rates.map(({ rate }) => rate)],
  );
}

export async function deleteRate(pool: IdentityPool, tenantId: number, currency: string, from: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `delete from meta.exchange_rate x using meta.tenant t
     where t.id = x.tenant_id and t.currency = x.base and x.tenant_id = $1 and x.currency = $2 and x.valid_from = $3::date`,
    [tenantId, currency, from],
  );
  return (rowCount ?? 0) > 0;
}

export async function setBaseCurrency(pool: IdentityPool, tenantId: number, base: string): Promise<void> {
  await pool.query('update meta.tenant set currency = $2 where id = $1', [tenantId, base]);
}

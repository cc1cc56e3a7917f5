-- What one unit of a currency is worth in the base currency of a tenant, from a day until the next rate of that currency.
create table meta.exchange_rate (
  tenant_id int not null references meta.tenant (id),
  base char(3) not null check (base ~ '^[A-Z]{3}$'),
  currency char(3) not null check (currency ~ '^[A-Z]{3}$' and currency <> base),
  valid_from date not null,
  rate numeric(24, 12) not null check (rate > 0),
  set_at timestamptz not null default now(),
  set_by uuid,
  primary key (tenant_id, base, currency, valid_from)
);
comment on column meta.exchange_rate.base is 'The base currency at the time: after another one was chosen, its rates are other rates.';

create view meta_v.exchange_rate as
  select tenant_id, base::text as base, currency::text as currency, valid_from, rate from meta.exchange_rate
  where tenant_id = current_setting('app.tenant_id')::int;
grant select on meta_v.exchange_rate to ${app};

-- What each tenant may have at most of what an installation shares, and what it had when that was last looked at. Nothing is counted in a write: rows are
-- measured now and again, and who is full is told with the session.
create table meta.quota (
  tenant_id int not null references meta.tenant (id) on delete cascade,
  name text not null check (name in ('records', 'file_bytes', 'waiting_runs')),
  -- Of this tenant alone: null is what all have, 0 is no limit.
  own_max bigint check (own_max >= 0),
  -- As measured: null where there is no limit.
  max bigint,
  used bigint,
  measured_at timestamptz,
  primary key (tenant_id, name)
);

-- An upload is held to it as it is set, not as it was measured.
create view meta_v.quota as select tenant_id, name, own_max from meta.quota where tenant_id = current_setting('app.tenant_id')::int;
grant select on meta_v.quota to ${app};

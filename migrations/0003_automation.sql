-- State of automation. One row is both the state of a run and its queue entry; the row is inserted in the transaction of the record change.
create table meta.wf_run (
  id bigint primary key generated always as identity,
  tenant_id int not null references meta.tenant,
  workflow_id text not null,
  revision int not null,
  kind text not null check (kind in ('record', 'schedule', 'manual')),
  status text not null default 'ready' check (status in ('ready', 'leased', 'waiting', 'blocked', 'done', 'failed', 'dead', 'cancelled')),
  priority smallint not null default 10,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  owner uuid,
  epoch int not null default 0,
  cursor jsonb not null default '{}',
  vars jsonb not null default '{}',
  pending jsonb,
  seq int not null default 0,
  attempt smallint not null default 0,
  crashes smallint not null default 0,
  trigger jsonb not null default '{}',
  object_id text,
  record_id uuid,
  dedupe_key text,
  root_id bigint,
  parent_id bigint,
  depth smallint not null default 0,
  run_as uuid,
  cancel_requested boolean not null default false,
  error jsonb,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (tenant_id, dedupe_key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index wf_run_ready on meta.wf_run (tenant_id, priority, wake_at, id) where status = 'ready';
create index wf_run_leased on meta.wf_run (lease_until) where status = 'leased';
create index wf_run_by_workflow on meta.wf_run (tenant_id, workflow_id, id desc);

create table meta.wf_step (
  tenant_id int not null,
  run_id bigint not null references meta.wf_run on delete cascade,
  seq int not null,
  attempt smallint not null,
  node_id text not null,
  status text not null check (status in ('pending', 'done', 'failed')),
  port text,
  idem_key text,
  input jsonb,
  output jsonb,
  error jsonb,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (run_id, seq, attempt)
);

create table meta.wf_schedule (
  tenant_id int not null references meta.tenant,
  workflow_id text not null,
  cron text not null,
  time_zone text not null,
  misfire text not null,
  next_fire_at timestamptz not null,
  last_fire_at timestamptz,
  primary key (tenant_id, workflow_id)
);
create index wf_schedule_due on meta.wf_schedule (next_fire_at);

create table meta.outbound_mail (
  id uuid primary key,
  tenant_id int not null references meta.tenant,
  run_id bigint references meta.wf_run on delete set null,
  idem_key text unique,
  recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text,
  status text not null check (status in ('local', 'sending', 'sent', 'failed')),
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbound_mail_recent on meta.outbound_mail (tenant_id, created_at desc);

-- The app role reaches these only through guard views that name its tenant.
create schema meta_v;
create view meta_v.wf_run as select * from meta.wf_run where tenant_id = current_setting('app.tenant_id')::int with cascaded check option;
create view meta_v.wf_step as select * from meta.wf_step where tenant_id = current_setting('app.tenant_id')::int with cascaded check option;
create view meta_v.outbound_mail as select * from meta.outbound_mail where tenant_id = current_setting('app.tenant_id')::int with cascaded check option;
create view meta_v.head as select id as space_id, head_rev from meta.space;
grant usage on schema meta_v to ${app};
grant select, insert, update on meta_v.wf_run, meta_v.wf_step, meta_v.outbound_mail to ${app};
grant select on meta_v.head to ${app};

-- Stops a transaction from inside a statement: the post-check of a permission, after the COMMIT is already in the pipeline.
create function meta_v.assert(ok boolean, code text) returns boolean language plpgsql as $$
begin
  if ok is not true then
    raise exception using errcode = 'P0403', message = code;
  end if;
  return true;
end $$;
revoke all on function meta_v.assert(boolean, text) from public;
grant execute on function meta_v.assert(boolean, text) to ${app};

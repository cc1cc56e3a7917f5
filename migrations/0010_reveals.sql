-- Every time somebody opened a secret of a record: who, when and which. The value itself is nowhere but in the record, sealed.
create table meta.reveal (
  seq bigint primary key generated always as identity,
  tenant_id int not null references meta.tenant (id),
  at timestamptz not null default now(),
  actor uuid,
  cause jsonb not null default '{}',
  object_id text not null,
  record_id uuid not null,
  field_id text not null
);
create index ix_reveal on meta.reveal (tenant_id, seq desc);

-- The app role may add to it and read it, and take nothing away.
create view meta_v.reveal as select * from meta.reveal where tenant_id = current_setting('app.tenant_id')::int with cascaded check option;
grant select, insert on meta_v.reveal to ${app};

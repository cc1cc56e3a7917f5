-- What was uploaded. The bytes stand in the folder of files under their SHA-256; a record holds the id and a foreign key keeps what is in use.
create table meta.file (
  id uuid primary key,
  tenant_id int not null references meta.tenant (id),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null,
  type text not null,
  name text not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  -- Since when no record holds it; it goes after a while, so that a backup of the database finds its files.
  unused_since timestamptz,
  unique (id, tenant_id)
);
create index ix_file_sha256 on meta.file (sha256);
create index ix_file_maker on meta.file (tenant_id, created_by, created_at);

create view meta_v.file as
  select id, tenant_id, sha256, size, type, name, created_by, created_at from meta.file where tenant_id = current_setting('app.tenant_id')::int
  with cascaded check option;
grant select, insert on meta_v.file to ${app};

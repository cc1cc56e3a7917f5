-- What the migrations left in the schemas of the platform, as Postgres writes it: the doctor compares the catalogue with it.
create table meta.catalog_image (
  id boolean primary key default true check (id),
  server_major int not null,
  parts jsonb not null,
  taken_at timestamptz not null default now()
);

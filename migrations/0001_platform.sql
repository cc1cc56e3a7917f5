-- Platform tables. They belong to the owner role and hold no business records; those live in the schema of each space.
-- ${owner}, ${app} and ${bi} are replaced by the configured role names, quoted.


create table meta.space (
  id int primary key generated always as identity,
  name text not null,
  placement text not null default 'dedicated' check (placement in ('dedicated', 'pooled')),
  head_rev int not null default 0,
  created_at timestamptz not null default now()
);
comment on table meta.space is 'One line of metadata revisions and one data schema (sp<id>).';

create table meta.tenant (
  id int primary key generated always as identity,
  space_id int not null references meta.space,
  name text not null,
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  currency char(3) not null default 'EUR',
  created_at timestamptz not null default now()
);

create sequence meta.phys_seq;
comment on sequence meta.phys_seq is 'Makes physical names unique for ever; see docs/decisions.';

create table meta.revision (
  space_id int not null references meta.space,
  rev int not null,
  parent_rev int not null,
  snapshot text not null,
  checksum text not null,
  changes jsonb not null default '[]',
  comment text not null default '',
  published_by uuid,
  published_at timestamptz not null default now(),
  primary key (space_id, rev)
);
comment on column meta.revision.snapshot is 'All source documents as JSON text; immutable.';

create table meta.draft (
  id uuid primary key,
  space_id int not null references meta.space,
  owner uuid not null,
  base_rev int not null,
  name text not null default '',
  created_at timestamptz not null default now()
);
create unique index draft_owner on meta.draft (space_id, owner);

create table meta.draft_change (
  draft_id uuid not null references meta.draft on delete cascade,
  element_id text not null,
  kind text not null,
  name text not null,
  base_hash text,
  document jsonb,
  changed_by uuid not null,
  changed_at timestamptz not null default now(),
  primary key (draft_id, element_id)
);
comment on column meta.draft_change.document is 'The wanted document; null retires the element.';

create table meta.binding (
  space_id int not null references meta.space,
  element_id text not null,
  kind text not null check (kind in ('table', 'column')),
  table_name text not null,
  column_name text,
  pg_type text,
  columns jsonb not null default '[]',
  object_number int,
  state text not null check (state in ('active', 'retired', 'dropped')),
  since_rev int not null,
  until_rev int,
  primary key (space_id, element_id)
);
comment on column meta.binding.columns is 'Suffix and type of every column of the element: an amount of money has two.';
create unique index binding_column on meta.binding (space_id, table_name, column_name) where column_name is not null;

create table meta.plan (
  hash text primary key,
  space_id int not null references meta.space,
  base_rev int not null,
  body jsonb not null,
  made_by uuid,
  made_at timestamptz not null default now()
);
comment on table meta.plan is 'Plans that were shown, with their allocated names, so that what was reviewed is what is applied.';

create table meta.allocation (
  space_id int not null references meta.space,
  base_rev int not null,
  element_id text not null,
  number int not null,
  primary key (space_id, base_rev, element_id)
);
comment on table meta.allocation is 'Numbers given to new elements while planning, so that planning twice names them alike.';

create table meta.step (
  space_id int not null,
  rev int not null,
  ord int not null,
  phase text not null,
  lock_class text not null,
  risk_class text not null,
  sql text not null,
  builds jsonb,
  status text not null default 'pending' check (status in ('pending', 'done', 'failed')),
  attempts int not null default 0,
  ms int,
  error text,
  primary key (space_id, rev, ord)
);

create table meta.publish_lease (
  space_id int primary key references meta.space,
  owner uuid not null,
  until timestamptz not null
);

create table meta.pack_install (
  space_id int not null references meta.space,
  pack text not null,
  version text not null,
  checksum text not null,
  installed_at timestamptz not null default now(),
  primary key (space_id, pack)
);

create table meta.data_install (
  tenant_id int not null references meta.tenant,
  source text not null,
  checksum text not null,
  installed_at timestamptz not null default now(),
  primary key (tenant_id, source)
);
comment on table meta.data_install is 'Which data files of packs were loaded, so that each is loaded once.';

-- The same tables by hand: the columns and indexes that the platform has by the metadata, with the links between them, and nothing that it has
-- besides (tenant, recycle bin, history, outbox).
create schema peer;
create table peer.account (
  id uuid primary key, version int not null default 1, owner uuid,
  created_at timestamptz not null default now(), created_by uuid, updated_at timestamptz not null default now(), updated_by uuid,
  name text, industry text, website text
);
create table peer.contact (
  id uuid primary key, version int not null default 1, owner uuid,
  created_at timestamptz not null default now(), created_by uuid, updated_at timestamptz not null default now(), updated_by uuid,
  first_name text, last_name text, email text, phone text, account uuid
);
create table peer.lead (
  id uuid primary key, version int not null default 1, owner uuid,
  created_at timestamptz not null default now(), created_by uuid, updated_at timestamptz not null default now(), updated_by uuid,
  name text, email text, company text, status text, source text, score int
);
create table peer.deal (
  id uuid primary key, version int not null default 1, owner uuid,
  created_at timestamptz not null default now(), created_by uuid, updated_at timestamptz not null default now(), updated_by uuid,
  name text, account uuid, contact uuid, stage text, amount numeric(14, 2), probability int,
  expected_close date, status text, notes text, cf_region text, cf_type text, cf_source text, cf_priority int, cf_score int,
  cf_margin numeric(14, 2), cf_discount numeric(6, 2), cf_start date, cf_next_step text, cf_forecast boolean
);
create table peer.activity (
  id uuid primary key, version int not null default 1, owner uuid,
  created_at timestamptz not null default now(), created_by uuid, updated_at timestamptz not null default now(), updated_by uuid,
  type text, subject text, due date, done boolean, deal uuid
);
insert into peer.account (id, owner, created_by, updated_by, name, industry, website)
  select id, owner_id, owner_id, owner_id, name, industry, website from peers.account order by i;
insert into peer.contact (id, owner, created_by, updated_by, first_name, last_name, email, phone, account)
  select id, owner_id, owner_id, owner_id, first_name, last_name, email, phone, account from peers.contact order by i;
insert into peer.lead (id, owner, created_by, updated_by, name, email, company, status, source, score)
  select id, owner_id, owner_id, owner_id, name, email, company, status, source, score from peers.lead order by i;
insert into peer.deal (id, owner, created_at, created_by, updated_at, updated_by, name, account, contact, stage, amount, probability, expected_close,
    status, notes, cf_region, cf_type, cf_source, cf_priority, cf_score, cf_margin, cf_discount, cf_start, cf_next_step, cf_forecast)
  select id, owner_id, created_at, owner_id, created_at, owner_id, name, account, contact, stage, amount, probability, expected_close,
    status, notes, cf_region, cf_type, cf_source, cf_priority, cf_score, cf_margin, cf_discount, cf_start, cf_next_step, cf_forecast
  from peers.deal order by i;
insert into peer.activity (id, owner, created_by, updated_by, type, subject, due, done, deal)
  select id, owner_id, owner_id, owner_id, type, subject, due, done, deal from peers.activity order by i;

create index on peer.account (updated_at desc, id desc);
create index on peer.account (owner, updated_at desc, id desc);
create index on peer.account (name, id);
create index on peer.contact (updated_at desc, id desc);
create index on peer.contact (owner, updated_at desc, id desc);
create index on peer.contact (account);
create index on peer.lead (updated_at desc, id desc);
create index on peer.lead (owner, updated_at desc, id desc);
create index on peer.lead (status, id);
create index on peer.deal (updated_at desc, id desc);
create index on peer.deal (owner, updated_at desc, id desc);
create index on peer.deal (account);
create index on peer.deal (contact);
create index on peer.deal (stage, expected_close, id);
create index on peer.deal (stage, amount, id);
create index on peer.deal (amount, id);
create index on peer.deal (expected_close, id);
create index on peer.deal (owner, expected_close, id);
create index on peer.activity (updated_at desc, id desc);
create index on peer.activity (owner, updated_at desc, id desc);
create index on peer.activity (deal);
create index on peer.activity (deal, due, id);
create index on peer.account using gin (name meta_ext.gin_trgm_ops);
create index on peer.contact using gin (last_name meta_ext.gin_trgm_ops);
create index on peer.lead using gin (name meta_ext.gin_trgm_ops);
create index on peer.deal using gin (name meta_ext.gin_trgm_ops);
create index on peer.activity using gin (subject meta_ext.gin_trgm_ops);
alter table peer.account add foreign key (owner) references floor.staff;
alter table peer.contact add foreign key (owner) references floor.staff;
alter table peer.contact add foreign key (account) references peer.account;
alter table peer.lead add foreign key (owner) references floor.staff;
alter table peer.deal add foreign key (owner) references floor.staff;
alter table peer.deal add foreign key (account) references peer.account;
alter table peer.deal add foreign key (contact) references peer.contact;
alter table peer.activity add foreign key (owner) references floor.staff;
alter table peer.activity add foreign key (deal) references peer.deal;

create schema floor;
create table floor.staff (id uuid primary key, name text not null);
create table floor.account (id uuid primary key, name text not null, category text, owner_id uuid);
create table floor.contact (id uuid primary key, name text not null, email text, account_id uuid not null references floor.account, owner_id uuid);
create table floor.deal (
  id uuid primary key, version int not null, name text not null, amount numeric(18, 2), currency char(3), expected_close_date date, source text,
  account_id uuid not null references floor.account, contact_id uuid references floor.contact, owner_id uuid
);
insert into floor.staff select id, name from bench.staff union select id, name from meta.user where kind = 'person';
insert into floor.account select id, name, category, owner_id from bench.account order by i;
insert into floor.contact select id, name, email, account_id, owner_id from bench.contact order by i;
insert into floor.deal select id, 1, name, amount, 'EUR', expected_close_date, source, account_id, contact_id, owner_id from bench.deal order by i;
create index on floor.deal (amount desc, id desc);
create index on floor.deal (owner_id, amount desc, id desc);
create index on floor.deal (account_id);
create index on floor.deal (contact_id);
create index on floor.contact (account_id);

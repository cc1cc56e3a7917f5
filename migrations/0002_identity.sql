create table meta.user (
  id uuid primary key,
  tenant_id int not null references meta.tenant,
  email text not null,
  name text not null,
  password_hash text,
  locale text,
  time_zone text,
  is_active boolean not null default true,
  -- Raised when rights or the account change: processes drop what they cached about the user.
  epoch int not null default 1,
  created_at timestamptz not null default now(),
  -- What references from records name, so that a record can not point at a user of another tenant.
  unique (id, tenant_id)
);
create unique index user_email on meta.user (lower(email));
create index user_tenant on meta.user (tenant_id, name);

create table meta.user_role (
  user_id uuid not null references meta.user on delete cascade,
  role_id text not null,
  primary key (user_id, role_id)
);
comment on column meta.user_role.role_id is 'Element id of the role in the metadata.';

create table meta.session (
  token_hash text primary key,
  user_id uuid not null references meta.user on delete cascade,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  user_agent text
);
create index session_by_user on meta.session (user_id);

create table meta.api_key (
  id uuid primary key,
  key_hash text not null unique,
  user_id uuid not null references meta.user on delete cascade,
  name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

create table meta.login_attempt (
  id bigint primary key generated always as identity,
  -- Digest of the address, so that this is no list of guesses in the clear.
  account text not null,
  source text not null,
  at timestamptz not null default clock_timestamp(),
  succeeded boolean not null default false
);
create index login_attempt_account on meta.login_attempt (account, at);
create index login_attempt_source on meta.login_attempt (source, at);

create table meta.idempotency (
  tenant_id int not null,
  user_id uuid not null,
  key text not null,
  request_hash text not null,
  status int,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id, key)
);

create table meta.audit (
  id bigint primary key generated always as identity,
  tenant_id int,
  actor uuid,
  at timestamptz not null default now(),
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);

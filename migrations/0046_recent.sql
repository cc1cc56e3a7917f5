-- What somebody opened and looked for lately, and searches they keep. For them alone: nobody else reads these tables, and what they name is judged anew
-- whenever it is shown.
create table meta.recent_record (
  tenant_id int not null,
  user_id uuid not null,
  object_id text not null,
  record_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (user_id, object_id, record_id),
  foreign key (user_id, tenant_id) references meta.user (id, tenant_id) on delete cascade
);
create index recent_record_latest on meta.recent_record (user_id, at desc);

create table meta.search_text (
  id uuid primary key,
  tenant_id int not null,
  user_id uuid not null,
  q text not null,
  object_id text not null default '',
  name text,
  at timestamptz not null default clock_timestamp(),
  unique (user_id, q, object_id),
  foreign key (user_id, tenant_id) references meta.user (id, tenant_id) on delete cascade
);
comment on column meta.search_text.name is 'What the person calls a search they keep; null for one they only made.';

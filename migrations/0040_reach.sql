-- Ways to records beyond one's own: teams and queues, the line of reporting, territories, and records shared one by one.

-- A queue owns records until somebody takes them. It stands among the users, so that it can be an owner, and can not sign in.
alter table meta.user add column kind text not null default 'person' check (kind in ('person', 'queue'));
alter table meta.user add column manager_id uuid;
alter table meta.user add column territories text[] not null default '{}';
alter table meta.user alter column email drop not null;
alter table meta.user add constraint user_address check (kind = 'queue' or email is not null);
alter table meta.user add constraint user_manager foreign key (manager_id, tenant_id) references meta.user (id, tenant_id);
alter table meta.user add constraint user_own_manager check (manager_id <> id);
create index user_by_manager on meta.user (manager_id) where manager_id is not null;

create table meta.team (
  id uuid primary key,
  tenant_id int not null references meta.tenant,
  name text not null,
  kind text not null check (kind in ('team', 'queue')),
  created_at timestamptz not null default now(),
  unique (id, tenant_id)
);
create unique index team_name on meta.team (tenant_id, kind, lower(name));

create table meta.team_member (
  team_id uuid not null,
  user_id uuid not null,
  tenant_id int not null,
  primary key (team_id, user_id),
  foreign key (team_id, tenant_id) references meta.team (id, tenant_id) on delete cascade,
  foreign key (user_id, tenant_id) references meta.user (id, tenant_id) on delete cascade
);
create index team_member_by_user on meta.team_member (user_id);

create table meta.team_role (
  team_id uuid not null references meta.team on delete cascade,
  role_id text not null,
  primary key (team_id, role_id)
);
comment on table meta.team_role is 'Permission sets that everybody in a team has.';

create table meta.user_below (
  manager_id uuid not null references meta.user on delete cascade,
  user_id uuid not null references meta.user on delete cascade,
  tenant_id int not null,
  primary key (manager_id, user_id)
);
comment on table meta.user_below is 'Who reports to whom, directly or not: worked out anew when a manager changes.';

create table meta.record_share (
  tenant_id int not null references meta.tenant,
  object_id text not null,
  record_id uuid not null,
  principal_id uuid not null,
  may_edit boolean not null default false,
  expires_at timestamptz,
  shared_by uuid,
  shared_at timestamptz not null default now(),
  reason text not null default '',
  primary key (tenant_id, object_id, record_id, principal_id)
);
create index record_share_by_principal on meta.record_share (principal_id, object_id);
comment on column meta.record_share.principal_id is 'A user, a team or a queue.';

alter table meta.session add column view_as uuid references meta.user on delete cascade;

create view meta_v.reach as
  select m.tenant_id, m.user_id, t.kind || 's' as way, t.id as person_id
    from meta.team_member m join meta.team t on t.id = m.team_id
    where t.kind = 'queue' and m.tenant_id = current_setting('app.tenant_id')::int
  union all
  select m.tenant_id, m.user_id, 'team', o.user_id
    from meta.team_member m join meta.team t on t.id = m.team_id join meta.team_member o on o.team_id = m.team_id
    where t.kind = 'team' and m.tenant_id = current_setting('app.tenant_id')::int
  union all
  select b.tenant_id, b.manager_id, 'below', b.user_id
    from meta.user_below b
    where b.tenant_id = current_setting('app.tenant_id')::int;

create view meta_v.territory as
  select u.tenant_id, u.id as user_id, n.name from meta.user u cross join unnest(u.territories) n (name)
    where u.tenant_id = current_setting('app.tenant_id')::int;

create view meta_v.principal as
  select u.tenant_id, u.id as user_id, u.id as principal_id from meta.user u where u.tenant_id = current_setting('app.tenant_id')::int
  union all
  select m.tenant_id, m.user_id, m.team_id from meta.team_member m where m.tenant_id = current_setting('app.tenant_id')::int;

create view meta_v.record_share as
  select tenant_id, object_id, record_id, principal_id, may_edit, expires_at from meta.record_share
    where tenant_id = current_setting('app.tenant_id')::int;

grant select on meta_v.reach, meta_v.territory, meta_v.principal, meta_v.record_share to ${app};

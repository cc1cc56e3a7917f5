-- Who looks at the screens of whom, and why: a session knows the entry of the audit that it began with, so that its end, whatever ends it, names it.
alter table meta.session add column view_entry bigint;
comment on column meta.session.view_entry is 'The entry of meta.audit that says when the session began to look at the screens of somebody else, and why.';
create index session_view on meta.session (view_entry) where view_entry is not null;

create index audit_view_begin on meta.audit (tenant_id, id desc) where action = 'view_as.begin';
create index audit_view_end on meta.audit ((detail ->> 'begin')) where action = 'view_as.end';

-- Whoever looks at others now began without a reason: they are back at their own screens.
with back as (update meta.session set view_as = null where view_as is not null returning user_id)
insert into meta.audit (tenant_id, actor, action, subject)
select u.tenant_id, u.id, 'view_as.end', '' from back join meta.user u on u.id = back.user_id;

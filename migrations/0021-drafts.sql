-- Several drafts for each person: named, shared, discarded for a while, and changes that know the document they were made on.

drop index meta.draft_owner;
alter table meta.draft
  add column description text not null default '',
  add column sharing text not null default 'private' check (sharing in ('private', 'view', 'edit')),
  add column changed_at timestamptz not null default now(),
  add column discarded_at timestamptz;
update meta.draft set name = 'Draft' where name = '';
create index draft_by_owner on meta.draft (space_id, owner);
comment on column meta.draft.sharing is 'What others who may edit metadata may do with it.';
comment on column meta.draft.discarded_at is 'A discarded draft can be brought back for a while.';

create table meta.current_draft (
  space_id int not null references meta.space,
  user_id uuid not null,
  draft_id uuid not null references meta.draft on delete cascade,
  primary key (space_id, user_id)
);
insert into meta.current_draft (space_id, user_id, draft_id) select space_id, owner, id from meta.draft;

alter table meta.draft_change
  add column base jsonb,
  add column comment text not null default '',
  add column version int not null default 1,
  add column decisions jsonb not null default '[]';
comment on column meta.draft_change.base is 'The published document that base_hash is the hash of; null for a new element.';
comment on column meta.draft_change.version is 'Counts the edits of this element in this draft, so that two people lose none.';
comment on column meta.draft_change.decisions is 'What was decided where both this draft and a later revision changed a property.';

update meta.draft_change c
   set base = e.value -> 'document'
  from meta.draft d
  join meta.revision r on r.space_id = d.space_id and r.rev = d.base_rev,
       jsonb_array_elements(r.snapshot::jsonb) e
 where d.id = c.draft_id and c.base_hash is not null and e.value -> 'document' ->> 'id' = c.element_id;

-- Plans of drafts name the draft from now on.
delete from meta.plan where body ->> 'draft' is not null;

-- Versions of packs as they were installed: the base of the next upgrade. Decisions of people about conflicts, and what was offered at a start.

create table meta.pack_version (
  checksum text primary key,
  pack text not null,
  version text not null,
  files text not null,
  stored_at timestamptz not null default now()
);
comment on table meta.pack_version is 'Every file of a pack version that was installed somewhere, as JSON text; immutable.';

create table meta.pack_decision (
  space_id int not null references meta.space,
  element_id text not null,
  path text not null,
  take text not null check (take in ('yours', 'theirs')),
  yours jsonb,
  theirs jsonb,
  decided_by uuid,
  decided_at timestamptz not null default now(),
  primary key (space_id, element_id, path)
);
comment on table meta.pack_decision is 'How people decided where they and a pack changed the same property; asked again when their value differs.';

create table meta.pack_offer (
  space_id int not null references meta.space,
  pack text not null,
  checksum text not null,
  primary key (space_id, pack)
);
comment on table meta.pack_offer is 'What a start has dealt with, so that an uninstall or a return to an earlier version is not undone by the next start.';

alter table meta.revision add column packs jsonb;
comment on column meta.revision.packs is 'Installed packs at this revision: name to version and checksum. Null for revisions from before packs were kept.';

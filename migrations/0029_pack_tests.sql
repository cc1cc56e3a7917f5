-- How the cases of packs came out when they last ran, and which packs a publish under way installs, upgrades or takes away.

create table meta.pack_test (
  space_id int not null references meta.space,
  pack text not null,
  checksum text not null,
  results jsonb not null,
  ran_at timestamptz not null default now(),
  primary key (space_id, pack, checksum)
);
comment on table meta.pack_test is 'The last run of the cases of a pack version: each with its name, how it came out, and what came instead.';
comment on column meta.publication.packs is 'Packs that this publish installs, upgrades or takes away, with the versions before and after.';

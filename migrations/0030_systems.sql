-- A change set names the system it came from. The name of a space is no help: most installations have the same.
alter table meta.space add column system uuid not null default gen_random_uuid();
comment on column meta.space.system is 'Tells systems apart in the files that travel between them.';

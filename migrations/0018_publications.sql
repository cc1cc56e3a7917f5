-- What a publish is doing, kept so that another process can go on with it, and the columns that fields had before their values were converted.


alter table meta.binding add column kept jsonb;
comment on column meta.binding.kept is 'For the column that a field had before a conversion: of which field, of which type, and what its values became.';

create table meta.publication (
  space_id int primary key references meta.space,
  plan_hash text not null,
  base_rev int not null,
  publisher uuid,
  comment text not null default '',
  packs jsonb not null default '[]',
  steps jsonb not null,
  step int not null default 0,
  state text not null check (state in ('running', 'undoing', 'failed', 'live', 'done')),
  attempts int not null default 1,
  is_cancelled boolean not null default false,
  error text,
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
comment on table meta.publication is 'The last publish of a space. One that is running or undoing and has no lease was cut off: it is taken up again.';

create table meta.step_progress (
  space_id int not null references meta.space,
  rev int not null,
  ord int not null,
  after_id uuid not null,
  after_tenant int not null,
  seen bigint not null,
  changed bigint not null,
  is_done boolean not null default false,
  primary key (space_id, rev, ord)
);
comment on table meta.step_progress is 'How far the batches of a step have come: written in the transaction of each batch.';

alter table meta.step add column batch jsonb;

-- Versions of packs that a start left for people, with the reasons, so that the studio can name them.

alter table meta.pack_offer add column waits jsonb;
comment on column meta.pack_offer.waits is 'Why a start could not bring this version by itself; null when it is dealt with. The next start tries it again.';

alter table meta.pack_offer add column offered_at timestamptz not null default now();

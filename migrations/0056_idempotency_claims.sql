-- Who works on a call with an Idempotency-Key, and when they last said so: a call whose process died is done by the next one that asks. The answer of a call
-- about records is noted by the app role, in the transaction of what the call does.
alter table meta.idempotency
  add column claim uuid,
  add column alive_at timestamptz not null default now();

create view meta_v.idempotency as
  select tenant_id, user_id, key, claim, status, headers, body from meta.idempotency where tenant_id = current_setting('app.tenant_id')::int
  with cascaded check option;
grant select, update on meta_v.idempotency to ${app};

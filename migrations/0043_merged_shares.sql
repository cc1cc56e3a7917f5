-- Shares that a merge gave the record that stays: by the operation, so that taking the merge back takes them back.
alter table meta.record_share add column operation uuid;

create or replace view meta_v.record_share as
  select tenant_id, object_id, record_id, principal_id, may_edit, expires_at, shared_by, reason, operation from meta.record_share
    where tenant_id = current_setting('app.tenant_id')::int
  with cascaded check option;

grant insert, delete on meta_v.record_share to ${app};

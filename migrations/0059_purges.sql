-- Records that were destroyed for good. The audit keeps that, when and by whom; undo asks for the operation that had moved them to the recycle bin.
create index audit_purge on meta.audit ((detail ->> 'operation')) where action = 'record.purge';

create view meta_v.purged as
  select p.tenant_id, p.at, p.object_id, p.record_id, p.operation
    from (select tenant_id, at, split_part(subject, ':', 1) as object_id, split_part(subject, ':', 2) as record_id, detail ->> 'operation' as operation
            from meta.audit where action = 'record.purge') p
    where p.tenant_id = current_setting('app.tenant_id')::int;
grant select on meta_v.purged to ${app};

import type { DataPool } from './data-pool.js';

export type MailToSend = {
  readonly id: string;
  readonly runId: string;
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
};

/**
 * Takes note of a mail before it is handed over, so that a process which dies in between is noticed.
 *
 * Shape:  'yours': nobody tried, or the last try is known to have failed: send it. 'unknown': somebody began and never said how it ended; it
 *         must not be sent again. Otherwise the state it reached before.
 */
export async function beginMail(
  data: DataPool,
  tenantId: number,
  mail: MailToSend,
  status: 'local' | 'sending',
): Promise<'yours' | 'unknown' | 'sent' | 'local'> {
  const text = await data.query(tenantId, {
    text: `
      with begun as (
        insert into meta_v.outbound_mail as m (id, tenant_id, run_id, idem_key, recipient, subject, body_text, body_html, status)
        values ($1, current_setting('app.tenant_id')::int, $2::bigint, $3, $4, $5, $6, $7, $8)
        on conflict (idem_key) do update set status = excluded.status, error = null
         where m.status = 'failed' and m.sent_at is null
        returning id
      )
      select case when exists (select 1 from begun) then 'yours'
                  else (select case status when 'sending' then 'unknown' when 'failed' then 'unknown' else status end
                          from meta_v.outbound_mail where idem_key = $3) end`,
    values: [mail.id, mail.runId, mail.key, mail.to, mail.subject, mail.text, mail.html, status],
  });
  return text as 'yours' | 'unknown' | 'sent' | 'local';
}

/** How the hand-over ended. 'unknown' keeps the mail from ever being sent again: `sent_at` marks that a server may have taken it. */
export async function endMail(
  data: DataPool,
  tenantId: number,
  key: string,
  ended: 'sent' | 'failed' | 'unknown',
  error: string | null,
): Promise<void> {
  await data.query(tenantId, {
    text: `update meta_v.outbound_mail
              set status = case when $2 = 'sent' then 'sent' else 'failed' end, error = $3,
                  sent_at = case when $2 in ('sent', 'unknown') then now() end
            where idem_key = $1`,
    values: [key, ended, error],
  });
}

/** Mail of one tenant, newest first, after the mail named by `after`. JSON text made by Postgres. */
export async function readMail(
  data: DataPool,
  tenantId: number,
  { limit, after }: { limit: number; after: { at: string; id: string } | null },
): Promise<string> {
  const text = await data.query(tenantId, {
    text: `
      select coalesce(json_agg(json_build_object('id', m.id, 'at', m.at, 'to', m.recipient, 'subject', m.subject, 'text', m.body_text,
               'html', m.body_html, 'status', m.status, 'error', m.error, 'objectId', m.object_id, 'recordId', m.record_id, 'isOfRun', m.run_id is not null) order by m.created_at desc, m.id desc), '[]')::text
        from (select o.*, to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, r.object_id, r.record_id
                from meta_v.outbound_mail o left join meta_v.wf_run r on r.id = o.run_id
               where $2::timestamptz is null or (o.created_at, o.id) < ($2::timestamptz, $3::uuid)
               order by o.created_at desc, o.id desc limit $1) m`,
    values: [limit, after?.at ?? null, after?.id ?? null],
  });
  return text ?? '[]';
}

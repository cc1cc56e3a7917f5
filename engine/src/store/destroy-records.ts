import { transaction } from './identity-transaction.js';
import type { IdentityPool } from './identity.js';

/** What a purge destroyed: the records that lay in the bin by themselves, and all that went, in the order of the parts. */
export type Destroyed = {
  readonly roots: readonly (readonly [id: string, operation: string | null])[];
  readonly parts: readonly (readonly string[])[];
};

export type Destruction = {
  readonly tenantId: number;
  /** Made by `purgeRecords`. */
  readonly statement: { readonly text: string; readonly values: readonly unknown[] };
  /** The objects of its parts, by id and number. */
  readonly objects: readonly { readonly id: string; readonly number: number }[];
  /** Tables of the space, quoted, that keep something of a record. */
  readonly history: string;
  readonly outbox: string;
  readonly dirty: string;
  /** Who destroys them; null for the platform itself. */
  readonly actor: string | null;
};

/**
 * Destroys records with their history, their events, what is shared of them and who looked at them lately, and keeps in the audit that it was done: in
 * one transaction.
 *
 * Shape:  it is done by the owner of the tables, since the role that serves people may add to history and take nothing away. The statement is held to
 *         the tenant by its guard views all the same, and to the rights of the caller by its own conditions.
 * Errors: those of the database, when something that stays needs what would go.
 */
export async function destroyRecords(pool: IdentityPool, given: Destruction): Promise<Destroyed> {
  const { tenantId, statement, objects, history, outbox, dirty, actor } = given;
  return transaction(pool, async (query) => {
    await query(`select set_config('app.tenant_id', $1, true)`, [String(tenantId)]);
    const [row] = await query(statement.text, statement.values);
    const done = JSON.parse(String(Object.values(row ?? {})[0])) as Destroyed;
    for (const [index, ids] of done.parts.entries()) {
      const object = objects[index];
      if (object === undefined || ids.length === 0) continue;
      for (const table of [history, outbox])
        await query(`delete from ${table} where tenant_id = $1 and object_no = $2 and record_id = any($3::uuid[])`, [
          tenantId,
          object.number,
          ids,
        ]);
      await query(`delete from ${dirty} where tenant_id = $1 and record_id = any($2::uuid[])`, [tenantId, ids]);
      for (const table of ['meta.record_share', 'meta.recent_record'])
        await query(`delete from ${table} where tenant_id = $1 and object_id = $2 and record_id = any($3::uuid[])`, [
          tenantId,
          object.id,
          ids,
        ]);
    }
    const root = objects[0];
    if (root !== undefined && done.roots.length > 0) {
      await query(
        `insert into meta.audit (tenant_id, actor, action, subject, detail)
         select $1, $2, 'record.purge', $3 || ':' || r.id, jsonb_strip_nulls(jsonb_build_object('operation', r.operation))
         from unnest($4::text[], $5::text[]) r (id, operation)`,
        [tenantId, actor, root.id, done.roots.map(([id]) => id), done.roots.map(([, operation]) => operation)],
      );
    }
    return done;
  });
}

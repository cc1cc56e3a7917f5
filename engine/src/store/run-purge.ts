import type { PurgePlan } from '../planner/purge.js';
import type { Database } from './open-database.js';
import { runOnline } from './pre-steps.js';
import { shortTransaction } from './short-transaction.js';

const OUTCOME = 'Nothing was purged.';

/**
 * Destroys what a purge names. The bindings stay as a memory that these names were used. Call it with the publish lease held.
 *
 * Errors: conflict, overloaded; then tables and columns are as before, and the purge can be run again.
 */
export async function runPurge(database: Database, space: number, plan: PurgePlan): Promise<void> {
  for (const statement of plan.statements) if (statement.phase === 'PRE') await runOnline(database, { ...statement, lock: 'L2' }, OUTCOME);
  await shortTransaction(database, OUTCOME, async (client) => {
    for (const { sql, phase } of plan.statements) if (phase === 'TX') await client.query(sql);
    await client.query(`update meta.binding set state = 'dropped', kept = null where space_id = $1 and element_id = any($2)`, [
      space,
      plan.elements,
    ]);
    // Plans that were made before may count on what is gone.
    await client.query('delete from meta.plan where space_id = $1', [space]);
    await client.query(
      `insert into meta.audit (tenant_id, actor, action, subject, detail)
       select t.id, null, 'metadata.purged', 'metadata', $2 from meta.tenant t where t.space_id = $1 order by t.id limit 1`,
      [space, JSON.stringify({ elements: plan.elements, statements: plan.statements.map(({ sql }) => sql) })],
    );
  });
}

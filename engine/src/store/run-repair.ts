import type pg from 'pg';
import { AppError } from '../kernel/errors.js';
import type { PlannedStatement } from '../planner/planned-statement.js';
import type { Database } from './open-database.js';
import { runPendingSteps, type PendingStep } from './pending-steps.js';
import { runOnline, undo } from './pre-steps.js';
import type { Lease } from './publish-lease.js';
import { shortTransaction } from './short-transaction.js';
import { stepFailure } from './sql-state.js';

export type RepairRun = {
  readonly space: number;
  readonly revision: number;
  readonly statements: readonly PlannedStatement[];
  /** Codes of what is repaired, for the audit. */
  readonly codes: readonly string[];
  /** Null for somebody at the machine. */
  readonly by: string | null;
};

const OUTCOME = 'Nothing was repaired.';

/**
 * Runs a repair in the phases of a publish. What runs after the transaction is kept as steps of the live revision, so that what fails is
 * tried again by itself. Call it with the publish lease held.
 *
 * Errors: conflict, overloaded; then the catalogue is as before.
 */
export async function runRepair(
  database: Database,
  lease: Lease,
  { space, revision, statements, codes, by }: RepairRun,
): Promise<readonly PendingStep[]> {
  const made: PlannedStatement[] = [];
  const of = (phase: PlannedStatement['phase']) => statements.filter((statement) => statement.phase === phase);
  try {
    for (const statement of of('PRE')) {
      made.push(statement);
      await runOnline(database, statement, OUTCOME);
    }
    await shortTransaction(database, OUTCOME, async (client) => {
      for (const { sql } of of('TX')) {
        await client.query(sql).catch((error: unknown) => {
          throw isOfStep(error) ? new AppError('conflict', `${OUTCOME} ${stepFailure(error)}`, { cause: error }) : error;
        });
      }
      await keepSteps(client, space, revision, of('POST'));
      await client.query(
        `insert into meta.audit (tenant_id, actor, action, subject, detail)
         select t.id, $2, 'catalog.repaired', 'metadata', $3 from meta.tenant t where t.space_id = $1 order by t.id limit 1`,
        [space, by, JSON.stringify({ revision, codes, statements: statements.map(({ sql }) => sql) })],
      );
    });
  } catch (error) {
    for (const statement of made.toReversed()) {
      await undo(database, statement).catch((reason: unknown) => {
        database.config.logger.warn({ error: String(reason) }, 'a step of a repair was not taken back; the doctor will name it');
      });
    }
    throw error;
  }
  return runPendingSteps(database, space, lease);
}

/** Adds statements to the steps of the live revision, to be run online by whoever takes them up. */
export const keepSteps = (
  client: Pick<pg.PoolClient, 'query'>,
  space: number,
  revision: number,
  statements: readonly PlannedStatement[],
): Promise<unknown> =>
  client.query(
    `insert into meta.step (space_id, rev, ord, phase, lock_class, risk_class, sql, builds)
     select $1, $3, (select coalesce(max(ord), 0) from meta.step where space_id = $1 and rev = $3) + ord, s.phase, s.lock, s.risk, s.sql, s.builds
       from jsonb_array_elements($2::jsonb) with ordinality as e(value, ord),
            jsonb_to_record(e.value) as s(phase text, lock text, risk text, sql text, builds jsonb)`,
    [space, JSON.stringify(statements), revision],
  );

/** What the statement itself is to blame for: objects that others depend on, values that do not fit, missing rights. */
const isOfStep = (error: unknown): boolean => /^(2BP01|23|42)/.test((error as { code?: string }).code ?? '');

import type pg from 'pg';
import type { ActiveModel } from '../model/active.js';
import type { Model } from '../model/types.js';
import { bindingsOf } from '../planner/bindings.js';
import { NO_FACTS } from '../planner/facts.js';
import { planChange } from '../planner/plan.js';
import { insertSpace, laterTables, spaceSchema } from './create-space.js';
import type { DataTransaction } from './data-pool.js';
import type { Database } from './open-database.js';

/** A space that exists only within its transaction. */
export type ScratchSpace = {
  readonly active: ActiveModel;
  readonly tenantId: number;
  readonly tx: DataTransaction;
  /** Makes a person with a role, by the id of the role. */
  addPerson(person: { readonly id: string; readonly name: string; readonly roleId: string }): Promise<void>;
  /** Does something and takes it all back, whatever comes of it. */
  undone<T>(work: () => Promise<T>): Promise<T>;
  /** Does something that may fail without spoiling what was done before it. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
};

/**
 * Makes the tables of a model in a schema of their own, works with them, and takes everything back: nobody else ever sees them, no lock is
 * taken on a table that anybody uses.
 *
 * Shape: statements run as the owner of the tables, through the same guard views and with the same checks as those of the app role.
 */
export async function withScratchSpace<T>(database: Database, model: Model, work: (scratch: ScratchSpace) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    await client.query(`begin; set local lock_timeout = '2s'; set local statement_timeout = '30s'; set local jit = off`);
    const { id: space, tenantId } = await insertSpace(client, { name: 'Cases of packs' });
    await client.query(spaceSchema(space, database.config.roles));
    await client.query(laterTables(space, database.config.roles));
    const active = await makeTables(database, client, space, model);
    await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenantId)]);
    return await work(scratchOn(client, active, tenantId));
  } finally {
    const isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    client.release(isBroken);
  }
}

/** Where the people of cases are at home. */
const PLACE = { timeZone: 'UTC', currency: 'EUR' };

async function makeTables(database: Database, client: pg.PoolClient, space: number, model: Model): Promise<ActiveModel> {
  let number = 0;
  const plan = planChange(
    {
      space,
      fromRevision: 0,
      from: null,
      to: model,
      bindings: [],
      numberFor: () => (number += 1),
      roles: database.config.roles,
      place: PLACE,
    },
    NO_FACTS,
  );
  // Whatever would run online beside the transaction has nobody to wait for here.
  const statements = plan.statements.map(({ sql }) => sql.replace(/\bindex concurrently\b/, 'index'));
  if (statements.length > 0) await client.query(statements.join(';\n'));
  await client.query('update meta.space set head_rev = 1 where id = $1', [space]);
  return { space, revision: 1, model, bindings: bindingsOf(space, plan.bindings) };
}

/** Columns arrive as text, as they do for the app role. */
const AS_TEXT = { getTypeParser: () => (text: string) => text } as pg.CustomTypesConfig;

function scratchOn(client: pg.PoolClient, active: ActiveModel, tenantId: number): ScratchSpace {
  let depth = 0;
  const within = async <T>(work: () => Promise<T>, keep: boolean): Promise<T> => {
    const name = `scratch_${String((depth += 1))}`;
    await client.query(`savepoint ${name}`);
    let isDone = false;
    try {
      const result = await work();
      isDone = true;
      return result;
    } finally {
      if (!isDone || !keep) await client.query(`rollback to savepoint ${name}`);
      await client.query(`release savepoint ${name}`);
      depth -= 1;
    }
  };
  const query: DataTransaction['query'] = async ({ text, values }) => {
    const { rows } = await client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array', types: AS_TEXT });
    return rows[0]?.[0] ?? null;
  };
  return {
    active,
    tenantId,
    tx: { query, attempt: (statement) => within(() => query(statement), true), undoable: (work) => within(work, true) },
    addPerson: async ({ id, name, roleId }) => {
      await client.query('insert into meta.user (id, tenant_id, email, name) values ($1, $2, $3, $4)', [id, tenantId, `${id}@cases`, name]);
      await client.query('insert into meta.user_role (user_id, role_id) values ($1, $2)', [id, roleId]);
    },
    undone: (work) => within(work, false),
    attempt: (work) => within(work, true),
  };
}

import type { IdentityPool } from './identity.js';

export type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

class Undone extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super('undone');
    this.result = result;
  }
}

/** Work on people in one transaction. `undo` takes everything back and answers with its argument. */
export async function transaction<Result>(
  pool: IdentityPool,
  work: (query: Query, undo: (result: Result) => never) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(
      async (text, values) => (await client.query(text, [...values])).rows as Record<string, unknown>[],
      (undone) => {
        throw new Undone(undone);
      },
    );
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (error instanceof Undone) return error.result as Result;
    throw error;
  } finally {
    client.release();
  }
}

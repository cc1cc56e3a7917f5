import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

/** How a case came out. `fails_here` is one that holds for the packs alone, but not with what people changed. */
export type CaseResult = { readonly name: string; readonly outcome: 'holds' | 'fails' | 'fails_here'; readonly message: string };
/** The last run of the cases of a pack version. */
export type PackTest = { readonly pack: string; readonly checksum: string; readonly results: readonly CaseResult[] };

export async function keepTestResults(db: Queryable, space: number, tests: readonly PackTest[]): Promise<void> {
  for (const { pack, checksum, results } of tests) {
    await db.query(
      `insert into meta.pack_test (space_id, pack, checksum, results) values ($1, $2, $3, $4)
       on conflict (space_id, pack, checksum) do update set results = excluded.results, ran_at = now()`,
      [space, pack, checksum, JSON.stringify(results)],
    );
  }
}

export async function testResults(
  db: Queryable,
  space: number,
  checksum: string,
): Promise<{ readonly results: readonly CaseResult[]; readonly ranAt: string } | null> {
  const { rows } = await db.query<{ results: CaseResult[]; ranAt: string }>(
    `select results, to_char(ran_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "ranAt"
       from meta.pack_test where space_id = $1 and checksum = $2`,
    [space, checksum],
  );
  return rows[0] ?? null;
}

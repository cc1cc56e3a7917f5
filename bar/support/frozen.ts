import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanarySystem } from './canary-system.js';

/** Checksums of all that is kept: of each table of each schema, and of each uploaded file. */
export type State = ReadonlyMap<string, string>;

/** Columns that may change although nothing was done, each with why; "*" is the whole table. */
export type Except = Readonly<Record<string, { readonly column: string; readonly because: string }>>;

/** When a session was last used is written down at most once a minute, whatever it was used for. */
export const SESSIONS: Except = { 'meta.session': { column: 'last_seen_at', because: 'notes that the session was used, not what for' } };

/** FROZEN: what is kept, to be compared with what is kept later. What works in the background has ended before. */
export async function stateOf(system: Pick<CanarySystem, 'test' | 'folder'>, except: Except = {}): Promise<State> {
  await settled(system);
  const { sql } = system.test;
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`,
  );
  const parts = tables.flatMap(({ name }) => {
    const column = except[name]?.column;
    if (column === '*') return [];
    const row = column === undefined ? 't::text' : `(to_jsonb(t) - '${column}')::text`;
    return [
      `select '${name}' as name, count(*) || ' ' || md5(coalesce(string_agg(${row}, e'\\n' order by ${row}), '')) as sum from ${name} t`,
    ];
  });
  const sums = await sql<{ name: string; sum: string }>(parts.join(' union all '));
  const state = new Map(sums.map(({ name, sum }) => [name, sum]));
  for (const entry of await readdir(join(system.folder, 'files'), { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    state.set(
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return state;
}

/** Names of tables and files that are not as they were. */
export const changes = (before: State, after: State): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name)).sort();

/** What somebody's doing changed: nothing, if it was refused. */
export async function changedBy(
  system: Pick<CanarySystem, 'test' | 'folder'>,
  work: () => Promise<unknown>,
  except: Except = {},
): Promise<string[]> {
  const before = await stateOf(system, except);
  await work();
  return changes(before, await stateOf(system, except));
}

/** Waits until no roll-up is to be worked out and no run goes on by itself. */
async function settled({ test }: Pick<CanarySystem, 'test'>): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const [row] = await test.sql<{ open: boolean }>(
      `select exists (select 1 from sp1.sys_dirty) or exists (select 1 from meta.wf_run where status = 'leased' or status = 'ready' and wake_at <= now()) as open`,
    );
    if (row?.open !== true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('what works in the background does not come to an end');
}

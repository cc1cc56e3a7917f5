import { INSTALLATION } from './fair-turns.js';
import type { Database } from './open-database.js';

/** A setting of the server with which something that was confirmed can be lost, and what to do. */
export type UnsafeSetting = { readonly name: string; readonly found: string; readonly loses: string; readonly advice: string };

type Rule = { readonly isUnsafe: (value: string) => boolean; readonly loses: string; readonly advice: string };

const reload = (name: string, value: string): string => `Set ${name} = ${value} and reload the server.`;
const isNotOn = (value: string): boolean => value !== 'on';

/** Source: PostgreSQL manual, "Write Ahead Log" and "Error handling" of the server configuration, and "Data checksums". */
const RULES: Readonly<Record<string, Rule>> = {
  fsync: { isUnsafe: isNotOn, loses: 'a power cut can destroy the database', advice: reload('fsync', 'on') },
  full_page_writes: {
    isUnsafe: isNotOn,
    loses: 'a power cut can leave torn pages',
    advice: reload('full_page_writes', 'on'),
  },
  synchronous_commit: {
    isUnsafe: (value) => value === 'off',
    loses: 'what was confirmed last can be gone after a crash',
    advice: 'Set synchronous_commit = on, also for the database and for our roles ("alter role … reset synchronous_commit").',
  },
  data_checksums: {
    isUnsafe: isNotOn,
    loses: 'a damaged disk is not noticed',
    advice: 'Stop the server and run pg_checksums --enable, or dump it and restore into a new one.',
  },
  data_sync_retry: {
    isUnsafe: (value) => value !== 'off',
    loses: 'what a disk failed to write is taken for written',
    advice: 'Set data_sync_retry = off and restart the server.',
  },
};

/** What is unsafe about the server: as it is set, and as the two roles that write find it, for each of whom it can be set otherwise. */
export async function unsafeSettings({ pool, data }: Pick<Database, 'pool' | 'data'>): Promise<UnsafeSetting[]> {
  const { rows } = await pool.query<{ name: string; setting: string }>('select name, setting from pg_settings where name = any($1)', [
    Object.keys(RULES),
  ]);
  const ofApp = await data.query(INSTALLATION, { text: `select current_setting('synchronous_commit')`, values: [] });
  const found = new Map(rows.map(({ name, setting }) => [name, setting]));
  if (ofApp === 'off') found.set('synchronous_commit', ofApp);
  return Object.entries(RULES).flatMap(([name, { isUnsafe, loses, advice }]) => {
    const value = found.get(name);
    return value !== undefined && isUnsafe(value) ? [{ name, found: value, loses, advice }] : [];
  });
}

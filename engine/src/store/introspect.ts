import type { Facts, Question } from '../planner/facts.js';
import { quote } from '../kernel/statement.js';
import type { Database } from './open-database.js';

/** Counting may take its time on a large table, but not for ever. */
const COUNT_TIMEOUT_MS = 60_000;

/** Counts what a plan asks about. Reads only, in one snapshot. */
export async function gatherFacts(database: Database, schema: string, questions: readonly Question[]): Promise<Facts> {
  const facts = {
    rows: new Map<string, number>(),
    missing: new Map<string, number>(),
    values: new Map<string, number>(),
    doubles: new Map<string, number>(),
  };
  if (questions.length === 0) return facts;
  const client = await database.pool.connect();
  try {
    await client.query(`begin transaction isolation level repeatable read read only; set local statement_timeout = ${COUNT_TIMEOUT_MS}`);
    const existing = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p')`,
      [schema],
    );
    const tables = new Set(existing.rows.map((row) => row.name));
    for (const question of questions) {
      if (!tables.has(question.table)) continue;
      const { rows } = await client.query<{ n: string }>(countOf(schema, question));
      facts[question.kind].set(keyOf(question), Number(rows[0]?.n ?? 0));
    }
    await client.query('commit');
    return facts;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function countOf(schema: string, question: Question): string {
  const from = `from ${quote(schema)}.${quote(question.table)}`;
  switch (question.kind) {
    case 'rows':
      return `select count(*) as n ${from}`;
    case 'missing':
      return `select count(*) as n ${from} where ${quote('deleted_at')} is null and ${quote(question.column)} is null`;
    case 'values':
      return `select count(*) as n ${from} where ${quote('deleted_at')} is null and ${quote(question.column)} is not null`;
    case 'doubles':
      return `select coalesce(sum(n), 0) as n from (select count(*) as n ${from} where ${question.where} group by ${question.keys} having count(*) > 1) x`;
  }
}

const keyOf = (question: Question): string =>
  question.kind === 'rows' ? question.table : question.kind === 'doubles' ? question.index : question.column;

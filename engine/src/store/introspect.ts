import type { ConversionFacts, Facts, Question, TableShape } from '../planner/facts.js';
import { literal, quote } from '../kernel/statement.js';
import { optionKey } from '../planner/replace-options.js';
import type { Database } from './open-database.js';
import { readTableShape } from './table-shape.js';

/** Counting may take its time on a large table, but not for ever. */
const COUNT_TIMEOUT_MS = 60_000;

/** Counts what a plan asks about. Reads only, in one snapshot. */
export async function gatherFacts(database: Database, schema: string, questions: readonly Question[]): Promise<Facts> {
  const standing = new Map<string, { name: string; kind: 'index' | 'constraint' }[]>();
  const facts = {
    rows: new Map<string, number>(),
    missing: new Map<string, number>(),
    values: new Map<string, number>(),
    doubles: new Map<string, number>(),
    beyond: new Map<string, number>(),
    chosen: new Map<string, number>(),
    orphans: new Map<string, number>(),
    slots: new Map<string, number>(),
  };
  const conversions = new Map<string, ConversionFacts>();
  const shapes = new Map<string, TableShape>();
  if (questions.length === 0) return { ...facts, conversions, shapes, standing };
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
      if (question.kind === 'standing') {
        const found = await client.query<{ name: string; kind: 'index' | 'constraint' }>(STANDING, [schema, question.table]);
        standing.set(question.table, found.rows);
        continue;
      }
      if (question.kind === 'conversions') {
        const { rows } = await client.query<ConversionFacts>(conversionOf(schema, question));
        if (rows[0]) conversions.set(question.column, rows[0]);
        continue;
      }
      if (question.kind === 'slots') {
        const shape = await readTableShape(client, quote(schema), quote(question.table));
        if (shape) shapes.set(question.table, shape);
      }
      const { rows } = await client.query<{ n: string }>(countOf(schema, question));
      facts[question.kind].set(keyOf(question), Number(rows[0]?.n ?? 0));
    }
    await client.query('commit');
    return { ...facts, conversions, shapes, standing };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const STANDING = `
  select i.relname as name, 'index' as kind from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
   where t.relnamespace = to_regnamespace($1) and t.relname = $2 and not x.indisprimary
  union all
  select k.conname, 'constraint' from pg_constraint k join pg_class t on t.oid = k.conrelid
   where t.relnamespace = to_regnamespace($1) and t.relname = $2 and k.contype in ('c', 'f') order by 1`;

type Countable = Exclude<Question, { kind: 'standing' | 'conversions' }>;

function countOf(schema: string, question: Countable): string {
  const table = `${quote(schema)}.${quote(question.table)}`;
  const derived = 'derived' in question ? question.derived : undefined;
  const from = derived ? `from (select "tenant_id", "deleted_at", ${derived.sql} as ${derived.name} from ${table}) t` : `from ${table}`;
  switch (question.kind) {
    case 'rows':
      return `select count(*) as n ${from}`;
    case 'slots':
      return `select coalesce(max(attnum), 0) as n from pg_attribute where attrelid = '${quote(schema)}.${quote(question.table)}'::regclass`;
    case 'orphans': {
      const [at, target] = [`t.${quote(question.column)}`, `${quote(schema)}.${quote(question.target)}`];
      const owner = `select 1 from ${target} p where p."tenant_id" = t."tenant_id" and p."id" = ${at} and p."deleted_at" is null`;
      return `select count(*) as n ${from} t where t."deleted_at" is null and ${at} is not null and not exists (${owner})`;
    }
    case 'missing':
      return `select count(*) as n ${from} where ${quote('deleted_at')} is null and ${quote(question.column)} is null`;
    case 'values':
      return `select count(*) as n ${from} where ${quote('deleted_at')} is null and ${quote(question.column)} is not null`;
    case 'chosen': {
      const at = quote(question.column);
      return `select count(*) as n ${from} where ${question.isList ? `${at} @> array[${literal(question.value)}]` : `${at} = ${literal(question.value)}`}`;
    }
    case 'beyond':
      return `select count(*) as n ${from} where ${quote('deleted_at')} is null and abs(${quote(question.column)}) >= ${'1'.padEnd(question.digits + 1, '0')}`;
    case 'doubles':
      return `select coalesce(sum(n), 0) as n from (select count(*) as n ${from} where ${question.where} group by ${question.keys} having count(*) > 1) x`;
  }
}

const SAMPLES = 20;

/** Counts and samples in one pass over the table. */
function conversionOf(schema: string, { table, has, lost, shortened }: Question & { kind: 'conversions' }): string {
  const from = `from ${quote(schema)}.${quote(table)} where ${quote('deleted_at')} is null and ${has}`;
  return `select count(*)::int as values, count(*) filter (where lost)::int as lost, count(*) filter (where shortened and not lost)::int as shortened,
      coalesce((array_agg(id::text order by id) filter (where lost))[1:${String(SAMPLES)}], '{}') as samples
    from (select id, ${lost} as lost, coalesce(${shortened}, false) as shortened ${from}) t`;
}

const keyOf = (question: Countable): string => (question.kind === 'chosen' ? optionKey(question.column, question.value) : nameOf(question));

const nameOf = (question: Exclude<Countable, { kind: 'chosen' }>): string =>
  question.kind === 'doubles' ? question.index : 'column' in question ? question.column : question.table;

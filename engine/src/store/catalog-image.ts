import type pg from 'pg';
import type { CatalogPart } from '../planner/catalog-part.js';
import { dataSchemaOf, viewSchemaOf } from '../planner/bindings.js';
import type { DatabaseConfig } from './database.js';
import { introspectSchemas } from './introspect-schema.js';

type Queryable = { query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }> };
type Roles = DatabaseConfig['roles'];

/** Schemas of the platform itself. In those of a space, what begins with `sys_` and the rights on the schema belong to it too. */
export const PLATFORM_SCHEMAS = ['meta', 'meta_v'] as const;
export const isOfPlatform = (part: CatalogPart): boolean =>
  part.schema === 'meta' || part.schema === 'meta_v' || part.of === '' || /^sys_[a-z_]+$/.test(part.of);

/**
 * Writes down what the platform's schemas hold. Called when migrations ran and when a space was made: then, and only then, is what is there
 * what should be there.
 */
export async function takeCatalogImage(db: Queryable, roles: Roles): Promise<void> {
  const spaces = await db.query<{ id: number }>('select id from meta.space');
  const schemas = [...PLATFORM_SCHEMAS, ...spaces.rows.flatMap(({ id }) => [dataSchemaOf(id), viewSchemaOf(id)])];
  const parts = (await introspectSchemas(db, roles, schemas)).filter(isOfPlatform);
  await db.query(
    `insert into meta.catalog_image (server_major, parts) values (${MAJOR}, $1)
     on conflict (id) do update set server_major = excluded.server_major, parts = excluded.parts, taken_at = now()`,
    [JSON.stringify(parts)],
  );
}

const MAJOR = `current_setting('server_version_num')::int / 10000`;

/**
 * Whether an image is there that this server can be compared with. Another major version of Postgres writes definitions in other words, so
 * the image is taken anew with it.
 */
export async function hasCatalogImage(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select 1 from meta.catalog_image where server_major = ${MAJOR}) as found`,
  );
  return rows[0]?.found ?? false;
}

/** The parts of the platform that concern one space. */
export async function readCatalogImage(db: Queryable, space: number): Promise<CatalogPart[]> {
  const { rows } = await db.query<{ parts: CatalogPart[] }>('select parts from meta.catalog_image');
  const schemas: ReadonlySet<string> = new Set([...PLATFORM_SCHEMAS, dataSchemaOf(space), viewSchemaOf(space)]);
  return (rows[0]?.parts ?? []).filter((part) => schemas.has(part.schema));
}

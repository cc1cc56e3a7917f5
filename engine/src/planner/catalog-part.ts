/** What a schema is made of, as the doctor compares it. Rights are those of a role on a relation, or on a schema where `of` is empty. */
export const PART_KINDS = [
  'role',
  'table',
  'owner',
  'column',
  'index',
  'constraint',
  'trigger',
  'row security',
  'policy',
  'view',
  'function',
  'right',
] as const;
export type PartKind = (typeof PART_KINDS)[number];

/**
 * One thing in the catalogue of Postgres.
 *
 * Shape: `of` is the table, view or function it belongs to, `name` its own name, both unquoted. `definition` is SQL as Postgres writes it.
 *        `isValid` is false for an index whose build was cut off and for a constraint that was never checked.
 */
export type CatalogPart = {
  readonly kind: PartKind;
  readonly schema: string;
  readonly of: string;
  readonly name: string;
  readonly definition: string;
  readonly isValid?: boolean;
};

export const keyOfPart = (part: CatalogPart): string => [part.kind, part.schema, part.of, part.name].join('|');

/** How Postgres writes the types that we write shorter. */
const LONG_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^timestamptz$/, 'timestamp with time zone'],
  [/^char\((\d+)\)$/, 'character($1)'],
  [/^varchar\((\d+)\)$/, 'character varying($1)'],
  [/^bool$/, 'boolean'],
  [/^int4?$/, 'integer'],
  [/^int8$/, 'bigint'],
  [/^int2$/, 'smallint'],
  [/^float8$/, 'double precision'],
  [/^time$/, 'time without time zone'],
];
export const longTypeName = (type: string): string =>
  LONG_NAMES.reduce((name, [short, long]) => name.replace(short, long), type).replace(/^(.*)\[\]$/, (_all, of: string) => {
    const inner = LONG_NAMES.reduce((name, [short, long]) => name.replace(short, long), of);
    return `${inner}[]`;
  });

const CAST =
  /::(timestamp with(?:out)? time zone|time without time zone|character varying|double precision|[a-z_0-9]+)(\(\d+(,\d+)?\))?(\[\])?/g;

/**
 * SQL without what Postgres adds or leaves out when it writes a definition down: quotes of names, brackets, casts, white space, and the name
 * of the only table. Two definitions that are alike in this form mean the same here, since we wrote one of them.
 */
export const plainSql = (sql: string, table: string): string =>
  sql
    .toLowerCase()
    .replaceAll('"', '')
    .replace(CAST, '')
    .replaceAll(new RegExp(`(?<![.\\w])${table}\\.`, 'g'), '')
    .replace(/[\s();]+/g, '');

import { quote } from '../kernel/statement.js';
import type { CatalogPart } from './catalog-part.js';
import type { Finding } from './drift.js';
import { dropConstraint, validate } from './changes/add-reference.js';
import type { PlannedStatement } from './planned-statement.js';
import { keyRepair, rightRepair, ruleRepair } from './repair-parts.js';
import { inTransaction, type Repair, type RepairContext } from './repair-step.js';

/** Puts the platform's own parts right, from the image that was taken when the migrations had run. */
export function platformRepair({ drift, found }: Finding, wanted: CatalogPart, { roles, image }: RepairContext): Repair {
  const at = `${quote(wanted.schema)}.${quote(wanted.of)}`;
  const rights = (): PlannedStatement[] =>
    image
      .filter((each) => each.kind === 'right' && each.schema === wanted.schema && each.of === wanted.of)
      .map((each) => rightRepair(target(each), each, roles))
      .flatMap((repair) => ('statements' in repair ? repair.statements : []));
  switch (wanted.kind) {
    case 'role':
      return drift.kind === 'missing'
        ? { refused: drift.advice }
        : { refused: `Run as a superuser: alter role ${quote(wanted.name)} ${wanted.definition}. It should be in no other role.` };
    case 'table':
      return { refused: 'A table of the platform is gone with what was in it. Restore a backup.' };
    case 'column':
      return columnRepair(drift, wanted, at);
    case 'owner':
      return { refused: `Run as a superuser: alter table ${at} owner to ${quote(wanted.definition)}` };
    case 'index':
      return { statements: indexStatements(wanted, found) };
    case 'constraint':
      return constraintRepair(drift, wanted, at);
    case 'row security':
      return { statements: [inTransaction(`alter table ${at} ${wanted.definition === 'on' ? 'enable' : 'disable'} row level security`)] };
    case 'view': {
      const drop = drift.what === 'columns of view' ? [inTransaction(`drop view ${at}`)] : [];
      return { statements: [...drop, inTransaction(`create or replace view ${at} as ${wanted.definition}`), ...rights()] };
    }
    case 'function':
      return {
        statements: [inTransaction(wanted.definition), ...(drift.kind === 'missing' ? [revokeFromPublic(wanted), ...rights()] : [])],
      };
    case 'right':
      return rightRepair(target(wanted), wanted, roles);
    default:
      return { refused: `Put it right by hand. It should be: ${wanted.definition}` };
  }
}

const revokeFromPublic = ({ schema, of }: CatalogPart): PlannedStatement =>
  inTransaction(`revoke all on function ${quote(schema)}.${quote(of)} from public`);

/** What a right is on, as SQL. Functions of the platform have one form each, so their name is enough. */
export function target({ schema, of, definition }: CatalogPart): string {
  if (of === '') return `schema ${quote(schema)}`;
  return `${definition.includes('execute') ? 'function' : 'table'} ${quote(schema)}.${quote(of)}`;
}

function columnRepair(drift: Finding['drift'], wanted: CatalogPart, at: string): Repair {
  if (drift.kind !== 'missing')
    return drift.what === 'type of column' || / generated /.test(wanted.definition) ? { refused: drift.advice } : ruleRepair(at, wanted);
  if (/ not null(?!.* default )| generated /.test(wanted.definition))
    return { refused: 'Without this column no row is whole. Restore a backup.' };
  return {
    statements: [inTransaction(`alter table ${at} add column ${quote(wanted.name)} ${wanted.definition}`)],
    confirm: { message: `The values of ${wanted.of}.${wanted.name} are gone. The column is added again, empty.` },
  };
}

function indexStatements(wanted: CatalogPart, found: CatalogPart | null): PlannedStatement[] {
  const builds = { schema: wanted.schema, index: wanted.name };
  const online = (sql: string): PlannedStatement => ({ sql, phase: 'POST', lock: 'L2', risk: 'R0' });
  // One that is there and unfinished goes before it is built again; one of another form has to be dropped.
  const drop =
    found !== null && found.isValid !== false
      ? [online(`drop index concurrently if exists ${quote(wanted.schema)}.${quote(wanted.name)}`)]
      : [];
  const sql = wanted.definition.replace(
    /^CREATE (UNIQUE )?INDEX /,
    (_all, unique: string | undefined) => `create ${unique === undefined ? '' : 'unique '}index concurrently if not exists `,
  );
  return [...drop, { ...online(sql), builds }];
}

function constraintRepair(drift: Finding['drift'], wanted: CatalogPart, at: string): Repair {
  const name = quote(wanted.name);
  if (drift.what === 'unchecked constraint') return { statements: [validate(at, name)] };
  if (!/^(check|foreign key) /i.test(wanted.definition)) return keyRepair(at, wanted, drift.kind);
  return {
    statements: [
      ...(drift.kind === 'differs' ? [dropConstraint(at, name)] : []),
      inTransaction(`alter table ${at} add constraint ${name} ${wanted.definition} not valid`, 'R2'),
      validate(at, name),
    ],
  };
}

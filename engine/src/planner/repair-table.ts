import { quote } from '../kernel/statement.js';
import * as addColumn from './changes/add-column.js';
import * as addIndex from './changes/add-index.js';
import * as addReference from './changes/add-reference.js';
import * as fillColumn from './changes/fill-column.js';
import * as addRequired from './changes/add-required.js';
import * as createTable from './changes/create-table.js';
import * as makeView from './changes/make-view.js';
import type { Finding } from './drift.js';
import { fillOf } from './facts.js';
import { SYSTEM_TABLE_COLUMNS, type Index, type Part, type Table } from './physical.js';
import type { PlannedStatement } from './planned-statement.js';
import { inTransaction, isGone, type Repair, type RepairContext } from './repair-step.js';
import { keyRepair, rightRepair, ruleRepair } from './repair-parts.js';
import type { WantedPart } from './wanted-parts.js';

/** Puts right what an object's table or view lacks, or has differently. */
export function tableRepair({ drift, found }: Finding, wanted: WantedPart, context: RepairContext): Repair {
  const { table, part } = wanted;
  const { roles } = context;
  const at = `${quote(wanted.schema)}.${quote(wanted.of)}`;
  if (wanted.kind === 'column' && drift.kind === 'missing') return missingColumn(wanted, at);
  if (drift.what === 'type of column') return { refused: drift.advice };
  if (wanted.kind === 'column') return ruleRepair(at, wanted);
  if (wanted.kind === 'owner') {
    return { refused: `Run as a superuser: alter ${wanted.schema.endsWith('_v') ? 'view' : 'table'} ${at} owner to ${quote(roles.owner)}` };
  }
  if (!table) return { refused: drift.advice };
  switch (wanted.kind) {
    case 'table':
      return {
        statements: [
          ...createTable.statements({ kind: 'create-table', table, roles }),
          ...table.parts.flatMap((each) => partOfNewTable(table, each)),
        ],
        confirm: { message: `The table of ${drift.element?.name ?? drift.name} is gone with all its records. It is made again, empty.` },
      };
    case 'view': {
      const isNew = drift.kind === 'missing' || drift.what === 'columns of view';
      const drop = isNew && found !== null ? [inTransaction(`drop view ${at}`)] : [];
      return { statements: [...drop, ...makeView.statements({ kind: 'make-view', table, isNew, roles })] };
    }
    case 'right':
      return rightRepair(`table ${at}`, wanted, roles);
    case 'row security':
      return { statements: [inTransaction(`alter table ${at} enable row level security`)] };
    case 'policy':
      return { statements: [inTransaction(`drop policy if exists bi_read on ${at}`), inTransaction(createTable.createPolicy(at, roles))] };
    default:
      return part ? partRepair(table, wanted, part, drift.what, drift.kind, context) : keyRepair(at, wanted, drift.kind);
  }
}

function missingColumn(wanted: WantedPart, at: string): Repair {
  const system = SYSTEM_TABLE_COLUMNS.find((column) => column.name === wanted.name);
  const message = `The values of ${wanted.of}.${wanted.name} are gone. The column is added again, empty.`;
  if (system) {
    if (/not null(?! default)/.test(system.definition)) return { refused: 'Without this column no row is known. Restore a backup.' };
    return { statements: [inTransaction(`alter table ${at} add column ${quote(system.name)} ${system.definition}`)], confirm: { message } };
  }
  const column = { name: wanted.name, pgType: wanted.definition, elementId: wanted.elementId };
  const table = { schema: wanted.schema, name: wanted.of };
  const added = addColumn.statements({ kind: 'add-column', table, column });
  // The values of a stored roll-up are made again from the records it is made of.
  const isMade = wanted.table?.parts.some((part) => part.kind === 'fill' && part.elementId === wanted.elementId) ?? false;
  const filled = isMade ? fillColumn.statements({ kind: 'fill-column', table, fieldId: wanted.elementId }) : [];
  return { statements: [...added, ...filled], confirm: { message } };
}

function partOfNewTable(table: Table, part: Part): PlannedStatement[] {
  if (part.kind === 'index') return addIndex.statements({ kind: 'add-index', table, index: part, fill: 'new', isOnExistingColumn: false });
  if (part.kind === 'reference')
    return addReference.statements({ kind: 'add-reference', table, reference: part, fill: 'new', replaces: false });
  if (part.kind === 'fill') return fillColumn.statements({ kind: 'fill-column', table, fieldId: part.elementId });
  const { elementId } = part;
  return addRequired.statements({
    kind: 'add-required',
    table,
    required: part,
    elementId,
    label: '',
    fill: 'new',
    replaces: false,
    missing: 0,
  });
}

function partRepair(
  table: Table,
  wanted: WantedPart,
  part: Part,
  what: string,
  kind: Finding['drift']['kind'],
  { facts, findings }: RepairContext,
): Repair {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  if (what === 'unchecked constraint') return { statements: [addReference.validate(at, quote(part.name))] };
  const fill = fillOf(table, false, facts);
  const replaces = kind === 'differs';
  if (part.kind === 'reference')
    return { statements: addReference.statements({ kind: 'add-reference', table, reference: part, fill, replaces }) };
  if (part.kind === 'required') {
    const missing = isGone(findings, wanted) ? (facts.rows.get(table.name) ?? 0) : (facts.missing.get(part.column) ?? 0);
    const change = {
      kind: 'add-required',
      table,
      required: part,
      elementId: part.elementId,
      label: part.column,
      fill,
      replaces,
      missing,
    } as const;
    const hazard = addRequired.hazards(change)[0];
    return { statements: addRequired.statements(change), ...(hazard ? { confirm: { message: hazard.message, rows: missing } } : {}) };
  }
  if (part.kind === 'fill') return { statements: fillColumn.statements({ kind: 'fill-column', table, fieldId: part.elementId }) };
  const doubles = facts.doubles.get(part.name) ?? 0;
  if (doubles > 0) return { refused: `${doubles} records share their value with another one. Make them differ first, then repair again.` };
  if (kind === 'differs' && what !== 'unfinished index') return { statements: swapIndex(table, part) };
  const isOnExistingColumn = !isGone(findings, wanted);
  // One that is there but unfinished is dropped before it is built again, which only an online build does.
  const change = {
    kind: 'add-index',
    table,
    index: part,
    fill: what === 'unfinished index' ? 'filled' : fill,
    isOnExistingColumn,
  } as const;
  return { statements: addIndex.statements(change) };
}

/** The right index is built beside the wrong one and takes its name, so that no moment is without one. */
function swapIndex(table: Table, index: Index): PlannedStatement[] {
  const name = `rb_${index.name.slice(3)}`;
  const built = addIndex.statements({ kind: 'add-index', table, index: { ...index, name }, fill: 'filled', isOnExistingColumn: true });
  const schema = quote(table.schema);
  return [
    ...built.map((statement): PlannedStatement => ({ ...statement, phase: 'PRE' })),
    inTransaction(`drop index ${schema}.${quote(index.name)}`),
    inTransaction(`alter index ${schema}.${quote(name)} rename to ${quote(index.name)}`),
  ];
}

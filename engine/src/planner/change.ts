import type { Hazard } from '../kernel/statement.js';
import * as addColumn from './changes/add-column.js';
import * as addIndex from './changes/add-index.js';
import * as addReference from './changes/add-reference.js';
import * as addRequired from './changes/add-required.js';
import * as convertColumn from './changes/convert-column.js';
import * as createTable from './changes/create-table.js';
import * as dropPart from './changes/drop-part.js';
import * as fillColumn from './changes/fill-column.js';
import * as makeView from './changes/make-view.js';
import * as pauseRequired from './changes/pause-required.js';
import * as rebuildTable from './changes/rebuild-table.js';
import * as replaceValues from './changes/replace-values.js';
import * as takeValues from './changes/take-values.js';
import * as widenColumn from './changes/widen-column.js';
import type { PlannedStatement } from './planned-statement.js';

export type Change =
  | addColumn.AddColumn
  | addIndex.AddIndex
  | addReference.AddReference
  | addRequired.AddRequired
  | convertColumn.ConvertColumn
  | createTable.CreateTable
  | dropPart.DropPart
  | fillColumn.FillColumn
  | makeView.MakeView
  | pauseRequired.PauseRequired
  | rebuildTable.RebuildTable
  | replaceValues.ReplaceValues
  | takeValues.TakeValues
  | widenColumn.WidenColumn;

type Kind = Change['kind'];
type Of<K extends Kind> = Extract<Change, { kind: K }>;

/** What there is to know about each kind of change. A new kind is one file and one line here. */
const STATEMENTS: { readonly [K in Kind]: (change: Of<K>) => PlannedStatement[] } = {
  'rebuild-table': rebuildTable.statements,
  'create-table': createTable.statements,
  'add-column': addColumn.statements,
  'pause-required': pauseRequired.statements,
  'convert-column': convertColumn.statements,
  'replace-values': replaceValues.statements,
  'take-values': takeValues.statements,
  'widen-column': widenColumn.statements,
  'make-view': makeView.statements,
  'drop-part': dropPart.statements,
  'add-reference': addReference.statements,
  'add-required': addRequired.statements,
  'add-index': addIndex.statements,
  'fill-column': fillColumn.statements,
};

/** Order within a phase: room before what needs it, tables before what points to them, widened columns before the views over them, what goes before what comes. */
const ORDER: readonly Kind[] = [
  'rebuild-table',
  'create-table',
  'add-column',
  'pause-required',
  'convert-column',
  'widen-column',
  'make-view',
  'drop-part',
  'replace-values',
  'take-values',
  'add-reference',
  'add-required',
  'add-index',
  'fill-column',
];

const PHASES = ['PRE', 'TX', 'POST'] as const;

/** Statements of all changes in the order they run. */
export function orderedStatements(changes: readonly Change[]): PlannedStatement[] {
  const all = changes
    .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    // The map is keyed by the kind of the very change that is passed on, which the compiler can not follow.
    .flatMap((change) => (STATEMENTS[change.kind] as (change: Change) => PlannedStatement[])(change));
  return PHASES.flatMap((phase) => all.filter((statement) => statement.phase === phase));
}

export const hazardsOf = (changes: readonly Change[]): Hazard[] =>
  changes.flatMap((change) => (change.kind === 'add-required' ? addRequired.hazards(change) : []));

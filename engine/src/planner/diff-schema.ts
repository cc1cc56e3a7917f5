import { isWidening } from './changes/widen-column.js';
import type { Place } from './conversion-table.js';
import { valueAfter, type FieldConversion } from './conversions.js';
import { fillOf, type Facts, type Question } from './facts.js';
import type { Change } from './change.js';
import type { Dropped } from './changes/drop-part.js';
import type { OptionChange } from './replace-options.js';
import type { Taking } from './take-values.js';
import type { Index, Part, Required, Table } from './physical.js';

export type SchemaDiffInput = {
  readonly from: ReadonlyMap<string, Table>;
  readonly to: ReadonlyMap<string, Table>;
  /** Elements whose table or column is there already but was not in use: they were retired before. */
  readonly restored: ReadonlySet<string>;
  /** Columns that are there already, in use or retired. */
  readonly known: ReadonlySet<string>;
  /** Fields whose values move to another column, by id. */
  readonly conversions: ReadonlyMap<string, FieldConversion>;
  /** Tables some of whose records are written afterwards. */
  readonly rewritten: ReadonlySet<string>;
  readonly place: Place;
  readonly labelOf: (elementId: string) => string;
  readonly roles: { readonly app: string; readonly bi: string };
};

const tableExists = (diff: SchemaDiffInput, table: Table): boolean => diff.from.has(table.elementId) || diff.restored.has(table.elementId);

/** Parts that `table` needs and does not have, and parts it has and needs no more. A part whose definition differs is in both. */
function partsOf(diff: SchemaDiffInput, table: Table): { added: Part[]; dropped: Part[] } {
  const before = new Map((diff.from.get(table.elementId)?.parts ?? []).map((part) => [part.name, part]));
  const after = new Map(table.parts.map((part) => [part.name, part]));
  const same = (a: Part, b: Part) => JSON.stringify(a) === JSON.stringify(b);
  const added = table.parts.filter((part) => {
    const old = before.get(part.name);
    return old === undefined || !same(old, part);
  });
  const dropped = [...before.values()].filter((part) => {
    const next = after.get(part.name);
    return next === undefined ? !isKept(diff, part, table) : part.kind === 'index' && !same(part, next);
  });
  return { added, dropped };
}

/** The links of a retired field go on pointing to rows that exist: its values are kept to come back. */
const isKept = (diff: SchemaDiffInput, part: Part, table: Table): boolean =>
  (part.kind === 'reference' || (part.kind === 'index' && part.where === undefined && part.method === undefined)) &&
  !table.parts.some((other) => other.elementId === part.elementId) &&
  diff.from.has(table.elementId);

/** What has to be counted before the changes can be told. Nothing is asked about tables that are not touched. */
export function questionsOf(diff: SchemaDiffInput): Question[] {
  const questions: Question[] = [];
  for (const table of diff.to.values()) {
    if (!tableExists(diff, table)) continue;
    const { added } = partsOf(diff, table);
    if (diff.restored.has(table.elementId)) questions.push({ kind: 'standing', table: table.name });
    if (added.length > 0) questions.push({ kind: 'rows', table: table.name });
    for (const part of pausable(diff, table)) questions.push({ kind: 'missing', table: table.name, column: part.column });
    for (const part of added) {
      const isOld = hadColumn(diff, table, part);
      const conversion = diff.conversions.get(part.elementId);
      const derived = conversion ? { derived: valueAfter(conversion, diff.place) } : {};
      if (part.kind === 'required' && isOld) questions.push({ kind: 'missing', table: table.name, column: part.column, ...derived });
      if (part.kind === 'index' && part.isUnique && isOld) {
        questions.push({ kind: 'doubles', table: table.name, index: part.name, keys: part.keys, where: part.where ?? 'true', ...derived });
      }
    }
  }
  return questions;
}

/** Rules that records of before may not meet. Copying a value writes the record, so they are put aside meanwhile. */
const pausable = (diff: SchemaDiffInput, table: Table): (Required & Part)[] =>
  isConverting(diff, table)
    ? (diff.from.get(table.elementId)?.parts ?? []).filter((part): part is Required & Part => part.kind === 'required')
    : [];

const isConverting = (diff: SchemaDiffInput, table: Table): boolean =>
  diff.rewritten.has(table.name) || [...diff.conversions.values()].some(({ source }) => source.table === table.name);

/** Whether the column a part stands on holds data already. */
function hadColumn(diff: SchemaDiffInput, table: Table, part: Part): boolean {
  if (part.elementId === table.elementId) return true;
  return (
    diff.restored.has(part.elementId) ||
    (diff.from.get(table.elementId)?.columns.some((column) => column.elementId === part.elementId) ?? false)
  );
}

/** The changes that lead from one schema to the other. Retired tables and columns stay as they are. */
export function diffSchema(diff: SchemaDiffInput, facts: Facts): Change[] {
  const changes: Change[] = [];
  for (const table of diff.to.values()) {
    const exists = tableExists(diff, table);
    const before = diff.from.get(table.elementId);
    if (!exists) changes.push({ kind: 'create-table', table, roles: diff.roles });
    const columnChanges = exists ? diffColumns(diff, table, before, facts) : [];
    changes.push(...columnChanges);
    const isNewView = !exists || columnChanges.some((change) => change.kind === 'widen-column');
    if (!exists || columnChanges.length > 0) changes.push({ kind: 'make-view', table, isNew: isNewView, roles: diff.roles });
    changes.push(...diffParts(diff, table, facts));
  }
  return changes;
}

function diffColumns(diff: SchemaDiffInput, table: Table, before: Table | undefined, facts: Facts): Change[] {
  const converted = [...diff.conversions.values()].filter(({ source }) => source.table === table.name);
  return [
    ...(converted.length === 0 ? [] : pausable(diff, table))
      .filter((part) => (facts.missing.get(part.column) ?? 0) > 0)
      .map((required): Change => {
        const isKept = table.parts.some((part) => part.name === required.name);
        return { kind: 'pause-required', table, required, isKept };
      }),
    ...converted.map((conversion): Change => ({
      kind: 'convert-column',
      table,
      conversion,
      place: diff.place,
      rows: facts.rows.get(table.name) ?? 0,
    })),
    ...otherColumns(diff, table, before),
  ];
}

/** Records that get another option, table by table. */
export function replacements(diff: SchemaDiffInput, options: readonly OptionChange[], facts: Facts, revision: number): Change[] {
  return [...diff.to.values()].flatMap((table): Change[] => {
    const changes = options.filter(({ row, replaced }) => row.table === table.name && replaced.length > 0);
    if (changes.length === 0) return [];
    const rows = facts.rows.get(table.name) ?? 0;
    return [{ kind: 'replace-values', table, changes, revision, rows, unmet: unmetRules(diff, table, facts) }];
  });
}

/** Records that get values in fields that take from former ones, table by table. */
export function takenValues(diff: SchemaDiffInput, takings: readonly Taking[], facts: Facts): Change[] {
  return [...diff.to.values()].flatMap((table): Change[] => {
    const own = takings.filter((taking) => taking.table === table.name);
    const rows = facts.rows.get(table.name) ?? 0;
    return own.length === 0 || rows === 0
      ? []
      : [{ kind: 'take-values', table, takings: own, rows, unmet: unmetRules(diff, table, facts) }];
  });
}

/** Rules of a table that stay, and that some of its records do not meet. */
function unmetRules(diff: SchemaDiffInput, table: Table, facts: Facts): Required[] {
  const names = new Set(table.parts.map((part) => part.name));
  return pausable(diff, table).filter((part) => names.has(part.name) && (facts.missing.get(part.column) ?? 0) > 0);
}

function otherColumns(diff: SchemaDiffInput, table: Table, before: Table | undefined): Change[] {
  const known = new Map((before?.columns ?? []).map((column) => [column.name, column]));
  return table.columns.flatMap((column): Change[] => {
    const old = known.get(column.name);
    if (old === undefined)
      return diff.known.has(column.name) || diff.conversions.has(column.elementId) ? [] : [{ kind: 'add-column', table, column }];
    return old.pgType !== column.pgType && isWidening(old.pgType, column.pgType) ? [{ kind: 'widen-column', table, column }] : [];
  });
}

function diffParts(diff: SchemaDiffInput, table: Table, facts: Facts): Change[] {
  const exists = tableExists(diff, table);
  const fill = fillOf(table, !exists, facts);
  const { added, dropped } = partsOf(diff, table);
  const before = new Set((diff.from.get(table.elementId)?.parts ?? []).map((part) => part.name));
  const drops = [...dropped.filter(({ kind }) => kind !== 'fill'), ...leftOnTable(diff, table, facts)].map((part): Change => ({
    kind: 'drop-part',
    table,
    part,
  }));
  const adds = added.map((part): Change => {
    const isOld = exists && hadColumn(diff, table, part);
    const replaces = before.has(part.name) || diff.restored.has(part.elementId) || diff.restored.has(table.elementId);
    if (part.kind === 'reference') return { kind: 'add-reference', table, reference: part, fill, replaces };
    if (part.kind === 'fill') return { kind: 'fill-column', table, fieldId: part.elementId };
    if (part.kind === 'index')
      return { kind: 'add-index', table, index: part, fill, isOnExistingColumn: isOld, isConverted: diff.conversions.has(part.elementId) };
    const missing = fill === 'filled' ? (isOld ? (facts.missing.get(part.column) ?? 0) : (facts.rows.get(table.name) ?? 0)) : 0;
    const label = diff.labelOf(part.elementId);
    return { kind: 'add-required', table, required: part, elementId: part.elementId, label, fill, replaces, missing };
  });
  return [...drops, ...adds];
}

/**
 * What stood on a table when it was retired and is not wanted now that it comes back: a field that stays away, or that is no longer unique.
 * Keys and indexes of links that stay retired remain, as they do when a field alone is retired.
 */
function leftOnTable(diff: SchemaDiffInput, table: Table, facts: Facts): Dropped[] {
  if (!diff.restored.has(table.elementId)) return [];
  const wanted = new Set(table.parts.map((part) => part.name));
  const standing = facts.standing.get(table.name) ?? [];
  const names = new Set(standing.map(({ name }) => name));
  const away = new Set(table.columns.filter((column) => !diff.restored.has(column.elementId)).map((column) => column.name));
  const isOfLinkAway = (name: string) => away.has(name.slice(3)) && /^(ix|fk)_/.test(name) && names.has(`fk_${name.slice(3)}`);
  return standing
    .filter(({ name }) => /^(ix|uq|nn|fk|se)_/.test(name) && !wanted.has(name) && !isOfLinkAway(name))
    .map(({ name, kind }) => ({ name, kind: kind === 'index' ? 'index' : 'required' }));
}

export const isUniqueIndex = (part: Part): part is Part & Index => part.kind === 'index' && part.isUnique;

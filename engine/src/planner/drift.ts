import type { Drift } from '@fieldstone/metadata/types/wire.js';
import { keyOfPart, plainSql, type CatalogPart, type PartKind } from './catalog-part.js';
import { adviceOf } from './drift-advice.js';
import type { WantedPart } from './wanted-parts.js';

/** A difference with all that a repair needs. `wanted` is null for what should not be there, `found` for what should. */
export type Finding = { readonly drift: Drift; readonly wanted: CatalogPart | WantedPart | null; readonly found: CatalogPart | null };

export type DriftInput = {
  /** What the model and the bindings ask for. Definitions are compared in their plain form. */
  readonly wanted: readonly WantedPart[];
  /** The parts of the platform as the migrations left them, written by Postgres itself. */
  readonly image: readonly CatalogPart[];
  readonly actual: readonly CatalogPart[];
  /** Steps of a live revision that are still to be run: what they make is not missing, what they drop is not extra. */
  readonly pending: readonly string[];
  /** Columns of retired fields: a link goes on pointing to rows that exist, so its key and its index stay. */
  readonly retired: ReadonlySet<string>;
  readonly nameOf: (elementId: string) => string | undefined;
};

/** What stands on its own: when it is missing, what belongs to it is not told as well. */
const HOLDERS: ReadonlySet<PartKind> = new Set(['table', 'view', 'function']);

/** What the object's own people see fail at once. A missing right of the app role does as well, see `isBlocking`. */
const BLOCKING: ReadonlySet<PartKind> = new Set(['table', 'view', 'column']);

/** Every difference between the catalogue and what it should hold. Pure: the catalogue is read before. */
export function findDrift(input: DriftInput): Finding[] {
  const actual = new Map(input.actual.map((part) => [keyOfPart(part), part]));
  const wanted: readonly CatalogPart[] = [...input.wanted, ...input.image];
  const names = new Set(wanted.map(keyOfPart));
  const gone = new Set(wanted.filter((part) => HOLDERS.has(part.kind) && !actual.has(keyOfPart(part))).map(relationOf));
  const known = new Set(wanted.filter((part) => HOLDERS.has(part.kind)).map(relationOf));
  const isPending = (name: string) => input.pending.some((sql) => sql.includes(`"${name}"`));

  const findings: Finding[] = [];
  for (const part of wanted) {
    const found = actual.get(keyOfPart(part)) ?? null;
    if (found === null) {
      const isToldAlready = gone.has(relationOf(part)) && !HOLDERS.has(part.kind);
      if (!isToldAlready && !isPending(part.name)) findings.push(finding('missing', part.kind, part, null, input));
      continue;
    }
    const differs = difference(part, found, isPending);
    if (differs !== null) findings.push(finding('differs', differs, part, found, input));
  }
  const active = new Set(input.wanted.filter((part) => part.table).map(relationOf));
  const retiredTables = new Set(input.wanted.filter((part) => part.kind === 'table' && !part.table).map(relationOf));
  for (const part of input.actual) {
    if (names.has(keyOfPart(part))) continue;
    const relation = relationOf(part);
    // A stranger is told once, not with every column it has.
    if (!HOLDERS.has(part.kind) && part.of !== '' && !known.has(relation)) continue;
    if (part.kind === 'owner' || part.kind === 'row security') continue;
    if (retiredTables.has(relation) && !isUnwelcomeOnRetired(part)) continue;
    if (part.kind === 'view' && isViewOfRetired(part, retiredTables)) continue;
    if (isPending(part.name)) continue;
    if (active.has(relation) && isOfRetiredLink(part, input.retired, actual)) continue;
    findings.push(finding('extra', part.kind === 'index' && part.isValid === false ? 'unfinished index' : part.kind, null, part, input));
  }
  return findings;
}

const relationOf = (part: CatalogPart): string => `${part.schema}.${part.of}`;

/** The table of a retired object keeps what it has, but for what holds up writes or opens it to the app role. */
const isUnwelcomeOnRetired = (part: CatalogPart): boolean =>
  part.kind === 'trigger' ||
  part.kind === 'column' ||
  (part.kind === 'index' && part.isValid === false) ||
  (part.kind === 'right' && part.name !== 'bi');

const isViewOfRetired = (part: CatalogPart, retired: ReadonlySet<string>): boolean => retired.has(`${part.schema.slice(0, -2)}.${part.of}`);

function isOfRetiredLink(part: CatalogPart, retired: ReadonlySet<string>, actual: ReadonlyMap<string, CatalogPart>): boolean {
  if ((part.kind !== 'index' && part.kind !== 'constraint') || !/^(ix|fk)_/.test(part.name)) return false;
  const column = part.name.slice(3);
  return retired.has(column) && actual.has(keyOfPart({ ...part, kind: 'constraint', name: `fk_${column}` }));
}

function difference(wanted: CatalogPart | WantedPart, found: CatalogPart, isPending: (name: string) => boolean): string | null {
  if (found.kind === 'index' && found.isValid === false) return isPending(found.name) ? null : 'unfinished index';
  if (!isAlike(wanted, found)) {
    if (wanted.kind === 'column') return typeOf(wanted.definition) === typeOf(found.definition) ? 'rule of column' : 'type of column';
    if (wanted.kind === 'view' && selectList(found) !== selectList(wanted)) return 'columns of view';
    return wanted.kind === 'view' && 'elementId' in wanted ? 'tenant guard of view' : wanted.kind;
  }
  // A required field over rows without a value is never checked against them; everything else is, after the publish.
  const isUnchecked = found.kind === 'constraint' && found.isValid === false && wanted.isValid !== false;
  return isUnchecked && !found.name.startsWith('nn_') && !isPending(found.name) ? 'unchecked constraint' : null;
}

function isAlike(wanted: CatalogPart | WantedPart, found: CatalogPart): boolean {
  if ('part' in wanted && wanted.part?.kind === 'index' && wanted.part.isComputed) return true;
  if (wanted.definition === found.definition) return true;
  return 'elementId' in wanted && plainSql(wanted.definition, wanted.of) === plainSql(found.definition, wanted.of);
}

const selectList = (view: CatalogPart): string => plainSql(view.definition.split(/\bfrom\b/i)[0] ?? '', view.of);

const typeOf = (definition: string): string => definition.replace(/ (not null|default|generated)\b.*$/, '');

function finding(
  kind: Drift['kind'],
  what: string,
  wanted: CatalogPart | WantedPart | null,
  found: CatalogPart | null,
  input: DriftInput,
): Finding {
  // One of the two is there, or there is no difference.
  const part = (wanted ?? found) as CatalogPart;
  const owner = part.of === '' || part.of === part.name || part.kind === 'index' ? '' : `${part.of}.`;
  const elementId = wanted !== null && 'elementId' in wanted ? wanted.elementId : elementAt(part, input.wanted);
  const name = `${owner}${part.name === '' ? part.schema : part.name}`;
  const subject = what === 'right' ? rightName(part) : what;
  const drift: Drift = {
    code: `${kind}:${subject}:${part.kind === 'right' ? [part.schema, part.of].filter((each) => each !== '').join('.') : name}`.replaceAll(
      ' ',
      '_',
    ),
    kind,
    what: subject,
    name: part.kind === 'right' ? part.of || part.schema : name,
    place: [part.schema, part.of === part.name ? '' : part.of, part.kind === 'right' ? '' : part.name]
      .filter((each) => each !== '')
      .join('.'),
    element: elementId === undefined ? null : { id: elementId, name: input.nameOf(elementId) ?? elementId },
    expected: wanted === null || wanted.definition === '' ? null : wanted.definition,
    found: found === null || found.definition === '' ? null : found.definition,
    blocks: isBlocking(kind, part),
    advice: '',
  };
  return { drift: { ...drift, advice: adviceOf(drift) }, wanted, found };
}

const elementAt = (part: CatalogPart, wanted: readonly WantedPart[]): string | undefined =>
  wanted.find((each) => each.of === part.of && each.kind === 'table' && part.schema.replace(/_v$/, '') === each.schema)?.elementId;

function isBlocking(kind: Drift['kind'], part: CatalogPart): boolean {
  if (kind === 'missing') return BLOCKING.has(part.kind) || (part.kind === 'right' && part.name === 'app');
  return kind === 'differs' && part.kind === 'right' && part.name === 'app';
}

const WHOSE: Readonly<Record<string, string>> = { app: 'the app role', bi: 'the reporting role', public: 'everybody' };
const rightName = (part: CatalogPart): string => {
  const on = part.of === '' ? 'schema' : part.schema.endsWith('_v') ? 'view' : 'table';
  return `right of ${WHOSE[part.name] ?? part.name} on ${on}`;
};

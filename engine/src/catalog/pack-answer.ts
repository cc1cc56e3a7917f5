import type { PackConflict as WireConflict, PackNote as WireNote, PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { canonicalJson } from '../kernel/hash.js';
import type { Issue } from '../kernel/errors.js';
import { elementId, elementName } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { dataSchemaOf } from '../planner/bindings.js';
import type { PackMerge } from '../planner/merge-packs.js';
import type { Choice, PackConflict } from '../planner/pack-decisions.js';
import { gatherFacts } from '../store/introspect.js';
import type { Catalog } from './catalog.js';
import type { PackChange } from './pack-change.js';
import type { PackState } from './pack-state.js';
import { unplanned } from './plan-change.js';

/** Versions before and after, of the packs that change. */
export const packsOf = ({ installed }: PackState, { install, remove }: PackChange): PackPlanAnswer['packs'] => {
  const now = (name: string) => installed.find((pack) => pack.pack === name)?.version ?? null;
  return [
    ...install.map(({ name, version }) => ({ name, from: now(name), to: version })),
    ...remove.map((name) => ({ name, from: now(name), to: null })),
  ];
};

/** The answer where packs do not fit together or their files are wrong: nothing was merged. */
export function refusal(state: PackState, change: PackChange, issues: readonly Issue[]): PackPlanAnswer {
  const nothing = { ...unplanned(state.applied.revision, issues), conflicts: [], notes: [] };
  return { ...nothing, action: change.action, packs: packsOf(state, change), cases: { run: 0, failed: 0 } };
}

const labelOf = (document: SourceDocument['document']): string => ('label' in document ? document.label : elementName(document));

export const conflictOf = ({ document, base, yours, theirs, decision, ...rest }: PackConflict): WireConflict => ({
  kind: document.kind,
  name: elementName(document),
  label: labelOf(document),
  ...sidesOf({ base, yours, theirs }),
  decision: decision?.take ?? null,
  ...valueOf(decision),
  ...rest,
});

const sidesOf = ({ base, yours, theirs }: Pick<PackConflict, 'base' | 'yours' | 'theirs'>) => ({
  base: base ?? null,
  yours: yours ?? null,
  theirs: theirs ?? null,
});

const valueOf = (choice: Choice | null) => (choice?.take === 'value' ? { value: choice.value } : {});

/** Notes with the number of records behind the objects they are about. */
export async function notesOf(
  { database }: Catalog,
  { space, install }: PackChange,
  { applied, contents }: PackState,
  { notes }: PackMerge,
): Promise<WireNote[]> {
  const tables = new Map(applied.bindings.flatMap((row) => (row.kind === 'table' ? [[row.elementId, row.table] as const] : [])));
  const asked = notes.flatMap(({ document }) => (document.kind === 'object' ? (tables.get(document.id) ?? []) : []));
  const facts = await gatherFacts(
    database,
    dataSchemaOf(space),
    asked.map((table) => ({ kind: 'rows', table })),
  );
  const merged = notes.map(({ code, document, path, message, because, choice }): WireNote => {
    const rows = document.kind === 'object' ? facts.rows.get(tables.get(document.id) ?? '') : undefined;
    return {
      ...{ code, kind: document.kind, element: elementId(document), name: elementName(document), path, message },
      ...(rows === undefined ? {} : { records: rows }),
      ...(because.length > 0 ? { because: [...because] } : {}),
      ...(choice ? { choice: { ...sidesOf(choice), decision: choice.decision.take, ...valueOf(choice.decision) } } : {}),
    };
  });
  return [...merged, ...install.flatMap((pack) => stepsThatRan(contents.get(pack.name), pack))];
}

/** Files of records load once: what a new version changes in one that did has no effect here. */
function stepsThatRan(before: PackContent | undefined, after: PackContent): WireNote[] {
  const were = new Map((before?.data ?? []).map(({ file, document }) => [file, canonicalJson(document)]));
  return after.data.flatMap(({ file = '', document }) => {
    const was = were.get(file);
    if (was === undefined || was === canonicalJson(document)) return [];
    const message = `${file} was loaded with ${before?.version ?? ''} and is not loaded again: what changed in it has no effect here.`;
    return [{ code: 'loaded_before', kind: 'data', element: file, name: elementName(document), path: '', message }];
  });
}

import type { PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Hazard } from '../kernel/statement.js';
import { checkPackRecords } from '../model/check-pack-records.js';
import { checkPackSet, isOlder } from '../model/check-pack-set.js';
import { shapeIssues } from '../model/check-shape.js';
import { compileModel } from '../model/compile-model.js';
import { elementId } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { composePacks } from '../planner/compose-packs.js';
import { mergePacks, type PackMerge } from '../planner/merge-packs.js';
import type { PackConflict } from '../planner/pack-decisions.js';
import { keepPackVersions, type PackWork } from '../store/pack-versions.js';
import type { StoredPlan } from '../store/plans.js';
import type { Catalog } from './catalog.js';
import type { PackChange } from './pack-change.js';
import { conflictOf, notesOf, packsOf, refusal } from './pack-answer.js';
import { readPackState, shippedBefore, type PackState } from './pack-state.js';
import { planSpaceChange } from './plan-change.js';
import { testPacks } from './test-packs.js';

export type PackPlanned = {
  readonly answer: PackPlanAnswer;
  readonly stored: StoredPlan | null;
  readonly work: PackWork;
  /** Whether the published documents are what they would be afterwards. */
  readonly isSame: boolean;
};

/**
 * Plans what packs do to a space: the set of packs, the merge under what people made, the cases, the statements. The page that shows the order.
 *
 * Shape: while a conflict waits for a decision, the answer shows what would happen with `yours` and has no hash.
 */
export async function planPacks(catalog: Catalog, change: PackChange): Promise<PackPlanned> {
  const { database } = catalog;
  const state = await readPackState(database, change.space);
  const next = packsAfter(state, change);
  const shape = change.install.flatMap((pack) => pack.files.flatMap(({ document, file }) => shapeIssues(document, file)));
  const theirs = composePacks(next);
  const set = shape.length === 0 ? [...checkChange(state, change, next), ...theirs.issues] : [];
  const issues = [...shape, ...set, ...(shape.length + set.length === 0 ? recordIssues(change, theirs.sources) : [])];
  const refused = (found: readonly Issue[]): PackPlanned => ({
    answer: refusal(state, change, found),
    stored: null,
    work: workOf(change, []),
    isSame: false,
  });
  if (issues.length > 0) return refused(issues);

  const base = await shippedBefore(database, change.space, state, next);
  const unknown = withoutContent(state, change);
  const merge = mergePacks({
    base,
    theirs: [...theirs.sources, ...base.filter(({ origin }) => unknown.has(origin))],
    mine: state.applied.sources,
    removed: new Set(change.remove),
    decisions: change.decisions ?? [],
    remembered: state.decisions,
  });
  const strays = strayDecisions(change, merge);
  if (strays.length > 0) return refused(strays);
  const isOpen = merge.conflicts.some(({ decision }) => decision === null);
  const decided = workOf(change, merge.conflicts);
  const compiled = isOpen || change.isTested === false ? null : compileModel(merge.sources);
  const tested = compiled?.ok ? await testPacks(catalog, compiled.model, next, change, theirs.sources) : UNTESTED;
  const planned = await planSpaceChange(catalog, {
    space: change.space,
    sources: merge.sources,
    comment: commentOf(change),
    madeBy: change.madeBy,
    packs: decided,
    hazards: tested.hazards,
    isPreview: isOpen || tested.issues.length > 0,
  });
  if (planned.stored) await keepPackVersions(database.pool, change.install);
  const answer: PackPlanAnswer = {
    ...planned.answer,
    issues: [...planned.answer.issues, ...tested.issues],
    action: change.action,
    packs: packsOf(state, change),
    conflicts: merge.conflicts.map(conflictOf),
    notes: await notesOf(catalog, change, state, merge),
    cases: { run: tested.run, failed: tested.failed },
  };
  return { answer, stored: planned.stored, work: decided, isSame: isSameAs(state.applied.sources, merge.sources) };
}

/** What is wrong with the records of packs, seen without what people changed. */
function recordIssues({ install }: PackChange, shipped: readonly SourceDocument[]): Issue[] {
  if (install.every(({ data }) => data.length === 0)) return [];
  const alone = compileModel(shipped);
  return alone.ok ? install.flatMap((pack) => checkPackRecords(pack, alone.model)) : [];
}

/** Decisions about what is no conflict: a slip in a name would otherwise be passed over. */
function strayDecisions({ decisions = [] }: PackChange, { conflicts, notes }: PackMerge): Issue[] {
  return decisions.flatMap(({ element, path }, at) => {
    const isMeant = path === '' || conflicts.some((conflict) => conflict.element === element && conflict.path === path);
    const known = [
      ...conflicts.map((conflict) => `${conflict.element}${conflict.path}`),
      ...notes.map(({ document }) => elementId(document)),
    ];
    if (isMeant) return [];
    const message = `Nothing is to be decided about ${element}${path}.${didYouMean(`${element}${path}`, known)}`;
    return [{ path: pointer('resolutions', at), code: 'unknown_conflict', message }];
  });
}

const UNTESTED: { issues: readonly Issue[]; hazards: readonly Hazard[]; run: number; failed: number } = {
  issues: [],
  hazards: [],
  run: 0,
  failed: 0,
};

/** All packs as they will be. Those without kept content are left out: they stay as they are. */
function packsAfter({ contents }: PackState, { install, remove }: PackChange): PackContent[] {
  const coming = new Map(install.map((pack) => [pack.name, pack]));
  const staying = [...contents.values()].filter((pack) => !coming.has(pack.name) && !remove.includes(pack.name));
  return [...staying, ...install];
}

/** Packs that stay as they are and whose content was not kept. */
const withoutContent = ({ installed, contents }: PackState, { install, remove }: PackChange): ReadonlySet<string> => {
  const isKnown = (name: string) => contents.has(name) || remove.includes(name) || install.some((pack) => pack.name === name);
  return new Set(installed.map(({ pack }) => pack).filter((name) => !isKnown(name)));
};

function checkChange({ applied, installed, contents }: PackState, change: PackChange, next: readonly PackContent[]): Issue[] {
  const issues: Issue[] = [];
  for (const pack of change.install) {
    const now = installed.find((other) => other.pack === pack.name);
    if (now && isOlder(pack.version, now.version)) {
      const message = `${pack.name} ${now.version} is installed; going back to ${pack.version} would lose what came since. Return to an earlier version of the metadata instead.`;
      issues.push({ file: `${pack.name}/pack.json`, path: '/version', code: 'older_version', message });
    }
  }
  // A pack whose content was not kept is known by its document in the model.
  const others = applied.sources.flatMap(({ document }) =>
    document.kind === 'pack' &&
    !contents.has(document.name) &&
    !next.some((pack) => pack.name === document.name) &&
    !change.remove.includes(document.name)
      ? [{ name: document.name, version: document.version, document }]
      : [],
  );
  for (const issue of checkPackSet([...next, ...others], change.available)) {
    const needed = change.remove.find((name) => issue.code === 'unknown_pack' && issue.path === `/needs/${name}`);
    const dependant = issue.file?.split('/')[0] ?? '';
    issues.push(
      needed === undefined
        ? issue
        : { ...issue, code: 'still_needed', message: `${dependant} needs ${needed}: uninstall ${dependant} first.` },
    );
  }
  return issues;
}

const workOf = ({ install, remove }: PackChange, conflicts: readonly PackConflict[]): PackWork => ({
  install: install.map(({ name, version, checksum }) => ({ pack: name, version, checksum })),
  remove,
  decisions: conflicts.flatMap(({ element, path, decision, yours, theirs }) =>
    decision ? [{ element, path, take: decision, yours, theirs }] : [],
  ),
});

const commentOf = ({ action, install, remove }: PackChange): string =>
  action === 'uninstall' ? `Without ${remove.join(', ')}` : install.map(({ name, version }) => `${name} ${version}`).join(', ');

const isSameAs = (before: readonly SourceDocument[], after: readonly SourceDocument[]): boolean => {
  const marks = (sources: readonly SourceDocument[]) =>
    sources.map(({ origin, document }) => `${origin} ${JSON.stringify(document)}`).sort();
  return JSON.stringify(marks(before)) === JSON.stringify(marks(after));
};

import type { PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { checkPackRecords } from '../model/check-pack-records.js';
import { checkPackSet, isOlder } from '../model/check-pack-set.js';
import { shapeIssues } from '../model/check-shape.js';
import { compileModel } from '../model/compile-model.js';
import { elementId } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { composePacks } from '../planner/compose-packs.js';
import type { PackMerge } from '../planner/merge-packs.js';
import { kept, type PackConflict } from '../planner/pack-decisions.js';
import { keepTestResults } from '../store/pack-tests.js';
import { keepPackVersions, type PackWork } from '../store/pack-versions.js';
import type { StoredPlan } from '../store/plans.js';
import type { Catalog } from './catalog.js';
import type { PackChange } from './pack-change.js';
import { mergeChange, packsAfter } from './merge-change.js';
import { conflictOf, notesOf, packsOf, refusal } from './pack-answer.js';
import { readPackState, type PackState } from './pack-state.js';
import { planSpaceChange } from './plan-change.js';
import { testPacks, type Tested } from './test-packs.js';

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

  const merge = await mergeChange(database, state, change, next, theirs.sources);
  const strays = strayDecisions(change, merge);
  if (strays.length > 0) return refused(strays);
  const isOpen = merge.conflicts.some(({ decision }) => decision === null);
  const decided = workOf(change, merge.conflicts);
  const compiled = isOpen || change.isTested === false ? null : compileModel(merge.sources);
  const tested: Tested = compiled?.ok ? await testPacks(catalog, compiled.model, next, change, theirs.sources) : UNTESTED;
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
  await keepTestResults(database.pool, change.space, tested.results);
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

/** Decisions about what is no conflict, and names that are none: a slip would otherwise be passed over. */
function strayDecisions({ decisions = [] }: PackChange, { conflicts, notes }: PackMerge): Issue[] {
  const places = [
    ...conflicts.map(({ element, path }) => `${element}${path}`),
    ...notes.flatMap(({ document, path, choice }) => [elementId(document), ...(choice ? [`${elementId(document)}${path}`] : [])]),
  ];
  return decisions.flatMap((decision, at): Issue[] => {
    const place = `${decision.element}${decision.path}`;
    if (decision.path !== '' && !places.includes(place)) {
      const message = `Nothing is to be decided about ${place}.${didYouMean(place, places)}`;
      return [{ path: pointer('resolutions', at), code: 'unknown_conflict', message }];
    }
    const isName = decision.path === '/name' && decision.take === 'value';
    if (!isName || (typeof decision.value === 'string' && NAME.test(decision.value))) return [];
    const message = 'A name has small letters, digits and _, and begins with a letter.';
    return [{ path: pointer('resolutions', at, 'value'), code: 'bad_name', message }];
  });
}

const NAME = /^[a-z][a-z0-9_]{0,40}$/;

const UNTESTED: Tested = { issues: [], hazards: [], run: 0, failed: 0, results: [] };

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
  decisions: conflicts.flatMap(kept),
});

const commentOf = ({ action, install, remove }: PackChange): string =>
  action === 'uninstall' ? `Without ${remove.join(', ')}` : install.map(({ name, version }) => `${name} ${version}`).join(', ');

const isSameAs = (before: readonly SourceDocument[], after: readonly SourceDocument[]): boolean => {
  const marks = (sources: readonly SourceDocument[]) =>
    sources.map(({ origin, document }) => `${origin} ${JSON.stringify(document)}`).sort();
  return JSON.stringify(marks(before)) === JSON.stringify(marks(after));
};

import type { ChangeSetAnswer, PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, metadataInvalid, type Issue } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { elementOf, readChangeSet, type ReadChangeSet } from '../model/change-set.js';
import { compileModel } from '../model/compile-model.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { diffDocuments } from '../planner/diff-documents.js';
import { mergeChangeSet, type ChangeSetMerge, type ElementChange } from '../planner/merge-change-set.js';
import { readApplied } from '../store/applied-model.js';
import { openDraft, type NewChange } from '../store/edit-drafts.js';
import { installedPacks } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import { readInfo } from './draft-list.js';
import { withDraft } from './drafts.js';
import type { Editor } from './open-draft.js';
import { planSpaceChange } from './plan-change.js';

type Checked = {
  readonly set: ReadChangeSet;
  readonly merge: ChangeSetMerge;
  readonly revision: number;
  /** The documents here, as they would be. */
  readonly sources: readonly SourceDocument[];
  readonly answer: ChangeSetAnswer;
};

/**
 * Says what importing a change set would do here; changes nothing.
 *
 * Errors: malformed and metadata_invalid when it is no change set that can be read.
 */
export async function checkChangeSet(catalog: Catalog, space: number, given: unknown): Promise<ChangeSetAnswer> {
  return (await check(catalog, space, given)).answer;
}

/** The same with what publishing the draft would do to the tables. */
export async function planChangeSet(
  catalog: Catalog,
  space: number,
  given: unknown,
): Promise<{ answer: ChangeSetAnswer; plan: PlanAnswer | null }> {
  const { answer, sources } = await check(catalog, space, given);
  if (answer.differences.length + answer.issues.length > 0 || answer.changes.length === 0) return { answer, plan: null };
  const planned = await planSpaceChange(catalog, { space, sources, madeBy: null, isPreview: true });
  return { answer, plan: planned.answer };
}

/**
 * Makes a draft of a change set, in which its owner works from then on. Nothing to do makes no draft.
 *
 * Errors: base_differs naming every property that is not as the change set found it; metadata_invalid when the documents would make no model.
 */
export async function importChangeSet(catalog: Catalog, editor: Editor, given: unknown, name?: string): Promise<ChangeSetAnswer> {
  const { set, merge, revision, answer } = await check(catalog, editor.space, given);
  const { differences, issues } = answer;
  if (differences.length > 0) {
    throw new AppError('base_differs', 'Here is not what this change set was made on. Nothing was imported.', {
      issues: differences.map(({ file, path, ...sides }) => ({ file, path, code: 'base_differs', message: sidesOf(sides) })),
      extra: { differences },
    });
  }
  if (issues.length > 0) throw metadataInvalid(issues);
  if (merge.changes.length === 0) return answer;
  const draft = await openDraft(
    catalog.database,
    {
      space: editor.space,
      owner: editor.owner,
      name: name ?? set.manifest.name,
      baseRevision: revision,
      description: set.manifest.description,
    },
    merge.changes.map((change) => newChange(change, set)),
  );
  return { ...answer, draft: await readInfo(catalog, { ...editor, draft }) };
}

async function check(catalog: Catalog, space: number, given: unknown): Promise<Checked> {
  const set = readChangeSet(given);
  const applied = await readApplied(catalog.database, space);
  const merge = mergeChangeSet(set.files, applied.sources);
  const sources = withDraft(applied.sources, { changes: merge.changes.map(({ id, after }) => ({ elementId: id, document: after })) });
  const { name, description, by, system } = set.manifest;
  const answer: ChangeSetAnswer = {
    name,
    description,
    by,
    system,
    changes: diffDocuments(applied.sources, sources),
    already: [...merge.already],
    differences: [...merge.differences],
    issues: merge.differences.length > 0 ? [] : modelIssues(set, sources),
    packs: await otherPacks(catalog, space, set),
    draft: null,
  };
  return { set, merge, revision: applied.revision, sources, answer };
}

/** Problems of the documents together, by the file that brings them where there is one. */
function modelIssues({ files }: ReadChangeSet, sources: readonly SourceDocument[]): Issue[] {
  const places = new Map(files.map(({ file, document }) => [elementOf(document), file]));
  const compiled = compileModel(
    sources.map((source) => {
      const file = places.get(elementId(source.document));
      return file === undefined ? source : { ...source, file };
    }),
  );
  return compiled.ok ? [] : [...compiled.issues];
}

async function otherPacks({ database }: Catalog, space: number, { manifest }: ReadChangeSet): Promise<ChangeSetAnswer['packs']> {
  const here = new Map((await installedPacks(database.pool, space)).map(({ pack, version }) => [pack, version]));
  return Object.entries(manifest.packs).flatMap(([name, expected]) => {
    const found = here.get(name) ?? null;
    return found === expected ? [] : [{ name, expected, found }];
  });
}

function newChange({ id, before, after }: ElementChange, { manifest }: ReadChangeSet): NewChange {
  const either = after ?? before;
  if (either === null) throw new Error('a change has a document before or after');
  const { by = '', comment = '' } = Object.values(manifest.elements).find(({ element }) => element === id) ?? {};
  return {
    elementId: id,
    kind: either.kind,
    name: elementName(either),
    base: before,
    baseHash: before && digest(before),
    document: after,
    comment: [comment, by === '' ? '' : `(${by})`].filter((part) => part !== '').join(' '),
  };
}

/** What was expected and what is here, in words. */
export function sidesOf({ expected, found }: { expected?: unknown; found?: unknown }): string {
  return `Expected ${brief(expected)}, found ${brief(found)}.`;
}

const brief = (value: unknown): string => {
  const text = value === undefined || value === null ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { Decision, DraftConflict, RebaseAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, metadataInvalid, notFound, type Issue } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { pointer } from '../kernel/json-pointer.js';
import { shapeIssues } from '../model/check-shape.js';
import { elementName } from '../model/element.js';
import { readApplied } from '../store/applied-model.js';
import type { Draft, DraftChange, KeptDecision } from '../store/drafts.js';
import { keepDecisions, writeRebase, type Rebased } from '../store/edit-drafts.js';
import { elementRevisions } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { decidersOf, decisionInfo } from './decisions.js';
import { headsOf, sideHash, standingOf, type Standing } from './draft-standing.js';
import { draftOf, placeOf, requireEdit, type Editor } from './open-draft.js';

type Standings = {
  readonly draft: Draft;
  readonly revision: number;
  readonly list: readonly (Standing & { readonly change: DraftChange })[];
};

async function standings(catalog: Catalog, editor: Editor): Promise<Standings> {
  const draft = await draftOf(catalog, editor);
  if (draft === null) throw notFound('There is no such draft.');
  const { revision, sources } = await readApplied(catalog.database, editor.space);
  const heads = headsOf(sources);
  return { draft, revision, list: draft.changes.map((change) => ({ change, ...standingOf(change, heads.get(change.elementId) ?? null) })) };
}

/** What a rebase would merge, and every property that this draft and a later revision both changed, decided or not. */
export async function readConflicts(catalog: Catalog, editor: Editor): Promise<RebaseAnswer> {
  const { revision, list } = await standings(catalog, editor);
  return {
    revision,
    merged: list.filter(({ kind }) => kind === 'behind').length,
    conflicts: await conflictsOf(catalog, editor.space, list),
  };
}

async function conflictsOf({ database }: Catalog, space: number, list: Standings['list']): Promise<DraftConflict[]> {
  const open = list.filter(({ conflicts }) => conflicts.length > 0);
  if (open.length === 0) return [];
  const published = await elementRevisions(
    database,
    space,
    open.map(({ change }) => change.elementId),
  );
  const names = await decidersOf(
    database.pool,
    open.map(({ change }) => change),
  );
  return open.flatMap(({ change, conflicts }) =>
    conflicts.map(({ decision, ...conflict }): DraftConflict => {
      const last = published.find(({ element }) => element === change.elementId);
      return {
        kind: change.kind,
        name: change.name,
        id: change.elementId,
        ...conflict,
        published: last ? { revision: last.revision, at: last.at, by: last.by, comment: last.comment } : null,
        decision: decision ? decisionInfo(decision, names) : null,
      };
    }),
  );
}

/**
 * Keeps decisions about conflicts; `take` null takes one back. They are used by the next rebase or publication, as long as the others' value is
 * the one that was decided about.
 *
 * Errors: malformed naming every decision that meets no conflict; metadata_invalid when an element would not have the shape of its kind.
 */
export async function decide(
  catalog: Catalog,
  editor: Editor,
  decisions: readonly ({ id: string } & (Decision | { path: string; take: null }))[],
): Promise<RebaseAnswer> {
  const { draft, list } = await standings(catalog, editor);
  requireEdit(draft, editor);
  const issues: Issue[] = [];
  const kept = new Map<string, KeptDecision[]>();
  decisions.forEach((decision, index) => {
    const standing = list.find(({ change }) => change.elementId === decision.id);
    const conflict = standing?.conflicts.find(({ path }) => path === decision.path);
    if (!standing || !conflict) {
      issues.push({ path: pointer('decisions', index), code: 'no_conflict', message: 'There is no conflict at this place.' });
      return;
    }
    const others = (kept.get(decision.id) ?? standing.change.decisions).filter(({ path }) => path !== decision.path);
    const at = new Date().toISOString();
    const { path } = decision;
    const over = sideHash(conflict.theirs);
    if (decision.take === null) kept.set(decision.id, others);
    else if (decision.take === 'value')
      kept.set(decision.id, [...others, { path, take: 'value', value: decision.value, over, by: editor.owner, at }]);
    else kept.set(decision.id, [...others, { path, take: decision.take, over, by: editor.owner, at }]);
  });
  if (issues.length > 0) throw malformed('The decisions were not understood.', issues);
  for (const [id, next] of kept) {
    const standing = list.find(({ change }) => change.elementId === id);
    if (standing) checkShape(standingOf({ ...standing.change, decisions: next }, standing.head).document, standing.change);
  }
  for (const [id, next] of kept) await keepDecisions(catalog.database, placeOf(draft, editor), id, next);
  return readConflicts(catalog, editor);
}

function checkShape(document: MetadataDocument | null, { kind, elementId, name }: DraftChange): void {
  if (document === null) return;
  const file = `${kind} ${name}`;
  const issues: Issue[] = shapeIssues(document).map((issue) => ({ ...issue, file }));
  if (issues.length === 0 && (document.kind !== kind || !('id' in document) || document.id !== elementId)) {
    issues.push({ file, path: '', code: 'not_allowed', message: 'An element keeps its kind and its id.' });
  }
  if (issues.length > 0) throw metadataInvalid(issues);
}

/** Moves a draft onto the newest revision: what merges by itself or was decided is merged, what is in conflict stays as it is and is named. */
export async function rebaseDraft(catalog: Catalog, editor: Editor): Promise<RebaseAnswer> {
  const { draft, revision, list } = await standings(catalog, editor);
  requireEdit(draft, editor);
  const rebased = list
    .filter(({ kind }) => kind === 'behind')
    .map(({ change, document, head }): Rebased => {
      if (canonicalJson(document) === canonicalJson(head)) return { change, next: null };
      const name = document ? elementName(document) : head ? elementName(head) : change.name;
      return { change, next: { name, base: head, baseHash: head && digest(head), document } };
    });
  if (rebased.length > 0 || draft.baseRevision < revision) {
    const open = list.some(({ kind }) => kind === 'conflict');
    await writeRebase(catalog.database, placeOf(draft, editor), open ? draft.baseRevision : revision, rebased);
  }
  const after = await readConflicts(catalog, editor);
  if (after.revision !== revision) throw new AppError('conflict', 'Somebody published at the same moment.', { hint: 'Try again.' });
  return { ...after, merged: rebased.length };
}

import type { ChangeSet, ChangeSetManifest } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, notFound } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { elementOf, wholeChangeSet, type ChangeFile } from '../model/change-set.js';
import { elementId } from '../model/element.js';
import { byName } from '../model/stable-document.js';
import type { SourceDocument } from '../model/types.js';
import { changeSetFiles } from '../planner/change-set-files.js';
import { composePacks } from '../planner/compose-packs.js';
import { mergePacks } from '../planner/merge-packs.js';
import { readApplied } from '../store/applied-model.js';
import { systemOf } from '../store/create-space.js';
import { installedPacks, packsAtRevision, packVersions, type PackVersion } from '../store/pack-versions.js';
import { listRevisions, revisionSources } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { headsOf, standingOf } from './draft-standing.js';
import { withDraft } from './drafts.js';
import { draftOf, type Editor } from './open-draft.js';
import { INSTALLATION } from './versions.js';

/** Who changed an element and why. */
type Made = { readonly by: string; readonly comment: string };

/**
 * A draft as a change set: what it would publish now.
 *
 * Errors: not_found; conflict while the draft and what is published both changed the same property, or when it changes nothing.
 */
export async function exportDraft(catalog: Catalog, editor: Editor): Promise<ChangeSet> {
  const { database } = catalog;
  const draft = await draftOf(catalog, editor);
  if (draft === null || draft.discardedAt !== null) throw notFound('There is no such draft.');
  const { sources } = await readApplied(database, editor.space);
  const heads = headsOf(sources);
  const standings = draft.changes.map((change) => ({ change, ...standingOf(change, heads.get(change.elementId) ?? null) }));
  if (standings.some(({ kind }) => kind === 'conflict')) {
    throw new AppError('conflict', 'This draft and a later version both changed the same property.', {
      hint: 'Decide the conflicts first.',
    });
  }
  const changes = standings.map(({ change, document }) => ({ elementId: change.elementId, document }));
  const made = new Map(draft.changes.map(({ elementId: id, changedByName: by, comment }) => [id, { by, comment }]));
  const packs = await installedPacks(database.pool, editor.space);
  const words = { name: draft.name, description: draft.description };
  return changeSet(catalog, editor.space, { before: sources, after: withDraft(sources, { changes }), packs, words, made });
}

/**
 * What was published after one revision, up to another, as a change set. What packs brought in between is left out: packs travel themselves.
 *
 * Errors: not_found; malformed for a range that goes back; conflict when nothing differs.
 */
export async function exportRevisions(catalog: Catalog, space: number, from: number, to: number): Promise<ChangeSet> {
  const { database } = catalog;
  if (to <= from)
    throw malformed('Name an earlier version first.', [{ path: '/to', code: 'not_later', message: 'Must be a later version.' }]);
  const [before, after] = [await revisionSources(database, space, from), await revisionSources(database, space, to)];
  if (before === null || after === null) throw notFound('There is no such version.');
  const packs = (await packsAtRevision(database.pool, space, to)) ?? (await installedPacks(database.pool, space));
  const base = await withPacksOf(catalog, space, { from, before }, packs);
  const { made, comments } = await madeBetween(catalog, space, from, to);
  const words = { name: `Version ${from} to ${to}`, description: [...new Set(comments)].join('\n').slice(0, 2_000) };
  return changeSet(catalog, space, { before: base, after, packs, words, made });
}

/** The documents of a revision, as they would have been with the packs of a later one and nothing else. */
async function withPacksOf(
  { database }: Catalog,
  space: number,
  { from, before }: { from: number; before: readonly SourceDocument[] },
  later: readonly PackVersion[],
): Promise<readonly SourceDocument[]> {
  const former = (await packsAtRevision(database.pool, space, from)) ?? later;
  const sums = (packs: readonly PackVersion[]) => packs.map(({ checksum }) => checksum).sort();
  if (sums(former).join() === sums(later).join()) return before;
  const kept = await packVersions(database.pool, [...sums(former), ...sums(later)]);
  const shipped = (packs: readonly PackVersion[]) => composePacks(packs.flatMap(({ checksum }) => kept.get(checksum) ?? [])).sources;
  const removed = new Set(former.map(({ pack }) => pack).filter((pack) => !later.some((other) => other.pack === pack)));
  return mergePacks({ base: shipped(former), theirs: shipped(later), mine: before, removed }).sources;
}

/** Who changed what in revisions, the last one of each element, and what the revisions were about, oldest first. */
async function madeBetween({ database }: Catalog, space: number, from: number, to: number) {
  const revisions = (await listRevisions(database, space, to - from, to + 1)).filter(({ revision }) => revision > from).reverse();
  const made = new Map<string, Made>();
  for (const { by, comment, changes } of revisions) {
    for (const change of changes) {
      made.set(change.id, { by: (change.made?.by.name ?? by) || INSTALLATION, comment: change.made?.comment || comment });
    }
  }
  return { made, comments: revisions.map(({ comment }) => comment).filter((comment) => comment !== '') };
}

type Wanted = {
  readonly before: readonly SourceDocument[];
  readonly after: readonly SourceDocument[];
  readonly packs: readonly PackVersion[];
  readonly words: { readonly name: string; readonly description: string };
  readonly made: ReadonlyMap<string, Made>;
};

async function changeSet({ database }: Catalog, space: number, wanted: Wanted): Promise<ChangeSet> {
  const { before, after, packs, words, made } = wanted;
  const files = changeSetFiles(before, after);
  if (files.length === 0) throw new AppError('conflict', 'There is nothing to export: it changes no element.');
  const by = [...new Set(files.flatMap(({ document }) => made.get(elementOf(document))?.by ?? []))].sort();
  const manifest: ChangeSetManifest = {
    kind: 'change_set',
    format: 1,
    ...words,
    by,
    system: await systemOf(database, space),
    packs: byName(packsUnder(files, [...before, ...after], packs)),
    elements: Object.fromEntries(files.map((file) => [file.file, entryOf(file, made)])),
  };
  return wholeChangeSet({ manifest, files });
}

function entryOf({ document }: ChangeFile, made: ReadonlyMap<string, Made>): ChangeSetManifest['elements'][string] {
  const element = elementOf(document);
  const { by = '', comment = '' } = made.get(element) ?? {};
  const was = document.kind === 'override' ? Object.entries((document.was ?? {}) as Record<string, unknown>) : null;
  return {
    element,
    ...(by === '' ? {} : { by }),
    ...(comment === '' ? {} : { comment }),
    base: was && Object.fromEntries(was.map(([path, value]) => [path, digest(value)])),
  };
}

/** Versions of the packs that own a changed element, or the object that a new one belongs to. */
function packsUnder(files: readonly ChangeFile[], sources: readonly SourceDocument[], packs: readonly PackVersion[]) {
  const origins = new Map(sources.map(({ origin, document }) => [elementId(document), origin]));
  const objects = new Map(
    sources.flatMap(({ origin, document }) => (document.kind === 'object' ? [[document.name, origin] as const] : [])),
  );
  const touched = new Set(
    files.flatMap(({ document }) => {
      const object = 'object' in document && typeof document.object === 'string' ? objects.get(document.object) : undefined;
      return [origins.get(elementOf(document)) ?? '', object ?? ''];
    }),
  );
  return Object.fromEntries(packs.filter(({ pack }) => touched.has(pack)).map(({ pack, version }) => [pack, version]));
}

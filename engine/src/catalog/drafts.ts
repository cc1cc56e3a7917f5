import type { DocumentKind, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { DraftAnswer, DraftChangeInfo, PlanAnswer, PlanChange, SourceAnswer } from '@fieldstone/metadata/types/wire.js';
import { malformed, metadataInvalid, notFound, type Issue } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { shapeIssues } from '../model/check-shape.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { readApplied } from '../store/applied-model.js';
import { currentDraft, draftDigest, type DraftChange } from '../store/drafts.js';
import { dropDraftChange, putDraftChange } from '../store/edit-drafts.js';
import { revisionSources } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { decidersOf, decisionInfo } from './decisions.js';
import { headsOf, standingOf } from './draft-standing.js';
import { draftOf, editableDraft, infoOf, placeOf, requireEdit, type Editor } from './open-draft.js';
import { planSpaceChange, unplanned } from './plan-change.js';

/** Kinds that people change in the studio. Packs and their data come as files. */
const EDITABLE: ReadonlySet<string> = new Set([
  'action',
  'app',
  'field',
  'layout',
  'object',
  'permission',
  'process',
  'record_type',
  'role',
  'template',
  'translation',
  'validation',
  'view',
  'workflow',
]);

export async function readSource({ database }: Catalog, space: number): Promise<SourceAnswer> {
  const { revision, sources } = await readApplied(database, space);
  const elements = sources.map(({ origin, document }) => ({
    kind: document.kind,
    name: elementName(document),
    id: elementId(document),
    origin,
    hash: digest(document),
    document,
  }));
  return { revision, elements };
}

/** A draft with its changes; an editor without a current draft gets an empty answer. */
export async function readDraft(catalog: Catalog, editor: Editor): Promise<DraftAnswer> {
  const { database } = catalog;
  const draft = await draftOf(catalog, editor);
  const { revision, sources } = await readApplied(database, editor.space);
  if (draft === null) return { draft: null, baseRevision: revision, changes: [] };
  const heads = headsOf(sources);
  const current = await currentDraft(database.pool, editor.space, editor.owner);
  const changes = draft.changes.map((change): DraftChangeInfo => ({
    kind: change.kind,
    name: change.name,
    id: change.elementId,
    document: change.document,
    at: change.at,
    by: { id: change.changedBy, name: change.changedByName },
    comment: change.comment,
    version: change.version,
    standing: standingOf(change, heads.get(change.elementId) ?? null).kind,
  }));
  return { draft: infoOf(draft, editor.owner, current?.id), baseRevision: draft.baseRevision, changes };
}

/** One element as a draft wants it: its change, or else what is published. `version` is that of the change, 0 without one. */
export async function readElement(
  catalog: Catalog,
  editor: Editor,
  kind: string,
  name: string,
): Promise<{ document: MetadataDocument; version: number }> {
  const { sources } = await readApplied(catalog.database, editor.space);
  const draft = await draftOf(catalog, editor);
  const change = draft?.changes.find((candidate) => candidate.kind === kind && candidate.name === name);
  const document = change ? change.document : published(sources, kind, name)?.document;
  if (!document) throw notFound('There is no such element.');
  return { document, version: change?.version ?? 0 };
}

const published = (sources: readonly SourceDocument[], kind: string, name: string): SourceDocument | undefined =>
  sources.find(({ document }) => document.kind === kind && elementName(document) === name);

/** `version` is that of the change the editor saw, 0 for none; undefined replaces whatever the draft holds. */
export type ElementEdit = {
  readonly document: unknown;
  readonly baseRevision: number;
  readonly version?: number | undefined;
  readonly comment?: string | undefined;
};

/**
 * Keeps a wanted change of one element. A document equal to the published one takes the change back; null retires the element.
 *
 * Shape:  `baseRevision` is the revision the editor saw. What others published since then is merged, or shown as a conflict, when the draft
 *         is rebased. An edit that names a version goes on from that version and keeps its base. The draft as a whole is checked when it is
 *         planned, so that it may be half-done. Answers the new version, 0 when there is no change left.
 * Errors: precondition_failed when somebody else edited the change in the same draft; metadata_invalid when the document has not the shape
 *         of its kind.
 */
export async function putElement(catalog: Catalog, editor: Editor, kind: string, name: string, edit: ElementEdit): Promise<number> {
  if (!EDITABLE.has(kind)) throw malformed(`Elements of kind "${kind.slice(0, 40)}" can not be edited.`);
  const wanted = edit.document === null ? null : checkedDocument(edit.document, kind);
  const { revision, sources } = await readApplied(catalog.database, editor.space);
  if (edit.baseRevision > revision) throw malformed('There is no such revision yet.');
  const seen = edit.baseRevision === revision ? sources : await revisionSources(catalog.database, editor.space, edit.baseRevision);
  const draft = await editableDraft(catalog, editor);

  const drafted = draft.changes.find((change) => change.kind === kind && change.name === name);
  const id = wanted
    ? elementId(wanted)
    : (drafted?.elementId ?? elementIdOf(published(sources, kind, name)) ?? elementIdOf(published(seen ?? [], kind, name)));
  if (id === undefined) throw notFound('There is no such element.');
  const head = headsOf(sources).get(id) ?? null;
  if (head && head.kind !== kind)
    throw metadataInvalid([{ path: '/id', code: 'duplicate_id', message: 'Another kind of element has this id.' }]);

  const place = placeOf(draft, editor);
  if ((wanted === null && !head) || (wanted && head && digest(head) === digest(wanted))) {
    await dropDraftChange(catalog.database, place, id, edit.version);
    return 0;
  }
  const earlier = draft.changes.find((change) => change.elementId === id);
  const goesOn = earlier !== undefined && edit.version !== undefined;
  const base = goesOn ? earlier.base : (headsOf(seen ?? []).get(id) ?? null);
  const change = {
    elementId: id,
    kind: kind as DocumentKind,
    name: wanted ? elementName(wanted) : name,
    base,
    baseHash: goesOn ? earlier.baseHash : base && digest(base),
    document: wanted,
    ...(edit.comment === undefined ? {} : { comment: edit.comment }),
  };
  return putDraftChange(catalog.database, place, change, { revision: edit.baseRevision, version: edit.version });
}

const elementIdOf = (source: SourceDocument | undefined) => source && elementId(source.document);

function checkedDocument(document: unknown, kind: string): MetadataDocument {
  const issues: Issue[] = shapeIssues(document);
  // Checked to be of this shape just now.
  const checked = document as MetadataDocument;
  if (issues.length === 0 && checked.kind !== kind) {
    issues.push({ path: '/kind', code: 'not_allowed', message: `Expected "${kind}", as in the address.` });
  }
  if (issues.length > 0) throw metadataInvalid(issues);
  return checked;
}

/** Takes back what a draft says about one element. */
export async function revertElement(catalog: Catalog, editor: Editor, kind: string, name: string, version?: number): Promise<void> {
  const draft = await draftOf(catalog, editor);
  if (draft === null) return;
  requireEdit(draft, editor);
  const { sources } = await readApplied(catalog.database, editor.space);
  const head = elementIdOf(published(sources, kind, name));
  const change = draft.changes.find((candidate) => candidate.kind === kind && (candidate.name === name || candidate.elementId === head));
  if (change) await dropDraftChange(catalog.database, placeOf(draft, editor), change.elementId, version);
}

/** Plans a draft: its changes as they merge with what is published now, or what is in conflict. */
export async function planDraft(catalog: Catalog, editor: Editor): Promise<PlanAnswer> {
  const draft = await draftOf(catalog, editor);
  if (draft?.discardedAt) throw notFound('This draft was discarded. Bring it back first.');
  const { revision, sources } = await readApplied(catalog.database, editor.space);
  const heads = headsOf(sources);
  const standings = (draft?.changes ?? []).map((change) => ({ change, ...standingOf(change, heads.get(change.elementId) ?? null) }));
  const issues = standings.flatMap(({ change, conflicts }) =>
    conflicts.filter(({ decision }) => decision === null).map(({ path }) => conflictIssue(change, path)),
  );
  if (issues.length > 0) return unplanned(revision, issues);
  const names = await decidersOf(catalog.database.pool, draft?.changes ?? []);
  const changes = standings.map(({ change, document }) => ({ elementId: change.elementId, document }));
  const planned = await planSpaceChange(catalog, {
    space: editor.space,
    sources: withDraft(sources, { changes }),
    ...(draft === null ? {} : { draft: { id: draft.id, digest: draftDigest(draft) }, comment: draft.description }),
    made: new Map(standings.map(({ change }) => [change.elementId, madeOf(change, names)])),
    madeBy: editor.owner,
  });
  return planned.answer;
}

const madeOf = (
  { changedBy, changedByName, at, comment, decisions }: DraftChange,
  names: ReadonlyMap<string, string>,
): NonNullable<PlanChange['made']> => ({
  by: { id: changedBy, name: changedByName },
  at,
  comment,
  ...(decisions.length === 0 ? {} : { decisions: decisions.map((decision) => decisionInfo(decision, names)) }),
});

const conflictIssue = (change: DraftChange, path: string): Issue => ({
  file: `${change.kind} ${change.name}`,
  path,
  code: 'changed_since',
  message: 'Somebody published another value of this after you changed it. Decide which one holds.',
});

/** The published documents with the changes of a draft. A changed element of a pack loses its file: that is how upgrades know it is ours. */
export function withDraft(
  sources: readonly SourceDocument[],
  { changes }: { readonly changes: readonly Pick<DraftChange, 'elementId' | 'document'>[] },
): SourceDocument[] {
  const wanted = new Map(changes.map((change) => [change.elementId, change.document]));
  const next = sources.flatMap((source): SourceDocument[] => {
    const id = elementId(source.document);
    if (!wanted.has(id)) return [source];
    const document = wanted.get(id);
    wanted.delete(id);
    if (!document) return [];
    return [canonicalJson(document) === canonicalJson(source.document) ? source : { origin: source.origin, document }];
  });
  for (const document of wanted.values()) if (document) next.push({ origin: 'tenant', document });
  return next;
}

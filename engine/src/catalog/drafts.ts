import type { DocumentKind, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { DraftAnswer, PlanAnswer, SourceAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, metadataInvalid, notFound, type Issue } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { shapeIssues } from '../model/check-shape.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { readApplied } from '../store/applied-model.js';
import { draftDigest, dropDraft, dropDraftChange, putDraftChange, readDraft, type Draft, type DraftChange } from '../store/drafts.js';
import { revisionSources } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { planSpaceChange } from './plan-change.js';

/** Kinds that people change in the studio. Packs and their data come as files. */
const EDITABLE: ReadonlySet<string> = new Set([
  'app',
  'field',
  'layout',
  'object',
  'permission',
  'process',
  'role',
  'template',
  'validation',
  'view',
  'workflow',
]);

export type Editor = { readonly space: number; readonly owner: string };

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

export async function readOwnDraft({ database }: Catalog, { space, owner }: Editor): Promise<DraftAnswer> {
  const draft = await readDraft(database.pool, space, owner);
  const { revision } = await readApplied(database, space);
  const changes = (draft?.changes ?? []).map(({ kind, name, elementId: id, document, at, changedBy }) => ({
    kind,
    name,
    id,
    document,
    at,
    by: changedBy,
  }));
  return { baseRevision: draft?.baseRevision ?? revision, changes };
}

/** One element as the caller's draft wants it: its change, or else what is published. */
export async function readElement({ database }: Catalog, { space, owner }: Editor, kind: string, name: string): Promise<MetadataDocument> {
  const { sources } = await readApplied(database, space);
  const draft = await readDraft(database.pool, space, owner);
  const change = draft?.changes.find((candidate) => candidate.kind === kind && candidate.name === name);
  const document = change ? change.document : published(sources, kind, name)?.document;
  if (!document) throw notFound('There is no such element.');
  return document;
}

const published = (sources: readonly SourceDocument[], kind: string, name: string): SourceDocument | undefined =>
  sources.find(({ document }) => document.kind === kind && elementName(document) === name);

/**
 * Keeps a wanted change of one element. A document equal to the published one takes the change back; null retires the element.
 *
 * Shape:  `baseRevision` is the revision the editor saw. The draft as a whole is checked when it is planned, so that it may be half-done.
 * Errors: conflict when the element was published anew since then; metadata_invalid when the document has not the shape of its kind.
 */
export async function putElement(
  catalog: Catalog,
  { space, owner }: Editor,
  kind: string,
  name: string,
  document: unknown,
  baseRevision: number,
): Promise<void> {
  if (!EDITABLE.has(kind)) throw malformed(`Elements of kind "${kind.slice(0, 40)}" can not be edited.`);
  const wanted = document === null ? null : checkedDocument(document, kind);
  const { revision, sources } = await readApplied(catalog.database, space);
  const draft = await readDraft(catalog.database.pool, space, owner);
  if (baseRevision > revision) throw malformed('There is no such revision yet.');

  const drafted = draft?.changes.find((change) => change.kind === kind && change.name === name);
  const id = wanted ? elementId(wanted) : (drafted?.elementId ?? elementIdOf(published(sources, kind, name)));
  if (id === undefined) throw notFound('There is no such element.');
  const head = sources.find((source) => elementId(source.document) === id);
  if (head && head.document.kind !== kind)
    throw metadataInvalid([{ path: '/id', code: 'duplicate_id', message: 'Another kind of element has this id.' }]);

  const earlier = draft?.changes.find((change) => change.elementId === id);
  const headHash = head ? digest(head.document) : null;
  if (baseRevision < revision && (await hashAt(catalog, space, baseRevision, id)) !== headHash) throw changedSince(revision);
  if ((wanted === null && !head) || (wanted && headHash === digest(wanted))) {
    if (earlier) await dropDraftChange(catalog.database, space, owner, id);
    return;
  }
  const change = {
    elementId: id,
    kind: kind as DocumentKind,
    name: wanted ? elementName(wanted) : name,
    baseHash: headHash,
    document: wanted,
  };
  await putDraftChange(catalog.database, space, owner, revision, change);
}

const elementIdOf = (source: SourceDocument | undefined) => source && elementId(source.document);

const changedSince = (revision: number) =>
  new AppError('conflict', 'Somebody published another version of this element.', {
    hint: 'Load the metadata again and repeat the change.',
    extra: { revision },
  });

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

async function hashAt({ database }: Catalog, space: number, revision: number, id: string): Promise<string | null> {
  const sources = await revisionSources(database, space, revision);
  const source = sources?.find((candidate) => elementId(candidate.document) === id);
  return source ? digest(source.document) : null;
}

/** Takes back what the draft says about one element. */
export async function revertElement(catalog: Catalog, { space, owner }: Editor, kind: string, name: string): Promise<void> {
  const draft = await readDraft(catalog.database.pool, space, owner);
  const { sources } = await readApplied(catalog.database, space);
  const head = published(sources, kind, name);
  const change = draft?.changes.find(
    (candidate) => candidate.kind === kind && (candidate.name === name || (head && candidate.elementId === elementId(head.document))),
  );
  if (change) await dropDraftChange(catalog.database, space, owner, change.elementId);
}

export const discardDraft = ({ database }: Catalog, { space, owner }: Editor): Promise<void> => dropDraft(database.pool, space, owner);

/** Plans the caller's draft. */
export async function planDraft(catalog: Catalog, { space, owner }: Editor): Promise<PlanAnswer> {
  const draft = await readDraft(catalog.database.pool, space, owner);
  const { revision, sources } = await readApplied(catalog.database, space);
  const changes = draft?.changes ?? [];
  const conflicts = changes.filter((change) => isOutdated(sources, change)).map(conflictIssue);
  if (conflicts.length > 0) {
    return { hash: null, from: revision, to: revision + 1, changes: [], statements: [], hazards: [], issues: conflicts };
  }
  const planned = await planSpaceChange(catalog, {
    space,
    sources: withDraft(sources, { changes }),
    draft: { owner, digest: draftDigest({ changes }) },
    madeBy: owner,
  });
  return planned.answer;
}

/** The element was published anew after the draft had changed it, and not to the same. */
function isOutdated(sources: readonly SourceDocument[], change: DraftChange): boolean {
  const head = sources.find((source) => elementId(source.document) === change.elementId);
  const headHash = head ? digest(head.document) : null;
  return headHash !== change.baseHash && headHash !== (change.document ? digest(change.document) : null);
}

const conflictIssue = (change: DraftChange): Issue => ({
  file: `${change.kind} ${change.name}`,
  path: '',
  code: 'changed_since',
  message: 'Somebody published another version of this element after you changed it. Take your change back and repeat it.',
});

/** The published documents with the changes of a draft. A changed element of a pack loses its file: that is how upgrades know it is ours. */
export function withDraft(sources: readonly SourceDocument[], { changes }: Pick<Draft, 'changes'>): SourceDocument[] {
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

import type { DocumentByKind, DocumentKind } from '@fieldstone/metadata/types/documents.js';
import type { DraftAnswer, SourceAnswer } from '@fieldstone/metadata/types/wire.js';

/** Kinds the studio works with: those that have an id of their own. Packs and their records are files of a pack. */
export type EditableKind = Exclude<DocumentKind, 'data' | 'pack'>;
export type StudioDocument = DocumentByKind[EditableKind];

/** A published element. `origin` is the pack's name, or "tenant" for what was made in this installation. */
export type PublishedElement = {
  readonly name: string;
  readonly origin: string;
  readonly document: StudioDocument;
};

/**
 * The edited metadata as a value: what is published, and what differs from it.
 *
 * Shape: `changes` holds the wanted document by element id, or null for an element that is to be retired. A document equal to the
 * published one is never kept there, so an empty map means that nothing differs.
 */
export type Draft = {
  readonly revision: number;
  readonly published: ReadonlyMap<string, PublishedElement>;
  readonly changes: ReadonlyMap<string, StudioDocument | null>;
};

export const emptyDraft: Draft = { revision: 0, published: new Map(), changes: new Map() };

const isEditable = (document: { kind: DocumentKind }): document is StudioDocument => document.kind !== 'data' && document.kind !== 'pack';

export function draftFrom(source: SourceAnswer, saved: DraftAnswer): Draft {
  const published = new Map<string, PublishedElement>();
  for (const element of source.elements) {
    if (!isEditable(element.document)) continue;
    published.set(element.document.id, { name: element.name, origin: element.origin, document: element.document });
  }
  let draft: Draft = { revision: source.revision, published, changes: new Map() };
  for (const change of saved.changes) {
    if (change.document !== null && !isEditable(change.document)) continue;
    draft = put(draft, change.id, change.document);
  }
  return draft;
}

/** Sets the wanted document of one element; null retires it. A change that comes back to what is published disappears. */
export function put(draft: Draft, id: string, document: StudioDocument | null): Draft {
  const changes = new Map(draft.changes);
  const published = draft.published.get(id);
  const isSame = document === null ? published === undefined : published !== undefined && isEqual(published.document, document);
  if (isSame) changes.delete(id);
  else changes.set(id, document);
  return { ...draft, changes };
}

export function putAll(draft: Draft, documents: readonly StudioDocument[]): Draft {
  return documents.reduce((current, document) => put(current, document.id, document), draft);
}

/** Takes back what the draft says about one element. */
export function revert(draft: Draft, id: string): Draft {
  const changes = new Map(draft.changes);
  changes.delete(id);
  return { ...draft, changes };
}

const documentLists = new WeakMap<Draft, readonly StudioDocument[]>();

/** Every document as the draft wants it, retired ones left out, in the order of the published list with new ones last. */
export function documentsOf(draft: Draft): readonly StudioDocument[] {
  const known = documentLists.get(draft);
  if (known !== undefined) return known;
  const documents: StudioDocument[] = [];
  for (const [id, element] of draft.published) {
    const change = draft.changes.get(id);
    if (change === null) continue;
    documents.push(change ?? element.document);
  }
  for (const [id, document] of draft.changes) {
    if (document !== null && !draft.published.has(id)) documents.push(document);
  }
  documentLists.set(draft, documents);
  return documents;
}

export function ofKind<K extends EditableKind>(draft: Draft, kind: K): DocumentByKind[K][] {
  // The kind property decides the document's type, which the compiler can not see through the type parameter.
  return documentsOf(draft).filter((document) => document.kind === kind) as DocumentByKind[K][];
}

/** Documents of one kind that belong to an object. */
export function ofObject<
  K extends 'field' | 'layout' | 'view' | 'validation' | 'process' | 'record_type' | 'action' | 'permission' | 'workflow' | 'template',
>(draft: Draft, kind: K, object: string): DocumentByKind[K][] {
  return ofKind(draft, kind).filter((document) => document.object === object);
}

export function findDocument(draft: Draft, id: string): StudioDocument | undefined {
  const change = draft.changes.get(id);
  return change === null ? undefined : (change ?? draft.published.get(id)?.document);
}

export const findObject = (draft: Draft, name: string) => ofKind(draft, 'object').find((object) => object.name === name);

/** Where an element comes from, for the eye: a pack's name, or "tenant". */
export const originOf = (draft: Draft, id: string): string => draft.published.get(id)?.origin ?? 'tenant';

export type ChangeState = 'unchanged' | 'added' | 'changed' | 'retired';

export function changeState(draft: Draft, id: string): ChangeState {
  if (!draft.changes.has(id)) return 'unchanged';
  if (draft.changes.get(id) === null) return 'retired';
  return draft.published.has(id) ? 'changed' : 'added';
}

/** Name of an element within its kind, as the API addresses it. */
export function elementName(document: StudioDocument): string {
  switch (document.kind) {
    case 'translation':
      return `${document.locale}.${document.name}`;
    case 'permission':
      return `${document.role}.${document.object}`;
    case 'field':
    case 'layout':
    case 'view':
    case 'validation':
    case 'process':
    case 'record_type':
    case 'action':
      return `${document.object}.${document.name}`;
    default:
      return document.name;
  }
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isEqual(value, right.get(key)));
}

import type { DocumentByKind } from '@fieldstone/metadata/types/documents.js';
import type { PackFileDocument } from './pack-content.js';

type OfObject = { readonly object: string; readonly name: string };
const ofObject =
  (folder: string) =>
  ({ object, name }: OfObject): string =>
    `${folder}/${object}.${name}.json`;
const named =
  (folder: string) =>
  ({ name }: { readonly name: string }): string =>
    `${folder}/${name}.json`;

/** Every kind of document, so that a new one can not be forgotten. Records are filed as their author likes. */
const PLACES: { readonly [Kind in keyof DocumentByKind]: (document: DocumentByKind[Kind]) => string | null } = {
  action: ofObject('actions'),
  app: named('apps'),
  data: () => null,
  field: ({ object, name }) => `fields/${object}/${name}.json`,
  layout: ofObject('layouts'),
  object: named('objects'),
  pack: () => 'pack.json',
  permission: ({ role, object }) => `permissions/${role}.${object}.json`,
  process: ofObject('processes'),
  record_type: ofObject('record-types'),
  role: named('roles'),
  template: named('templates'),
  translation: ({ locale, name }) => `translations/${locale}/${name}.json`,
  validation: ofObject('validations'),
  view: ofObject('views'),
  workflow: named('workflows'),
};

/** Where a document belongs below the folder of its pack; null for one that has no place of its own. */
export function placeOf(document: PackFileDocument): string | null {
  if (document.kind === 'case') return `cases/${document.name}.json`;
  if (document.kind === 'override') return `overrides/${document.of}.${document.name ?? document.element}.json`;
  // The table is keyed by kind, which the compiler can not follow through a lookup. A kind that is none was refused by its shape.
  const place = PLACES[document.kind] as ((of: typeof document) => string | null) | undefined;
  return place?.(document) ?? null;
}

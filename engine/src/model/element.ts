import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';

/** Stable id of a document's element. A pack has none of its own: its name is fixed. Data files are no elements of the model. */
export function elementId(document: MetadataDocument): string {
  if (document.kind === 'pack') return `pack:${document.name}`;
  if (document.kind === 'data') return `data:${document.object}`;
  return document.id;
}

/** Name by which an element is addressed within its kind: `object.name` for what belongs to an object, `role.object` for permissions. */
export function elementName(document: MetadataDocument): string {
  switch (document.kind) {
    case 'field':
    case 'action':
    case 'layout':
    case 'view':
    case 'validation':
    case 'process':
    case 'record_type':
      return `${document.object}.${document.name}`;
    case 'translation':
      return `${document.locale}.${document.name}`;
    case 'permission':
      return `${document.role}.${document.object}`;
    case 'data':
      return document.object;
    default:
      return document.name;
  }
}

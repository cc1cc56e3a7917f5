import type { DocumentKind } from '@fieldstone/metadata/types/documents.js';
import type { StudioDocument } from '../../draft/draft.js';

export const KIND_LABELS: Record<DocumentKind, string> = {
  object: 'Object',
  field: 'Field',
  layout: 'Layout',
  view: 'View',
  validation: 'Validation',
  process: 'Process',
  record_type: 'Record type',
  action: 'Action',
  workflow: 'Workflow',
  template: 'E-mail template',
  translation: 'Translation',
  permission: 'Permission',
  role: 'Role',
  app: 'App',
  pack: 'Pack',
  data: 'Records',
};

/** Several elements of one kind. */
export function kindPlural(kind: DocumentKind): string {
  if (kind === 'data') return KIND_LABELS.data;
  return kind === 'process' ? 'Processes' : `${KIND_LABELS[kind]}s`;
}

/** Page of the studio where an element is edited; undefined for kinds without one. */
export function placeOf(document: StudioDocument): string | undefined {
  switch (document.kind) {
    case 'object':
      return `/objects/${document.name}`;
    case 'field':
      return `/objects/${document.object}/fields?field=${document.name}`;
    case 'layout':
      return `/layouts/${document.id}`;
    case 'validation':
      return `/validations/${document.id}`;
    case 'process':
      return `/processes/${document.id}`;
    case 'record_type':
      return `/record-types/${document.id}`;
    case 'action':
      return `/actions/${document.id}`;
    case 'role':
      return `/roles/${document.id}`;
    case 'permission':
      return `/objects/${document.object}/access`;
    case 'workflow':
      return `/workflows/${document.name}`;
    case 'template':
      return `/templates/${document.id}`;
    default:
      return undefined;
  }
}

import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';

/** Runs an edit of the layout in hand; `merge` joins quick edits of the same thing to one step of undo. */
export type ChangeLayout = (label: string, command: (layout: LayoutDocument) => LayoutDocument, merge?: string) => void;

import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';

/** Runs an edit of the workflow in hand; `merge` joins quick edits of the same thing to one step of undo. */
export type ChangeWorkflow = (label: string, command: (workflow: WorkflowDocument) => WorkflowDocument, merge?: string) => void;

/** What the form of a step's input gets: the input and how to set it. */
export type InputProps = { workflow: WorkflowDocument; input: Record<string, unknown>; setInput: (input: Record<string, unknown>) => void };

import type { TemplateResult } from 'lit';
import type { ScreenField } from '@fieldstone/metadata/types/wire.js';
import type { Viewing } from './field-screen.js';

export type Editing = Viewing & {
  readonly value: unknown;
  readonly label: string;
  readonly help: string;
  readonly error: string;
  readonly required: boolean;
  /** Whether the server gives a value when none is chosen. */
  readonly isFilled?: boolean;
  readonly disabled: boolean;
  /** Values of the whole form, for choices that depend on other fields. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly object: string;
  /** Fields of a lookup's target that conditions of the form read: they are loaded with the choice. */
  readonly needed: readonly string[];
  change(value: unknown): void;
};

/** How one field type is edited. Editors are fetched when somebody edits; how a value is shown (`FieldScreen`) travels with the entry. */
export type FieldEditor = {
  edit(editing: Editing): TemplateResult;
  /** What a write sends for a value of a form; the value itself when left out. */
  toWrite?(value: unknown): unknown;
  /** What keeps a value of a form from being sent at all. */
  problem?(value: unknown): string | undefined;
};

export type FieldEditors = Readonly<Record<ScreenField['type'], FieldEditor>>;

let editors: FieldEditors | undefined;

/** Called by the part that holds the editors, when it is there. */
export const provideEditors = (all: FieldEditors): void => void (editors = all);

/** The editor of a type; whoever asks has loaded the editors (`load-editors.ts`). */
export function fieldEditor(field: Pick<ScreenField, 'type'>): FieldEditor {
  if (editors === undefined) throw new Error('The field editors are not loaded.');
  return editors[field.type];
}

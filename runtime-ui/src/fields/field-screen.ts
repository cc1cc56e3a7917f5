import type { TemplateResult } from 'lit';
import type { ScreenField } from '@fieldstone/metadata/types/wire.js';
import type { Screen } from '../model/screen.js';
import type { FilterKind } from '../model/filters.js';

/** What a viewer may use besides the value. */
export type Viewing = { readonly field: ScreenField; readonly screen: Screen };

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

/**
 * How one field type is shown and edited. One file each; the engine's field type of the same name decides what is stored.
 *
 * Shape: values are those of the API. `text` is for names, titles and sorting aids; `view` for cells, cards and pages.
 */
export type FieldScreen = {
  readonly type: ScreenField['type'];
  readonly align: 'start' | 'end';
  /** Width of a column in CSS pixels, where the view gives none. */
  readonly width: number;
  readonly filter: FilterKind | null;
  text(value: unknown, viewing: Viewing): string;
  view(value: unknown, viewing: Viewing): TemplateResult | string;
  edit(editing: Editing): TemplateResult;
  /** What a write sends for a value of a form; the value itself when left out. */
  toWrite?(value: unknown): unknown;
};

import type { TemplateResult } from 'lit';
import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { LookupValue, ScreenField } from '@fieldstone/metadata/types/wire.js';
import type { Screen } from '../model/screen.js';
import type { FilterKind } from '../model/filters.js';

/** What a viewer may use besides the value. */
export type Viewing = {
  readonly field: ScreenField;
  readonly screen: Screen;
  /** The record the value is of, where it stands on its page. */
  readonly record?: { readonly object: string; readonly id: string };
};

/**
 * How one field type is shown. One file each; the engine's field type of the same name decides what is stored, `editors/` how it is edited.
 *
 * Shape: values are those of the API. `text` is for names, titles and sorting aids; `view` for cells, cards and pages.
 */
export type FieldScreen = {
  readonly type: ScreenField['type'];
  /** Type in conditions and formulas, as the engine's type of the same name says it; a test compares the two. */
  readonly valueType: ValueType;
  /** What else other code has to know of the type, as the engine says it; for links to one record nothing. */
  readonly link?: 'many' | 'any';
  readonly choice?: 'one' | 'many';
  /** The server gives the value of a new record. */
  readonly isGiven?: true;
  /** There is always a value, so that none is missing. */
  readonly isNeverEmpty?: true;
  readonly align: 'start' | 'end';
  /** Width of a column in CSS pixels, where the view gives none. */
  readonly width: number;
  readonly filter: FilterKind | null;
  /** Takes a whole row of a form or page, and is no column of a list that nobody designed. */
  readonly isWide?: boolean;
  text(value: unknown, viewing: Viewing): string;
  view(value: unknown, viewing: Viewing): TemplateResult | string;
  /** The value that links to one record of `object`, for a new record made from there; the link itself when left out. */
  fromLink?(link: LookupValue, object: string): unknown;
};

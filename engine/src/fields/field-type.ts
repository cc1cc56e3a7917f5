import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { Told } from '../texts/told.js';

/** A column a field type wants: suffix '' for the first, '_cur' for a currency's code. */
export type ColumnSpec = { readonly suffix: string; readonly pgType: string };

/** A part of a value that has several, which conditions and orders can name: `billing.city`. Its column is the one with the suffix. */
export type FieldPart = { readonly suffix: string; readonly valueType: 'text' | 'decimal'; readonly label: string };

/** What goes wrong with one value; the write path adds the path. */
export type ValueIssue = { readonly code: string } & Told;
/** What is wrong with a property of a field; its author is told in English. */
export type OptionIssue = { readonly property: string; readonly code: string; readonly message: string };

/** The properties of a field that its type may read; a document, or part of one for system fields. */
export type FieldOptions = Readonly<Partial<Omit<FieldDocument, 'returns'>>> & {
  /** Ids of the objects named in `targets`, which the model adds when it is linked. */
  readonly targetIds?: Readonly<Record<string, string>>;
  /** Type of the value of a computed field. A count is an integer, which no formula can ask for. */
  readonly returns?: NonNullable<FieldDocument['returns']> | 'integer' | undefined;
};

/** What normalizing may take from its surroundings. */
export type NormalizeContext = {
  /** ISO code that money without one gets: the actor's. */
  readonly currency?: string;
};

export type Normalized = { readonly value: unknown } | { readonly issue: ValueIssue };

/**
 * All there is to know about one field type. One file each; adding a type is one file, one line in registry.ts, one enum value in
 * field.schema.json and a viewer and an editor in the runtime.
 *
 * Shape:  pure functions; SQL fragments take quoted column expressions and give SQL text without parameters.
 */
export type FieldType = {
  readonly name: FieldDocument['type'] | 'id' | 'version';
  /** Type in expressions: decides which operators apply. */
  readonly valueType: ValueType;
  /** Property names of field.schema.json that this type understands besides the common ones; any other is an error. */
  readonly properties: readonly string[];
  /** What is wrong with the properties of a field of this type, beyond what every field is checked for. */
  checkOptions?(options: FieldOptions): OptionIssue | undefined;
  columns(options: FieldOptions): readonly ColumnSpec[];
  /** JSON Schema of the value in a write (ajv, compiled once per object). Must not coerce. Null is handled by the caller. */
  jsonSchema(options: FieldOptions): Record<string, unknown>;
  /** JSON Schema of the value in an answer, where it says more than that of a write. */
  readonly answerSchema?: Readonly<Record<string, unknown>>;
  /** Brings a value that passed the schema to canonical form ('' becomes null, trimmed e-mail, "1.50" ...), or says what is wrong with it. Null stays null. */
  normalize(value: unknown, options: FieldOptions, context?: NormalizeContext): Normalized;
  /** Canonical value to parameter values, one per column, in order. */
  encode(value: unknown, options: FieldOptions): readonly unknown[];
  /** SQL expression that gives the JSON value of the API from the column expressions: `amount::text`, `json_build_object(...)`. */
  jsonSql(columns: readonly string[], options: FieldOptions): string;
  /** The value of an answer as the text of one cell of a table (CSV); no value is ''. Quotes, and guards against formulas, are the file's business. */
  toCell(value: unknown, options: FieldOptions): string;
  /** Reads the text of a cell, what `toCell` gives and what people write, to a value for `normalize`, which says what is wrong with it. */
  fromCell(text: string, options: FieldOptions): unknown;
  /** Parts by name, in the order of their columns. */
  readonly parts?: ReadonlyMap<string, FieldPart>;
  /** Suffix of the column that text search looks in, where it is not the first. */
  readonly searchSuffix?: string;
  /** What a condition reads, where it is not the first column. */
  conditionSql?(columns: readonly string[], options: FieldOptions): string;
  readonly isSortable: boolean;
  readonly isFilterable: boolean;
};

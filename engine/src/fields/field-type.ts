import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { Told } from '../texts/told.js';

/** A column a field type wants: suffix '' for the first, '_cur' for a currency's code. */
export type ColumnSpec = { readonly suffix: string; readonly pgType: string };

/** A part of a value that has several, which conditions and orders can name: `billing.city`. Its column is the one with the suffix. */
export type FieldPart = { readonly suffix: string; readonly valueType: 'text' | 'decimal'; readonly label: string };

/** What an admin may ask of the fields of a type, beside what the type itself is. `name` is to name the records of an object. */
export type FieldUse = 'unique' | 'indexed' | 'searchable' | 'default' | 'name' | 'sum';

/** A field of before as a new one takes from it: quoted columns, and for a link the id of the object it points to. */
export type FormerField = { readonly type: FieldType['name']; readonly columns: readonly string[]; readonly targetId: string | undefined };

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
 * field.schema.json, a viewer and an editor in the runtime and an entry in the studio. What other code has to know of a type it asks for here:
 * it never compares its name, which `scripts/check-arch.mjs` holds.
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
  /** The JSON value of the API of what `encode` gave, where it is sure without asking the database. Not for types of one column that is shown as it is. */
  sentJson?(encoded: readonly unknown[]): unknown;
  /** The value of an answer as the text of one cell of a table (CSV); no value is ''. Quotes, and guards against formulas, are the file's business. */
  toCell(value: unknown, options: FieldOptions): string;
  /** Reads the text of a cell, what `toCell` gives and what people write, to a value for `normalize`, which says what is wrong with it. */
  fromCell(text: string, options: FieldOptions): unknown;
  /** Parts by name, in the order of their columns. */
  readonly parts?: ReadonlyMap<string, FieldPart>;
  /** Suffix of the column that text search looks in, where it is not the first. */
  readonly searchSuffix?: string;
  /** How text search compares values: by their words when left out, or by their digits, however people group them. */
  readonly searchedBy?: 'digits';
  /** What a condition reads, where it is not the first column. */
  conditionSql?(columns: readonly string[], options: FieldOptions): string;
  /** The words of a value of several parts, as `metadata/language/value-words.ts` reads them: what `contains` looks in. */
  wordsSql?(columns: readonly string[]): string;
  readonly isSortable: boolean;
  readonly isFilterable: boolean;
  readonly uses: readonly FieldUse[];
  /** What a value points to: `one` record of the target, `many` of it, or one of `any` of several targets. */
  readonly link?: 'one' | 'many' | 'any';
  /** The object that a link of this type always points to; others name theirs. */
  readonly linksTo?: string;
  /** The record it points to is the whole that this one is part of: always there, and shared in what happens to it. */
  readonly isPart?: true;
  /** A value is one, or several, of the options of the field. */
  readonly choice?: 'one' | 'many';
  /** A value is a file that was uploaded; `picture` admits only what browsers show. */
  readonly holds?: 'file' | 'picture';
  /** Kept sealed: never compared, never read back with the record. */
  readonly isSecret?: true;
  /** What gives the values, where people do not. */
  readonly givenBy?: 'counter' | 'formula' | 'rollup';
  /** Takes a whole row of a page and no column of a list. */
  readonly isWide?: true;
  /** Unique values are compared without case. */
  readonly ignoresCase?: true;
  /** Of a list of values that form groups: the type that one of them is of. */
  readonly memberType?: FieldType['name'];
  /** A list in one column: its index is one of members. `always` there, or when the field is `indexed`. */
  readonly memberIndex?: 'always' | 'indexed';
  /** Members of an answered value that workflows and templates can name, besides `parts`: `amount.currency`. */
  readonly members?: readonly string[];
  /**
   * What the columns of an existing record become when the field takes from fields of before: SQL by suffix. Keys of `former` are parts, or
   * numbers from 0 in the order to be asked; undefined where it can not be made from them. A type without it takes from fields like itself.
   */
  gather?(former: ReadonlyMap<string, FormerField>): Readonly<Record<string, string>> | undefined;
  /** The form a write takes of a value that an answer or an expression gave, where it is not the same. */
  toWritten?(value: unknown): unknown;
};

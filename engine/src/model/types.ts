import type {
  ActionDocument,
  AppDocument,
  ConditionJson,
  FieldDocument,
  LayoutDocument,
  MetadataDocument,
  PackDocument,
  RecordTypeDocument,
  RoleDocument,
  TemplateDocument,
  ViewDocument,
  WorkflowDocument,
} from '@fieldstone/metadata/types/documents.js';
import type { FieldOptions } from '../fields/field-type.js';
import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import type { FormulaDefinition } from '@fieldstone/metadata/language/formula-field.js';
import type { RuleText } from './rule-sentence.js';

/** A metadata document with where it comes from. `origin` is the pack's name, or "tenant" for what was made in this installation. */
export type SourceDocument = { readonly origin: string; readonly file?: string; readonly document: MetadataDocument };

/**
 * One field of an object, linked. System fields (id, owner, created_at, created_by, updated_at, updated_by, version, deleted_at) are fields like
 * any other with ids `sys_<name>` and `system: true`; people never write them, except owner.
 */
export type FieldModel = {
  readonly id: string;
  readonly object: string;
  readonly name: string;
  readonly label: string;
  readonly type: FieldDocument['type'] | 'id' | 'version';
  readonly system: boolean;
  readonly required: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly searchable: boolean;
  readonly tracked: boolean;
  /** The document, for the properties that only its type reads; a synthetic one for system fields. */
  readonly options: FieldOptions;
  /** API name of the object a lookup, master_detail or user field points to ("user" for users). */
  readonly target?: string;
  /** API names of the objects that a field of several links may point to. Such a field has no `target`: no path leads through it. */
  readonly targets?: readonly string[];
  /** Parsed `where` of a link or a list of links, in the scope of the target with $record bound to the record being written. */
  readonly where?: Expression;
  /** How the value of a formula or roll-up comes about. */
  readonly computed?: FormulaModel | RollupModel;
};

export type FormulaModel = FormulaDefinition & { readonly kind: 'formula' };

/**
 * A roll-up: the records of `from` whose `by` points here and that meet `where`, brought together.
 *
 * Shape:  `of` is the field that is added up or compared; a count has none. `isStored`: it is a column, kept up to date behind the writes.
 */
export type RollupModel = {
  readonly kind: 'rollup';
  readonly from: string;
  readonly by: string;
  readonly function: 'count' | 'sum' | 'min' | 'max' | 'avg';
  readonly of?: PathStep;
  readonly where?: Expression;
  readonly scale: number;
  readonly isStored: boolean;
};

/** A relation seen from its target: the records of `object` whose `field` points here. */
export type RelationModel = { readonly name: string; readonly label: string; readonly object: string; readonly field: string };

export type ValidationModel = {
  readonly id: string;
  readonly name: string;
  readonly on: readonly ('create' | 'update')[];
  readonly errorWhen: Expression;
  readonly message: string;
  /** How the message is made in another language, where it is not one of a validation document. */
  readonly says?: RuleText;
  readonly field?: string;
  readonly source: ConditionJson;
  /** What the issue is called; rule_broken when left out. */
  readonly code?: 'rule_broken' | 'required' | 'not_an_option' | 'move_not_allowed';
  /** Whether it decides which values `field` can take, so that screens offer only those that keep it. */
  readonly narrows?: boolean;
  /** Roles that it does not hold. A rule with exceptions does not hold the system either. */
  readonly exceptRoles?: readonly string[];
};

/** Which rows: none, all, or those that meet a condition ("own" is already the condition owner == $user.id, and so on). */
export type RowRule = { readonly kind: 'none' } | { readonly kind: 'all' } | { readonly kind: 'where'; readonly where: Expression };

/** On which of the rows that a permission reaches a field may be read, and on which of those that it lets change, changed. */
export type FieldGrant = { readonly read: RowRule; readonly edit: RowRule };

/** What is taken away, whatever else gives it. A field rule "all" takes it away on every row. */
export type DenyModel = {
  readonly create: boolean;
  readonly read: RowRule;
  readonly update: RowRule;
  readonly delete: RowRule;
  readonly fields: ReadonlyMap<string, FieldGrant>;
  readonly actions: ReadonlySet<string>;
};

/** What one role may do with one object; every role has one for every object after linking (from its default where there is no file). */
export type PermissionModel = {
  /** Id of the document that says it: a permission, or the role by its default. */
  readonly from: string;
  readonly create: boolean;
  readonly read: RowRule;
  readonly update: RowRule;
  readonly delete: RowRule;
  /** Every field of the object by name, system fields included. */
  readonly fields: ReadonlyMap<string, FieldGrant>;
  /** Actions besides reading and writing records one by one, by name. */
  readonly actions: ReadonlySet<string>;
  readonly deny?: DenyModel;
};

/** What a role may do besides working with records. */
export type Capability = NonNullable<RoleDocument['capabilities']>[number];

export type RoleModel = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  /** A permission set: rights given on top. */
  readonly isSet: boolean;
  /** Its own name and those of all that it includes, near and far. */
  readonly includes: readonly string[];
  /** With those of all that it includes. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Its own alone. */
  readonly permissions: ReadonlyMap<string, PermissionModel>;
};

/** A record trigger, ready for the write path: conditions are parsed in the scope of the object. */
export type TriggerModel = {
  readonly workflowId: string;
  readonly workflow: string;
  readonly on: readonly ('create' | 'update' | 'delete' | 'restore')[];
  readonly fields: readonly string[];
  readonly entry: 'becomes_true' | 'every_match';
  readonly when?: Expression;
};

/**
 * How records of an object stand in the timelines of the records that they belong to.
 *
 * Shape:  names of fields of the object: when it happened (when it was made, without), what is shown with it, and whose changes are entries too.
 */
export type TimelineModel = {
  readonly date?: string;
  readonly summary: readonly string[];
  readonly changes: readonly string[];
  readonly deleted: boolean;
};

/** A type of records of an object, as its document says it. */
export type RecordTypeModel = RecordTypeDocument;

/** How an action works out the value of a field. */
export type ActionValue =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** Something people do with a record, ready to run. */
export type ActionModel = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly document: ActionDocument;
  readonly when?: Expression;
  /** What is asked for, as fields: their names are those of the inputs, their ids belong to nothing. */
  readonly inputs: readonly FieldModel[];
  readonly set: ReadonlyMap<string, ActionValue>;
  readonly isSystem: boolean;
  /** Ids of the workflows it starts. */
  readonly workflows: readonly string[];
};

export type ObjectModel = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly pluralLabel: string;
  readonly icon: string;
  readonly nameField: string;
  readonly trackHistory: boolean;
  readonly timeline?: TimelineModel;
  /** Indexes on several fields together, by the names of the fields. */
  readonly indexes: readonly (readonly string[])[];
  /** True for the built-in read-only object "user" (id, name). */
  readonly system: boolean;
  /** Field by API name, in order: system fields last. */
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly relations: ReadonlyMap<string, RelationModel>;
  /** Rules that were written as such, and those that processes and dependent picklists come to. */
  readonly validations: readonly ValidationModel[];
  /** In order. An object that has some has a field "record_type", with the ids of them as options. */
  readonly recordTypes: readonly RecordTypeModel[];
  readonly triggers: readonly TriggerModel[];
  /** By name, in order. */
  readonly actions: ReadonlyMap<string, ActionModel>;
  readonly layouts: readonly LayoutDocument[];
  readonly views: readonly ViewDocument[];
};

/** The validated, linked, frozen model of one space. `hash` covers every document. */
export type Model = {
  readonly hash: string;
  readonly packs: readonly PackDocument[];
  readonly objects: ReadonlyMap<string, ObjectModel>;
  readonly roles: ReadonlyMap<string, RoleModel>;
  readonly apps: readonly AppDocument[];
  readonly workflows: ReadonlyMap<string, WorkflowDocument>;
  readonly templates: ReadonlyMap<string, TemplateDocument>;
  /** Texts in other languages. The model itself has those that its documents are written in. */
  readonly translations: Translations;
  readonly sources: readonly SourceDocument[];
};

/** Texts by locale, element id and key. */
export type Translations = ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, string>>>>;

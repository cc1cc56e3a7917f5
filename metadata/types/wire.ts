/**
 * Shapes that cross the HTTP API between engine, runtime and studio. Record bodies are keyed by API name (snake_case); envelopes are camelCase.
 */
import type {
  AppDocument,
  ConditionJson,
  DocumentKind,
  FieldDocument,
  LayoutDocument,
  MetadataDocument,
  OverrideDocument,
  ViewDocument,
} from './documents.js';

/** RFC 9457 problem details, as every error of the API answers. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  /** `offset`, `length`, `line` and `column` are a place in a text such as a formula. */
  issues: {
    path: string;
    code: string;
    message: string;
    file?: string;
    offset?: number;
    length?: number;
    line?: number;
    column?: number;
  }[];
  hint?: string;
  requestId: string;
  [extra: string]: unknown;
};

/** Value types on the wire: decimals are strings, money is an object, lookups are id and label, dates YYYY-MM-DD, instants RFC 3339 in UTC. */
export type Money = { amount: string; currency: string };
export type LookupValue = { id: string; label: string | null; [field: string]: unknown };
export type RecordBody = { id: string; version: number; [field: string]: unknown };

export type ListAnswer = { data: RecordBody[]; page: { next: string | null; count?: number; countIsCapped?: boolean } };

/** GET /settings/currencies: a rate is what one unit is worth in the base currency from a day on, as a decimal string. */
export type CurrencySettings = { base: string; rates: readonly { currency: string; from: string; rate: string }[] };

/** GET /settings/usage: what the caller's organisation has of what it may have so much of; `max` and `used` are null where there is no limit. */
export type UsageAnswer = {
  data: {
    name: 'records' | 'file_bytes' | 'waiting_runs';
    label: string;
    max: number | null;
    used: number | null;
    state: 'ok' | 'near' | 'full';
    measuredAt: string | null;
  }[];
};

/**
 * A sum, average, smallest or largest amount in the base currency. Amounts of several currencies are told by currency, too; where a rate is missing there
 * is no amount together.
 */
export type MoneyMeasure = { amount: string | null; currency: string; byCurrency?: Money[]; missingRates?: string[] };

/** POST /records/{object}/aggregate: groups are keyed by the names of their levels and measures. */
export type AggregateAnswer = {
  data: Record<string, unknown>[];
  /** Over all records that were chosen, whatever groups were left out. */
  totals?: Record<string, unknown>;
  page: { hasMore: boolean };
};

/** A stretch of a text: from a character on, up to another one, in UTF-16 units. */
export type TextRange = [start: number, end: number];

/** GET /search */
export type SearchAnswer = {
  data: SearchHit[];
  /** Of each object with matches, how many records match, whatever `limit` says; counting stops at 500. Similar ones are not counted. */
  objects: { object: string; label: string; count: number; countIsCapped: boolean }[];
  /** The text with the words that were found in place of those that were merely like them; null where something matches. */
  suggestion: string | null;
};
export type SearchHit = {
  object: string;
  id: string;
  label: string | null;
  labelRanges: TextRange[];
  /** The field that meets the text best, the part of its value that shows it, and where in it. */
  match: { kind: 'exact' | 'prefix' | 'word' | 'part' | 'similar'; field: string; text: string; ranges: TextRange[] };
  /** The fields at the head of the page of the record, as far as the caller may read them. */
  fields: Record<string, unknown>;
};

/** A search that somebody made or, with a name, keeps. Without an object it is over all of them. */
export type SavedSearch = { id: string; q: string; object: string | null; name: string | null };
/** GET /search/recent: latest first, saved ones by name. */
export type RecentAnswer = {
  records: { object: string; id: string; label: string | null }[];
  searches: SavedSearch[];
  saved: SavedSearch[];
};

/** GET /records/{object}/board */
export type BoardAnswer = {
  columns: {
    /** Picklist value or id of the target record. */
    key: string | null;
    label: string;
    color?: string;
    /** Fields of the target record named in `board.columns.details`. */
    details?: Record<string, unknown>;
    /** Over the whole column, not only the cards sent. */
    count: number;
    /** Field name to sum: a decimal string, or money per currency. */
    sums: Record<string, string | Money[]>;
    /** Sums of money in the base currency of the tenant by the rates of today; null where one of the currencies has no rate. */
    inBase?: Record<string, Money | null>;
    cards: RecordBody[];
    /** Cursor for more cards of this column: pass it as `cursor` with `column=<key>`, which is empty for the null key. */
    next: string | null;
  }[];
  /** With `choices=switcher`: what the board can be narrowed to, and what it is narrowed to now. */
  switcher?: { value: string | null; choices: { value: string; label: string }[] };
};

/** A field as a screen needs it. Fields the caller may not read are absent. */
export type ScreenField = Pick<
  FieldDocument,
  | 'name'
  | 'label'
  | 'help'
  | 'maxLength'
  | 'precision'
  | 'scale'
  | 'min'
  | 'max'
  | 'options'
  | 'target'
  | 'where'
  | 'format'
  | 'default'
  | 'reveal'
> & {
  id: string;
  /** Type of the values: of a computed field, that of its result. */
  type: Exclude<FieldDocument['type'], 'formula' | 'rollup'> | 'id' | 'version';
  /** Objects that a field of several links may point to, as far as the caller may read them. */
  targets?: string[];
  /** Whether the value is worked out by the system, and how; nobody writes it. */
  computed?: 'formula' | 'rollup';
  /** How a formula is written, for a preview while the record is being edited. */
  formula?: { formula: string; returns: string; scale: number; currencyOf?: string };
  required: boolean;
  unique: boolean;
  searchable: boolean;
  sortable: boolean;
  system: boolean;
  /** Whether the caller may write it. */
  editable: boolean;
  /** A copy of the record does not take its value over. */
  isOwn?: true;
};

export type ScreenValidation = {
  name: string;
  on: ('create' | 'update')[];
  errorWhen: ConditionJson;
  message: string;
  field?: string;
  /** Whether it decides which values `field` can take: a value that breaks it is not offered. */
  narrows?: boolean;
};

/** A type of records, as forms need it. */
export type ScreenRecordType = {
  /** What the field `record_type` holds. */
  id: string;
  name: string;
  label: string;
  description?: string;
  /** Name of the layout of its records; the standard one when left out. */
  layout?: string;
  /** Whether the caller may choose it. */
  choosable: boolean;
  /** Whether the caller's new records have it when none is chosen. */
  standard: boolean;
  /** What picklists of a new record begin with, instead of their own defaults. */
  defaults: Record<string, unknown>;
};

/** An action that the caller may run on some record, as its button and its form need it. */
export type ScreenAction = {
  name: string;
  label: string;
  description?: string;
  icon?: string;
  /** On which records it is offered, where the caller may know that; the server decides. */
  when?: ConditionJson;
  inputs: ScreenField[];
};

export type ScreenObject = {
  id: string;
  name: string;
  label: string;
  pluralLabel: string;
  icon: string;
  nameField: string;
  system: boolean;
  fields: ScreenField[];
  relations: { name: string; label: string; object: string; field: string }[];
  layouts: LayoutDocument[];
  views: ViewDocument[];
  validations: ScreenValidation[];
  /** Left out where the object has none. */
  recordTypes?: ScreenRecordType[];
  /** Left out where there are none for the caller. */
  actions?: ScreenAction[];
  /** What the caller may do with some record of the object; each record is decided by the server. */
  access: {
    create: boolean;
    read: boolean;
    update: boolean;
    delete: boolean;
    /** Actions besides these, such as "share". */ actions: string[];
  };
};

/** POST /files, and what a record tells of a file it holds. */
export type StoredFile = { id: string; name: string; type: string; size: number };

/** GET /reveals: that somebody opened a secret. The value is not kept. */
/** What was opened is null where the reader may not read it. */
export type Reveal = {
  at: string;
  by: string | null;
  cause: string | null;
  object: string | null;
  record: string | null;
  field: string | null;
};

/**
 * GET /viewings: that somebody looked at the screens of somebody else. People are null when they are gone. `until` is null while it lasts, which
 * `isOn` says, and for one from before ends were kept; `reason` is null for one from before reasons were asked for.
 */
export type Viewing = {
  id: string;
  viewer: { id: string; name: string } | null;
  person: { id: string; name: string } | null;
  from: string;
  until: string | null;
  isOn: boolean;
  reason: string | null;
};

/** GET /metadata: what the caller's screens are rendered from. ETag by revision and role set. */
export type ScreenMetadata = { revision: number; apps: AppDocument[]; objects: ScreenObject[]; capabilities: string[] };

/** GET /metadata?include=me */
export type StartAnswer = ScreenMetadata & { me: Me };

/** GET /me */
export type Me = {
  /** Who looks at the screens of this person, and may change nothing meanwhile. */
  viewedBy?: Person;
  user: { id: string; name: string; email: string };
  roles: string[];
  tenant: { id: number; name: string };
  /** Language and formats the caller is answered in. */
  locale: string;
  /** What the caller chose; null follows the browser. PATCH /me sets it. */
  chosenLocale: string | null;
  /** Languages there are texts in. */
  locales: string[];
  timeZone: string;
  currency: string;
  capabilities: string[];
};

/** GET /metadata/source */
export type SourceAnswer = {
  revision: number;
  elements: { kind: DocumentKind; name: string; id: string; origin: string; hash: string; document: MetadataDocument }[];
};

/** Who: how a user is called now. */
export type Person = { id: string; name: string };

/** GET /metadata/drafts: a draft the caller may see. `discardedAt` is set for an own one that can still be brought back. */
export type DraftInfo = {
  id: string;
  name: string;
  description: string;
  owner: Person;
  /** What others who may edit metadata may do with it. */
  sharing: 'private' | 'view' | 'edit';
  access: 'view' | 'edit';
  isCurrent: boolean;
  baseRevision: number;
  changeCount: number;
  createdAt: string;
  changedAt: string;
  discardedAt: string | null;
};

/**
 * One change of a draft. `document` null means: retired by this draft. `version` counts its edits: send it as If-Match. `standing` is how the
 * change stands against what is published now: on top of it, behind it but to be merged by itself, or in conflict with it.
 */
export type DraftChangeInfo = {
  kind: DocumentKind;
  name: string;
  id: string;
  document: MetadataDocument | null;
  at: string;
  by: Person;
  comment: string;
  version: number;
  standing: 'current' | 'behind' | 'conflict';
};

/** GET /metadata/draft. `draft` is null while nothing was changed yet: the first change opens one. */
export type DraftAnswer = { draft: DraftInfo | null; baseRevision: number; changes: DraftChangeInfo[] };

/** What was decided about a property that a draft and a later revision both changed. */
export type Decision = { path: string; take: 'mine' | 'theirs' } | { path: string; take: 'value'; value: unknown };

/**
 * A property that a draft and a later revision both changed. `path` is a JSON Pointer in which items of lists are named by their keys; it is
 * empty when one side removed the element. A side without the property has no `base`, `mine` or `theirs`.
 */
export type DraftConflict = {
  kind: DocumentKind;
  name: string;
  id: string;
  path: string;
  base?: unknown;
  mine?: unknown;
  theirs?: unknown;
  /** Who published theirs, when and why. */
  published: { revision: number; at: string; by: string; comment: string } | null;
  decision: (Decision & { by: string; at: string }) | null;
};

/** GET /metadata/drafts/{id}/conflicts and POST .../rebase. `behind` changes merge, or merged, by themselves. */
export type RebaseAnswer = { revision: number; merged: number; conflicts: DraftConflict[] };

/** GET /metadata/elements/{kind}/{name}/history: what happened to one element, newest first; first the drafts that change it. */
export type ElementHistory = {
  drafts: { draft: string; name: string; by: Person; at: string; comment: string }[];
  data: { revision: number; at: string; by: string; comment: string; change: PlanChange }[];
};

/**
 * What a change set is about, and what it found on the system it comes from; in a folder this is `change-set.json`.
 *
 * Shape: `elements` by file. `base` is JSON Pointer to the hash of the value that was found, null for an element that was not there.
 */
export type ChangeSetManifest = {
  kind: 'change_set';
  format: 1;
  name: string;
  /** Why. */
  description: string;
  /** Names of those who made the changes. */
  by: string[];
  /** Id of the system it comes from. */
  system: string;
  /** Packs whose elements it changes, with their versions. */
  packs: Record<string, string>;
  elements: Record<string, { element: string; by?: string; comment?: string; base: Record<string, string> | null }>;
};

/** GET /metadata/drafts/{id}/change-set and /metadata/versions/{n}/change-set: a change set as one file. */
export type ChangeSet = ChangeSetManifest & { files: Record<string, MetadataDocument | OverrideDocument> };

/** One property that is not as the change set found it. A side without the property has no `expected`, `found` or `wanted`. */
export type ChangeSetDifference = {
  file: string;
  element: string;
  kind: DocumentKind;
  name: string;
  /** JSON Pointer in which items of lists are named by their keys; empty for the element itself. */
  path: string;
  expected?: unknown;
  found?: unknown;
  wanted?: unknown;
};

/** POST /metadata/change-sets/check and POST /metadata/change-sets */
export type ChangeSetAnswer = {
  name: string;
  description: string;
  by: string[];
  system: string;
  /** What would change here, or is in the new draft. */
  changes: PlanChange[];
  /** Elements that are as the change set wants them already, by id. */
  already: string[];
  /** Why it can not be imported. Empty after an import. */
  differences: ChangeSetDifference[];
  /** Problems of the documents, as they would be with it. */
  issues: Problem['issues'];
  /** Packs that are not here in the version it was made on; null: not here at all. */
  packs: { name: string; expected: string; found: string | null }[];
  /** Null where there is nothing to do, or nothing was to be done. */
  draft: DraftInfo | null;
};

export type PlanChange = {
  kind: DocumentKind;
  name: string;
  id: string;
  action: 'add' | 'change' | 'rename' | 'retire' | 'restore';
  /** Properties that differ, by JSON Pointer. */
  properties: { path: string; before: unknown; after: unknown }[];
  summary: string;
  /** Who made the change in the draft it came from, when and why, and what was decided where others had changed the same. */
  made?: { by: Person; at: string; comment: string; decisions?: (Decision & { by: string; at: string })[] };
};

/** POST /metadata/draft/plan, and the answer of rollback and of pack operations. */
export type PlanAnswer = {
  /** Identity of the plan: publish names it. Null when there are issues. */
  hash: string | null;
  from: number;
  to: number;
  changes: PlanChange[];
  statements: {
    sql: string;
    lock: 'L0' | 'L1' | 'L2' | 'L3' | 'L4';
    phase: 'PRE' | 'TX' | 'POST';
    risk: 'R0' | 'R1' | 'R2' | 'R3' | 'R4';
  }[];
  hazards: {
    code: string;
    message: string;
    risk: 'R0' | 'R1' | 'R2' | 'R3' | 'R4';
    affected: { rows?: number; views?: number; users?: number };
    /** What converting does to the values of a field; names are those of the version before. */
    conversion?: {
      object: string;
      field: string;
      from: string;
      to: string;
      values: number;
      lost: number;
      shortened: number;
      /** Some of the records whose value does not convert, as far as the caller may read them. */
      samples: { id: string; label?: string; value?: unknown }[];
    };
  }[];
  issues: { path: string; code: string; message: string; file?: string }[];
  /** What roles gain and lose by it. */
  access: AccessEffect[];
};

/** What a change gives to a role and takes from it, in words. `people` have the role, alone or through a team. */
export type AccessEffect = { role: string; id: string; label: string; gains: string[]; loses: string[]; people?: number };

/** A property that people and a pack both changed. Publishing waits until somebody says whose value it is to have. */
export type PackConflict = {
  kind: DocumentKind;
  /** Id and name of the element. */
  element: string;
  name: string;
  label: string;
  /** JSON Pointer; entries of lists are named by their key. */
  path: string;
  base: unknown;
  yours: unknown;
  theirs: unknown;
  decision: PackChoice['take'] | null;
  /** With the decision "value". */
  value?: unknown;
  /** Whether the decision is one from an earlier upgrade. */
  remembered: boolean;
};

/** What somebody decides about a property: sent in `resolutions` with its element and path. */
export type PackChoice = { take: 'yours' | 'theirs' } | { take: 'value'; value: unknown };
export type PackResolution = { element: string; path: string } & PackChoice;

/** What the merge did by itself, for people to know. */
export type PackNote = {
  code: 'kept_yours' | 'decided' | 'stays_retired' | 'becomes_yours' | 'renamed' | 'adopted' | 'retires' | 'loaded_before';
  kind: DocumentKind;
  element: string;
  name: string;
  path: string;
  message: string;
  /** Objects: live records that are no longer seen, or that stay. */
  records?: number;
  /** Names of what needs it, where that is why it stays. */
  because?: string[];
  /** Where both changed how something looks, yours stays unless somebody decides otherwise, as about a conflict. */
  choice?: { base: unknown; yours: unknown; theirs: unknown; decision: PackChoice['take']; value?: unknown };
};

/** POST /packs/{name}/install, upgrade and uninstall. */
export type PackPlanAnswer = PlanAnswer & {
  action: 'install' | 'upgrade' | 'uninstall';
  packs: { name: string; from: string | null; to: string | null }[];
  conflicts: PackConflict[];
  notes: PackNote[];
  /** What was proved before: cases of the packs, and how many of them failed. */
  cases: { run: number; failed: number };
};

/** GET /packs */
export type PackInfo = {
  name: string;
  label: string;
  description: string;
  /** waits: there is another version that a person has to decide or confirm something for. available: it is not installed. */
  state: 'current' | 'upgrade' | 'waits' | 'available';
  /** Null while it is not installed. */
  version: string | null;
  /** Version in a folder of this installation; null when it is only in the database. */
  available: string | null;
  /** Whether what is available differs from what is installed and is not older. */
  isUpgradable: boolean;
  installedAt: string | null;
  needs: { name: string; range: string; version: string | null; isMet: boolean }[];
  neededBy: string[];
  /** Elements of the pack that were changed or retired here. */
  changes: number;
  /** Properties that wait for a decision before the available version can come. */
  conflicts: number;
  /** Why the last start left the available version for people; empty when it did not. */
  waits: string[];
};

/** A case of a pack and how it came out when it last ran. `fails_here`: it holds for the packs, but not with what was changed here. */
export type PackCase = { name: string; label: string; outcome: 'holds' | 'fails' | 'fails_here' | null; message: string };

/** What a revision did to a pack. */
export type PackStep = { name: string; from: string | null; to: string | null };

/** GET /packs/{name} */
export type PackDetail = PackInfo & {
  /** Elements of the installed version, or of the available one of a pack that is not installed. */
  elements: { kind: DocumentKind; id: string; name: string; label: string; state: 'shipped' | 'changed' | 'retired' }[];
  /** Elements of other packs that it changes. */
  overrides: { kind: DocumentKind; element: string; name: string }[];
  /** Files of records, with the number of records each brings and changes. */
  records: { file: string; object: string; brings: number; changes: number }[];
  /** What people changed of it: before is what the packs ship, after what is here. */
  changed: PlanChange[];
  cases: PackCase[];
  /** When the cases last ran. */
  testedAt: string | null;
  /** Newest first. */
  history: (PackStep & { revision: number; at: string; by: string; comment: string })[];
  /** What was decided at upgrades, and is remembered. */
  decisions: { element: string; kind: DocumentKind; name: string; path: string; take: 'yours' | 'theirs'; by: string; at: string }[];
};

/** GET /pack-export: what was made and changed here, as `fieldstone pack bundle` writes a pack. `files` are by their place in it. */
export type PackBundle = { kind: 'bundle'; name: string; version: string; files: { [place: string]: object } };

/** POST /packs/{name}/test */
export type PackTestAnswer = { cases: PackCase[]; testedAt: string | null };

export type PublishAnswer = {
  revision: number;
  pending: { sql: string; error: string }[];
  /** After a publish of packs: the records they brought, or why they could not be loaded yet. */
  data?: { written: number; problem?: string };
};

/** A difference between the catalogue of the database and what it should hold. */
export type Drift = {
  /** Stable for the same difference; repairs that need to be confirmed are confirmed by it. */
  code: string;
  kind: 'missing' | 'extra' | 'differs';
  /** Such as "column", "type of column", "unfinished index". */
  what: string;
  name: string;
  /** Schema, table and part. */
  place: string;
  /** The element of the metadata it belongs to; null for parts of the platform and for strangers. */
  element: { id: string; name: string } | null;
  expected: string | null;
  found: string | null;
  /** Whether people get errors because of it, until it is repaired. */
  blocks: boolean;
  advice: string;
};

/** GET /metadata/drift: what differs, and what would be done about it. */
export type DriftAnswer = {
  revision: number;
  drift: Drift[];
  /** Online steps of a publish or a repair that are still to be done. */
  pending: { sql: string; error: string }[];
  repair: {
    /** Identity of the plan: repairing names it. Null when there is nothing to run. */
    hash: string | null;
    statements: PlanAnswer['statements'];
    hazards: PlanAnswer['hazards'];
    /** Differences that no repair touches, by their code. */
    refused: { code: string; reason: string }[];
  };
};

/** POST /metadata/drift/repair */
export type RepairAnswer = { repaired: number; pending: { sql: string; error: string }[]; left: Drift[] };

/** GET /metadata/publication: the last publish of the installation, while it runs and afterwards. */
export type PublicationAnswer = {
  plan: string;
  /** The revision it leads to. */
  revision: number;
  /** running: online, before the switch; undoing, failed: taken back; live: switched, with steps to follow; done. */
  state: 'running' | 'undoing' | 'failed' | 'live' | 'done';
  by: string;
  error: string | null;
  startedAt: string;
  endedAt: string | null;
  /** Packs that it installs, upgrades or takes away. */
  packs: PackStep[];
  steps: {
    sql: string;
    phase: 'PRE' | 'TX' | 'POST';
    lock: 'L0' | 'L1' | 'L2' | 'L3' | 'L4';
    state: 'waiting' | 'running' | 'done' | 'failed';
    /** Records done and to do, for a step that goes through them. */
    rows?: { done: number; total: number };
  }[];
};

export type RevisionInfo = {
  revision: number;
  at: string;
  by: string;
  comment: string;
  changes: PlanChange[];
  /** Packs that it installed, upgraded or took away. */
  packs: PackStep[];
  isHead: boolean;
};

/** What became of each operation of a call that wrote many records, in their order: `problem` says why one was not done. */
export type BulkAnswer = {
  /** By which all of it can be undone; none when nothing was written. */
  operation?: string;
  succeeded: number;
  failed: number;
  results: { index: number; status: number; id?: string; version?: number; problem?: Record<string, unknown> }[];
};

/** GET /records/{object}/{id}/history */
export type HistoryEntry = {
  at: string;
  by: LookupValue | null;
  operation: 'create' | 'update' | 'delete' | 'restore';
  /** The operation it was part of; null for changes of before operations had ids, and for those of a publish. */
  operationId: string | null;
  cause: ChangeCause;
  version: number;
  /** Of the metadata at that time. */
  revision: number;
  changes: FieldChange[];
};
export type FieldChange = { field: string; label: string; before: unknown; after: unknown };

/** What made a change, besides who. `label` is null where it has no name, or none that is the reader's to know. */
export type ChangeCause = {
  kind: 'user' | 'api_key' | 'import' | 'workflow' | 'pack' | 'publish' | 'merge' | 'undo';
  label: string | null;
  /** Of a workflow that the reader may know: its name and the step. */
  workflow?: string;
  step?: { id: string; label?: string | null };
  /** For those who look after automation. */
  run?: string;
  /** The version that this change brought back. */
  restores?: number;
  /** The operation that this change took back. */
  undoes?: string;
};

/** GET /records/{object}/{id}/timeline: what happened around a record, newest first. */
export type TimelineAnswer = { data: TimelineEntry[]; page: { next: string | null }; kinds: TimelineKind[] };
export type TimelineEntry = {
  /** "record.changed" and "record.files" of the record itself; else the API name of an object whose records belong to it. */
  kind: string;
  at: string;
  by: LookupValue | null;
  object: string;
  id: string;
  label: string | null;
  /** That there is the record, or what was done. */
  what: 'record' | 'create' | 'update' | 'delete' | 'restore';
  version: number | null;
  cause: ChangeCause | null;
  changes: FieldChange[];
  summary: { field: string; label: string; value: unknown }[];
};
/** What may stand in the timeline of this record, for `kinds`. */
export type TimelineKind = { kind: string; label: string; icon: string | null };

/** GET /records/{object}/{id}/history/{version}/why: from the change back to who or what began. */
export type WhyAnswer = { data: CauseLink[]; isComplete: boolean };
export type CauseLink =
  | ({ kind: 'change'; object: string; objectLabel: string; id: string; label: string | null } & HistoryEntry)
  | {
      kind: 'run';
      at: string;
      workflow: { name: string; label: string } | null;
      step: { id: string; label: string | null } | null;
      run?: string;
      revision?: number;
    }
  | { kind: 'schedule'; at: string }
  /** Not the reader's to see, or not kept. */
  | { kind: 'hidden' }
  | { kind: 'forgotten' };

/** GET /records/{object}/{id}/history/{version}: what of the record was different then, and what of it can not be brought back. */
export type VersionAnswer = {
  version: number;
  /** The version that there is now. */
  current: number;
  changes: { field: string; label: string; then: unknown; now: unknown }[];
  kept: {
    field: string;
    label: string;
    code: 'untracked' | 'secret' | 'not_writable' | 'target_gone' | 'file_gone' | 'retired';
    message: string;
  }[];
};

/** GET /operations/{id}: what somebody did in one go, as far as the reader may read the records. */
export type OperationAnswer = {
  id: string;
  at: string;
  by: { id: string; label: string | null } | null;
  cause: HistoryEntry['cause'];
  /** When it can be undone at the latest. */
  until: string;
  /** Whether there is something that undoing it would restore. */
  canUndo: boolean;
  /** Operations that took it back, wholly or in part. */
  undoneBy: string[];
  objects: { object: string; label: string; records: number }[];
  /** Records that the reader changed with it and may not read any more. */
  hidden: number;
  records: OperationItem[];
  hasMore: boolean;
};
export type OperationItem = {
  object: string;
  id: string;
  label: string | null;
  did: HistoryEntry['operation'];
  /** Whether undoing can restore all of it, some of it, or nothing. */
  undo: 'all' | 'some' | 'none';
  fields: { field: string; label: string; isAsLeft: boolean }[];
};

/** GET /recycle-bin */
export type BinItem = {
  object: string;
  objectLabel: string;
  id: string;
  label: string | null;
  deletedAt: string;
  by: { id: string; label: string | null } | null;
  cause: ChangeCause;
  /** Everything that was deleted in one go has the same; undoing it brings all of it back. */
  operation: string | null;
  /** Of a record that was merged into another one, as far as that may be read. */
  mergedInto: { id: string; label: string | null } | null;
};
/** POST /recycle-bin/restore */
export type BinRestoreAnswer = {
  operation: string | null;
  restored: number;
  failed: { object: string; id: string; code: string; message: string }[];
};

/** POST /recycle-bin/purge/preview: what would go for good. `parts` are records that belong to them, as far as the caller may read those. */
export type BinPurgePreview = {
  records: number;
  /** There are more than were counted. */
  isCapped: boolean;
  parts: { object: string; label: string; count: number }[];
  /** Of a whole bin: what is deleted later stays. */
  until: string | null;
};
/** POST /recycle-bin/purge */
export type BinPurgeAnswer = {
  purged: number;
  failed: { object: string; id: string; code: string; message: string }[];
  /** Of a whole bin: goes on behind these; null when it was all. */
  next: string | null;
};

/** GET /records/{object}/{id}/merge/preview */
export type MergePreview = {
  /** The one that stays first. */
  records: { id: string; label: string | null; version: number }[];
  /** Fields in which they differ, with the values in the order of `records`. `choice` is whose value would be taken. */
  fields: { field: string; label: string; values: unknown[]; mayChoose: boolean; choice: number }[];
  /** Records that would be moved, as far as the caller sees them. */
  related: { object: string; label: string; field: string; fieldLabel: string; count: number }[];
};

/** POST /operations/{id}/undo */
export type UndoAnswer = {
  /** The undo is an operation too; null when nothing was written. */
  operation: string | null;
  undoes: string;
  /** Records that are again as they were, those that are in part, and those of which nothing was restored. */
  restored: number;
  partly: number;
  notRestored: number;
  hidden: number;
  /** Records that were deleted by it and are gone for good. */
  purged: number;
  /** What was not restored, and why. */
  records: UndoItem[];
  hasMore: boolean;
};
export type UndoItem = {
  object: string;
  id: string;
  label: string | null;
  restored: { field: string; label: string }[];
  /** A problem without a field is about the whole record. */
  problems: { field: string | null; label: string | null; reason: UndoReason; message: string | null }[];
};
export type UndoReason =
  'changed_since' | 'undone_already' | 'no_right' | 'gone' | 'link_gone' | 'duplicate' | 'invalid' | 'not_kept' | 'busy';

/** GET /workflows/{name}/runs and GET /workflows/runs/{id} */
export type RunStatus = 'ready' | 'leased' | 'waiting' | 'blocked' | 'done' | 'failed' | 'dead' | 'cancelled';
export type RunSummary = {
  id: string;
  workflow: string;
  status: RunStatus;
  startedAt: string;
  endedAt: string | null;
  /** Null for a run without a record, and where the reader may not read it. */
  record: { object: string; id: string; label: string | null } | null;
  error: { node?: string; code: string; message: string } | null;
};
export type RunDetail = RunSummary & {
  steps: {
    seq: number;
    attempt: number;
    node: string;
    status: 'done' | 'failed' | 'pending';
    port: string | null;
    input: unknown;
    output: unknown;
    error: { code: string; message: string } | null;
    startedAt: string;
    endedAt: string | null;
  }[];
};

/** GET /mail/outbox: mail that was sent, or kept here because no SMTP server is configured. */
export type OutboxMail = {
  id: string;
  at: string;
  /** Null, as what the mail says, where the reader may not read the record it is about with all of its fields. */
  to: string | null;
  subject: string | null;
  text: string | null;
  html: string | null;
  status: 'local' | 'sending' | 'sent' | 'failed';
  error: string | null;
};

/** GET /events (server-sent events): `event:` is the type, `data:` one of these, `id:` resumes with Last-Event-ID. */
export type ServerEvent =
  | {
      type: 'record.created' | 'record.updated' | 'record.deleted' | 'record.restored';
      object: string;
      id: string;
      version: number;
      /** A stored roll-up has a new value; nobody changed the record, and its version is the same. */
      computed?: true;
    }
  /** A record went out of the listener's view: to them it is gone. */
  | { type: 'record.left'; object: string; id: string }
  | { type: 'metadata.published'; revision: number }
  /** Something may have been missed: look at everything again. */
  | { type: 'reset' };

/** Sent besides to those who may edit metadata: somebody (a user id) changed a draft that the listener may see. */
export type DraftEvent = { type: 'metadata.draft_changed'; draft: string; by: string };

/** POST /metadata/formula/check */
export type FormulaCheck =
  | { ok: false; issues: Problem['issues'] }
  | {
      ok: true;
      /** Type of the result: declared, or what follows from the formula. */
      returns: string;
      scale: number;
      /** Why no index can hold the values; null when one can. */
      notIndexed: string | null;
      /** Of the record that was named, in the form of the API. */
      value?: unknown;
      /** The caller may not read all that the formula reads. */
      hidden?: true;
      /** Labels of fields of the draft that hold nothing yet: nobody can fill them in before they are published. */
      unpublished?: string[];
    };

/** What a document gives or takes away. `holds` says whether on the record asked about. */
export type AccessGround = {
  effect: 'allow' | 'deny';
  right: 'create' | 'read' | 'update' | 'delete' | 'field' | 'action';
  role: string;
  label: string;
  isSet: boolean;
  /** Id of the permission, or of the role whose default says it. */
  document: string;
  /** On which records, in words. */
  on: string;
  holds?: boolean;
};

/** The smallest change that would make a no a yes. Several are needed together where they are of different rights. */
export type AccessGrant =
  | { kind: 'lift'; document: string; role: string; text: string }
  | { kind: 'share'; to: string; mayEdit: boolean; text: string }
  | { kind: 'permission'; object: string; role?: string; set: Record<string, unknown>; text: string }
  | { kind: 'never'; text: string };

/** POST /access/explain */
export type AccessAnswer = {
  /** "some": it depends on the record, and none was named. */
  allowed: 'yes' | 'no' | 'some';
  grounds: AccessGround[];
  grants: AccessGrant[];
  /** The field is worked out from others: it is also held to their rights. */
  computed: boolean;
};

/** GET /records/{object}/{id}/shares: whom a record is shared with, by whom and until when. */
export type ShareInfo = {
  to: Principal;
  mayEdit: boolean;
  expiresAt: string | null;
  reason: string;
  by: Person | null;
  at: string;
};

/** Somebody a record can be shared with. GET /records/{object}/{id}/share-candidates */
export type Principal = { id: string; name: string; kind: 'person' | 'team' | 'queue' };

/** GET /records/{object}/{id}/access: who may see a record, and why. */
export type WhoAnswer = {
  data: { user: Person; read: boolean; update: boolean; delete: boolean; because: { role: string; label: string; on: string }[] }[];
  total: number;
};

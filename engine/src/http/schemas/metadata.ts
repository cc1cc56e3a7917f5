import type { MetadataDocument, OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import { DOCUMENT_KINDS } from '@fieldstone/metadata/types/documents.js';
import type {
  Decision,
  DraftAnswer,
  DraftChangeInfo,
  DraftInfo,
  ElementHistory,
  PlanChange,
  RebaseAnswer,
  ScreenField,
  ScreenMetadata,
  SourceAnswer,
  StartAnswer,
} from '@fieldstone/metadata/types/wire.js';
import {
  about,
  anything,
  either,
  instant,
  list,
  make,
  map,
  named,
  oneOf,
  only,
  orNull,
  shape,
  text,
  truth,
  whole,
  type Schema,
} from '../schema.js';
import { me, person } from './people.js';

export const kind = named('DocumentKind', oneOf(...DOCUMENT_KINDS));
export const document = named(
  'MetadataDocument',
  make<MetadataDocument>({
    type: 'object',
    description: 'A document of its kind; the properties are those of the JSON Schema of the kind.',
    required: ['kind'],
    properties: { kind },
  }),
);
export const override = named(
  'OverrideDocument',
  make<OverrideDocument>({
    type: 'object',
    description: 'Changed properties of an element, as the JSON Schema of overrides describes them.',
    required: ['kind', 'element', 'of'],
    properties: { kind: only('override'), element: text, of: kind },
  }),
);

export const draftInfo: Schema<DraftInfo> = named(
  'DraftInfo',
  shape({
    id: text,
    name: text,
    description: text,
    owner: person,
    sharing: oneOf('private', 'view', 'edit'),
    access: oneOf('view', 'edit'),
    isCurrent: truth,
    baseRevision: whole,
    changeCount: whole,
    createdAt: instant,
    changedAt: instant,
    discardedAt: orNull(instant),
  }),
);

const draftChange: Schema<DraftChangeInfo> = named(
  'DraftChange',
  shape({
    kind,
    name: text,
    id: text,
    document: about('null retires the element', orNull(document)),
    at: instant,
    by: person,
    comment: text,
    version: whole,
    standing: oneOf('current', 'behind', 'conflict'),
  }),
);
export const draftAnswer: Schema<DraftAnswer> = named(
  'Draft',
  shape({ draft: orNull(draftInfo), baseRevision: whole, changes: list(draftChange) }),
);

const decided = shape({ path: text, take: oneOf('mine', 'theirs'), by: text, at: text });
const decidedValue = shape({ path: text, take: only('value'), value: anything, by: text, at: text });
const decision = named('Decision', either(decided, decidedValue));
export const decisionSent: Schema<{ id: string } & (Decision | { path: string; take: null })> = make({
  type: 'object',
  additionalProperties: false,
  required: ['id', 'path', 'take'],
  properties: { id: text, path: text, take: { enum: ['mine', 'theirs', 'value', null] }, value: {} },
});

export const planChange: Schema<PlanChange> = named(
  'PlanChange',
  shape({
    kind,
    name: text,
    id: text,
    action: oneOf('add', 'change', 'rename', 'retire', 'restore'),
    properties: list(shape({ path: about('JSON Pointer', text), before: anything, after: anything })),
    summary: text,
    'made?': shape({ by: person, at: text, comment: text, 'decisions?': list(decision) }),
  }),
);

export const rebaseAnswer: Schema<RebaseAnswer> = named(
  'Rebase',
  shape({
    revision: whole,
    merged: whole,
    conflicts: list(
      shape({
        kind,
        name: text,
        id: text,
        path: text,
        'base?': anything,
        'mine?': anything,
        'theirs?': anything,
        published: orNull(shape({ revision: whole, at: text, by: text, comment: text })),
        decision: orNull(decision),
      }),
    ),
  }),
);

export const elementHistory: Schema<ElementHistory> = named(
  'ElementHistory',
  shape({
    drafts: list(shape({ draft: text, name: text, by: person, at: text, comment: text })),
    data: list(shape({ revision: whole, at: text, by: text, comment: text, change: planChange })),
  }),
);

export const sourceAnswer: Schema<SourceAnswer> = named(
  'Source',
  shape({
    revision: whole,
    elements: list(shape({ kind, name: text, id: text, origin: text, hash: text, document })),
  }),
);

/** Fields have many properties by type; those that every field has. */
const screenField = named(
  'ScreenField',
  make<ScreenField>({
    type: 'object',
    required: ['id', 'name', 'label', 'type', 'required', 'unique', 'searchable', 'sortable', 'system', 'editable'],
    properties: {
      id: text,
      name: text,
      label: text,
      type: text,
      required: truth,
      unique: truth,
      searchable: truth,
      sortable: truth,
      system: truth,
      editable: truth,
      isOwn: truth,
    },
  }),
);
const ofKind = <Wanted extends MetadataDocument>(name: Wanted['kind']) =>
  make<Wanted>({ type: 'object', required: ['kind'], properties: { kind: only(name) } });

const screenObject = named(
  'ScreenObject',
  shape({
    id: text,
    name: text,
    label: text,
    pluralLabel: text,
    icon: text,
    nameField: text,
    system: truth,
    fields: list(screenField),
    relations: list(shape({ name: text, label: text, object: text, field: text })),
    layouts: list(ofKind<Extract<MetadataDocument, { kind: 'layout' }>>('layout')),
    views: list(ofKind<Extract<MetadataDocument, { kind: 'view' }>>('view')),
    validations: list(
      shape({
        name: text,
        on: list(oneOf('create', 'update')),
        errorWhen: map(anything),
        message: text,
        'field?': text,
        'narrows?': truth,
      }),
    ),
    'recordTypes?': list(
      shape({
        id: text,
        name: text,
        label: text,
        'description?': text,
        'layout?': text,
        choosable: truth,
        standard: truth,
        defaults: map(anything),
      }),
    ),
    'actions?': list(
      shape({
        name: text,
        label: text,
        'description?': text,
        'icon?': text,
        'when?': map(anything),
        inputs: list(screenField),
      }),
    ),
    access: shape({ create: truth, read: truth, update: truth, delete: truth, actions: list(text) }),
  }),
);
const screens = {
  revision: whole,
  apps: list(ofKind<Extract<MetadataDocument, { kind: 'app' }>>('app')),
  objects: list(screenObject),
  capabilities: list(text),
};
export const screenMetadata: Schema<ScreenMetadata> = named('Screens', shape(screens));
export const startAnswer: Schema<StartAnswer> = named('ScreensAndMe', shape({ ...screens, me }));

import type {
  CauseLink,
  ChangeCause,
  FieldChange,
  HistoryEntry,
  LookupValue,
  TimelineAnswer,
  TimelineEntry,
  VersionAnswer,
  WhyAnswer,
} from '@fieldstone/metadata/types/wire.js';
import { gives, type Exchange } from '../exchange.js';
import {
  about,
  anything,
  either,
  list,
  make,
  named,
  oneOf,
  only,
  orNull,
  refer,
  shape,
  text,
  truth,
  uuid,
  whole,
  type Schema,
} from '../schema.js';
import { page } from './page.js';
import { BRIEF, GUARDED, LIST } from './records.js';

export const person = make<LookupValue>({
  type: 'object',
  required: ['id', 'label'],
  properties: { id: text, label: orNull(text) },
});
export const fieldChange: Schema<FieldChange> = named(
  'FieldChange',
  shape({ field: text, label: text, before: anything, after: anything }),
);
export const cause: Schema<ChangeCause> = named(
  'ChangeCause',
  shape({
    kind: oneOf('user', 'api_key', 'import', 'workflow', 'pack', 'publish', 'merge', 'undo'),
    label: orNull(text),
    'workflow?': text,
    'step?': shape({ id: text, 'label?': orNull(text) }),
    'run?': about('For those who look after automation', text),
    'restores?': about('The version that was brought back', whole),
    'undoes?': about('The operation that was taken back', text),
  }),
);
const entry = {
  at: text,
  by: orNull(person),
  operation: oneOf('create', 'update', 'delete', 'restore'),
  operationId: about('What it was part of; null for changes of before operations had ids, and for those of a publish', orNull(uuid)),
  cause,
  version: whole,
  revision: about('Of the metadata at that time', whole),
  changes: list(fieldChange),
};
const history: Schema<HistoryEntry> = named('HistoryEntry', shape(entry));

const link: Schema<CauseLink> = named(
  'CauseLink',
  either(
    shape({ kind: only('change'), object: text, objectLabel: text, id: text, label: orNull(text), ...entry }),
    shape({
      kind: only('run'),
      at: text,
      workflow: orNull(shape({ name: text, label: text })),
      step: orNull(shape({ id: text, label: orNull(text) })),
      'run?': text,
      'revision?': whole,
    }),
    shape({ kind: only('schedule'), at: text }),
    shape({ kind: only('hidden') }),
    shape({ kind: only('forgotten') }),
  ),
);
const why: Schema<WhyAnswer> = shape({ data: list(link), isComplete: truth });

const version: Schema<VersionAnswer> = named(
  'RecordVersion',
  shape({
    version: whole,
    current: whole,
    changes: list(shape({ field: text, label: text, then: anything, now: anything })),
    kept: list(
      shape({
        field: text,
        label: text,
        code: oneOf('untracked', 'secret', 'not_writable', 'target_gone', 'file_gone', 'retired'),
        message: text,
      }),
    ),
  }),
);
const timeline: Schema<TimelineAnswer> = shape({
  data: list(
    named<TimelineEntry>(
      'TimelineEntry',
      shape({
        kind: text,
        at: text,
        by: orNull(person),
        object: text,
        id: text,
        label: orNull(text),
        what: oneOf('record', 'create', 'update', 'delete', 'restore'),
        version: orNull(whole),
        cause: orNull(cause),
        changes: list(fieldChange),
        summary: list(shape({ field: text, label: text, value: anything })),
      }),
    ),
  ),
  page: shape({ next: orNull(text) }),
  kinds: list(shape({ kind: text, label: text, icon: orNull(text) })),
});
const sent = shape({
  version: make<number>({ type: 'integer', minimum: 1 }),
  'fields?': about(
    'Names of fields; everything that can be brought back when left out',
    make<string[]>({ type: 'array', items: { type: 'string' }, minItems: 1 }),
  ),
});

export const historyExchanges = {
  history: (): Exchange =>
    gives(page(history), { query: { field: about('Changes of this field alone', text), limit: LIST.limit, cursor: LIST.cursor } }),
  timeline: (): Exchange =>
    gives(timeline, {
      query: { kinds: about('Kinds of the answer, parted by commas; all when left out', text), limit: LIST.limit, cursor: LIST.cursor },
    }),
  version: (): Exchange => gives(version),
  why: (): Exchange => gives(why, { query: { field: about('Of the newest change of this field, at or before the version', text) } }),
  restoreVersion: (object: string): Exchange => gives(refer(object), { body: sent, headers: { ...BRIEF, ...GUARDED } }),
};

import { MAX_FORMULA_DEPTH, MAX_FORMULA_LENGTH, MAX_FORMULA_NODES } from '@fieldstone/metadata/language/formula-limits.js';
import { MAX_DEPTH, MAX_HOPS, MAX_LIST, MAX_NODES } from '@fieldstone/metadata/language/operators.js';
import { AppError, type Issue } from '../kernel/errors.js';
import type { TextKey } from '../texts/sentence.js';
import { told } from '../texts/told.js';

/**
 * One limit.
 *
 * Shape: `per` is what is counted within, `counts` what is counted; both stand in the message. `checked` says when people meet it: when
 *        metadata is checked, when a plan is made, when a request is read, or when its answer is ready.
 */
type Limit = {
  readonly max: number;
  readonly per: string;
  readonly counts: string;
  readonly checked: 'metadata' | 'plan' | 'request' | 'answer';
  /** What to do instead. */
  readonly instead: string;
};

const MEGABYTE = 1_048_576;

/**
 * Every limit of metadata and of queries, with its message. docs/limits.md is made from this table.
 *
 * Source: the measured limits of the database design: what Postgres stands and people can still oversee.
 */
export const LIMITS = {
  objects: { max: 200, per: 'A space', counts: 'objects', checked: 'metadata', instead: 'Retire objects that nobody uses.' },
  fields: { max: 400, per: 'An object', counts: 'fields', checked: 'metadata', instead: 'Move some to an object of their own.' },
  columns: {
    max: 800,
    per: 'An object',
    counts: 'fields, retired ones included',
    checked: 'plan',
    instead: 'Bring retired fields back under another label, or move some to an object of their own.',
  },
  column_slots: {
    max: 1_600,
    per: 'A table',
    counts: 'column slots, dropped columns included',
    checked: 'plan',
    instead: 'Purge retired fields: then the table is written anew without them. Or move some fields to an object of their own.',
  },
  links: {
    max: 40,
    per: 'An object',
    counts: 'links to other objects',
    checked: 'metadata',
    instead: 'Link through an object between them.',
  },
  roll_ups: { max: 20, per: 'An object', counts: 'roll-ups', checked: 'metadata', instead: 'Add the rest up in a report.' },
  stored_roll_ups: {
    max: 10,
    per: 'An object',
    counts: 'stored roll-ups',
    checked: 'metadata',
    instead: 'Store and index only what lists are sorted or filtered by.',
  },
  indexes: {
    max: 20,
    per: 'An object',
    counts: 'indexes: of fields with "indexed" or "unique", and on several fields (those of links do not count)',
    checked: 'metadata',
    instead: 'Keep those that people filter and sort by most.',
  },
  unique_fields: { max: 5, per: 'An object', counts: 'unique fields', checked: 'metadata', instead: 'Write a validation for the others.' },
  validations: {
    max: 100,
    per: 'An object',
    counts: 'validations',
    checked: 'metadata',
    instead: 'Bring rules about the same field together.',
  },
  actions: {
    max: 50,
    per: 'An object',
    counts: 'actions',
    checked: 'metadata',
    instead: 'Bring those together that differ by a value only.',
  },
  record_types: {
    max: 30,
    per: 'An object',
    counts: 'record types',
    checked: 'metadata',
    instead: 'Make another object of what is so different.',
  },
  processes: { max: 10, per: 'An object', counts: 'processes', checked: 'metadata', instead: 'Bring steps of one field into one process.' },
  name_bytes: {
    max: 63,
    per: 'A name in the database',
    counts: 'bytes',
    checked: 'plan',
    instead: 'Give the element a shorter name; the label may be as long as before.',
  },
  snapshot_bytes: {
    max: 8 * MEGABYTE,
    per: 'The metadata of a space',
    counts: 'bytes as JSON',
    checked: 'plan',
    instead: 'Retire what nobody uses.',
  },
  change_set_bytes: {
    max: 8 * MEGABYTE,
    per: 'A change set',
    counts: 'bytes',
    checked: 'request',
    instead: 'Promote it in parts.',
  },
  change_set_elements: { max: 5_000, per: 'A change set', counts: 'elements', checked: 'request', instead: 'Promote it in parts.' },
  tables_per_publish: {
    max: 150,
    per: 'One publish',
    counts: 'changed tables',
    checked: 'plan',
    instead:
      'Each table is locked until the transaction ends. Publish in parts: copy the draft and take some objects back in each, or install packs one by one.',
  },
  condition_parts: {
    max: MAX_NODES,
    per: 'A condition',
    counts: 'parts, which is about 60 comparisons',
    checked: 'request',
    instead: 'Use "in" with a list instead of many comparisons.',
  },
  condition_depth: { max: MAX_DEPTH, per: 'A condition', counts: 'levels', checked: 'request', instead: 'Draw groups together.' },
  list_values: { max: MAX_LIST, per: 'A list in a condition', counts: 'values', checked: 'request', instead: 'Ask in parts.' },
  path_links: { max: MAX_HOPS, per: 'A path', counts: 'links', checked: 'request', instead: 'Repeat the field nearer with a formula.' },
  formula_parts: {
    max: MAX_FORMULA_NODES,
    per: 'A formula',
    counts: 'parts',
    checked: 'metadata',
    instead: 'Split it into two formula fields.',
  },
  formula_written_out: {
    max: 500,
    per: 'A formula, written out with all the formulas it reads,',
    counts: 'parts',
    checked: 'metadata',
    instead: 'Keep a part of it in a field that a workflow fills.',
  },
  formula_depth: {
    max: MAX_FORMULA_DEPTH,
    per: 'A formula',
    counts: 'levels',
    checked: 'metadata',
    instead: 'Split it into two formula fields.',
  },
  formula_length: {
    max: MAX_FORMULA_LENGTH,
    per: 'A formula',
    counts: 'characters',
    checked: 'metadata',
    instead: 'Split it into two formula fields.',
  },
  page_rows: { max: 200, per: 'A page', counts: 'records', checked: 'request', instead: 'Go on with the cursor in "next".' },
  sort_levels: { max: 3, per: 'A list', counts: 'sort levels', checked: 'request', instead: 'Sort by the fields that matter most.' },
  sorted_over_links: {
    max: 100_000,
    per: 'A list sorted by what no index has (over a link, by a value worked out)',
    counts: 'records',
    checked: 'answer',
    instead: 'Filter first, or sort by a field of the records themselves.',
  },
  sorted_by_roll_ups: {
    max: 20_000,
    per: 'A list sorted by a roll-up that is not stored, or by what is made of one',
    counts: 'records',
    checked: 'answer',
    instead: 'Filter first, or give the roll-up "materialized" or "indexed": then it is stored.',
  },
  uploaded_bytes: {
    max: 1_000_000_000,
    per: 'The uploads of a person within a day',
    counts: 'bytes',
    checked: 'request',
    instead: 'Go on tomorrow.',
  },
  selected_fields: { max: 200, per: 'A request', counts: 'fields', checked: 'request', instead: 'Ask for those you show.' },
  skipped_rows: {
    max: 1_000_000,
    per: 'A list',
    counts: 'skipped records',
    checked: 'request',
    instead: 'Filter, or go on with the cursor.',
  },
  question_bytes: { max: 65_536, per: 'A question in a body', counts: 'bytes', checked: 'request', instead: 'Ask in parts.' },
  filter_characters: { max: 20_000, per: 'A filter', counts: 'characters', checked: 'request', instead: 'Send it as a saved view.' },
  search_characters: { max: 200, per: 'A search text', counts: 'characters', checked: 'request', instead: 'Search for less.' },
  search_words: { max: 16, per: 'A search text', counts: 'words', checked: 'request', instead: 'Search for fewer words.' },
  search_hits: { max: 50, per: 'A search', counts: 'hits', checked: 'request', instead: 'Open the list of an object for more.' },
  saved_searches: { max: 50, per: 'A person', counts: 'saved searches', checked: 'request', instead: 'Take away those you no longer use.' },
  board_cards: {
    max: 100,
    per: 'A column of a board',
    counts: 'cards at once',
    checked: 'request',
    instead: 'Go on with the cursor in "next".',
  },
  related_lists: {
    max: 20,
    per: 'A record',
    counts: 'related lists at once',
    checked: 'request',
    instead: 'Ask for the others by themselves.',
  },
  list_expansions: {
    max: 6,
    per: 'A list',
    counts: 'related lists at once',
    checked: 'request',
    instead: 'Ask for the others by themselves.',
  },
  related_rows: { max: 50, per: 'A related list', counts: 'records at once', checked: 'request', instead: 'Ask for the list by itself.' },
  group_levels: { max: 3, per: 'A call for groups', counts: 'levels of grouping', checked: 'request', instead: 'Ask once for each.' },
  measures: { max: 20, per: 'A call for groups', counts: 'measures', checked: 'request', instead: 'Ask twice.' },
  groups: { max: 1_000, per: 'An answer', counts: 'groups', checked: 'request', instead: 'Filter, or group by a larger unit.' },
  event_streams: {
    max: 20,
    per: 'A person',
    counts: 'open streams of events, in each process',
    checked: 'request',
    instead: 'Close one: the pages of a browser may share one.',
  },
  statement_seconds: {
    max: 5,
    per: 'A question to the database',
    counts: 'seconds',
    checked: 'answer',
    instead: 'Narrow the filter, or sort by an indexed field.',
  },
  bulk_operations: { max: 1_000, per: 'A call', counts: 'operations on records', checked: 'request', instead: 'Send them in parts.' },
  nested_records: {
    max: 200,
    per: 'A record',
    counts: 'records in its lists when it is made',
    checked: 'request',
    instead: 'Make the others after it.',
  },
  nested_levels: {
    max: 2,
    per: 'A record',
    counts: 'levels of lists when it is made',
    checked: 'request',
    instead: 'Make the deeper ones after it.',
  },
  bulk_bytes: {
    max: 8 * MEGABYTE,
    per: 'A call that writes many records',
    counts: 'bytes',
    checked: 'request',
    instead: 'Send them in parts.',
  },
  undo_hours: {
    max: 168,
    per: 'An operation',
    counts: 'hours in which it can be undone',
    checked: 'request',
    instead: 'Look at the history of the records and change them by hand.',
  },
  operation_records: {
    max: 10_000,
    per: 'An operation that is to be undone',
    counts: 'records',
    checked: 'request',
    instead: 'Look at the history of the records, or do the opposite in parts.',
  },
  merged_records: {
    max: 4,
    per: 'A merge',
    counts: 'records',
    checked: 'request',
    instead: 'Merge them step by step.',
  },
  exchange_rates: { max: 1_000, per: 'A call', counts: 'exchange rates', checked: 'request', instead: 'Send them in parts.' },
  answer_bytes: {
    max: 8 * MEGABYTE,
    per: 'An answer',
    counts: 'bytes',
    checked: 'answer',
    instead: 'Ask for fewer records or fewer fields.',
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

const number = new Intl.NumberFormat('en');

/** What is said when a limit is exceeded, in English: the limit, what there is, and what to do. */
export function limitMessage(name: LimitName, actual: number): string {
  const { max, per, counts, instead } = LIMITS[name];
  return `${per} may have at most ${number.format(max)} ${counts}; there are ${number.format(actual)}. ${instead}`;
}

/** An issue about a limit, at its place. */
export const limitIssue = (name: LimitName, actual: number, path = ''): Issue => ({
  path,
  code: 'limit_exceeded',
  message: limitMessage(name, actual),
});

/** Limits that whoever asks for records meets: these are told in their language. */
export type RequestLimit = { [Name in LimitName]: `limit.${Name}` extends TextKey ? Name : never }[LimitName];

/** Refuses a request that goes beyond a limit. `path` is a JSON Pointer into what the caller sent. */
export function limitExceeded(name: RequestLimit, actual: number, path = ''): AppError {
  const text = told(`limit.${name}`, { max: LIMITS[name].max, actual });
  return new AppError('limit_exceeded', text, { issues: [{ path, code: 'limit_exceeded', ...text }] });
}

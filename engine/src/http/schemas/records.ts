import type { AggregateAnswer, BoardAnswer, Money, RecordBody, StoredFile } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { DEFAULT_GROUPS, OPERATIONS, UNITS } from '../../records/aggregate-query.js';
import { DEFAULT_LIMIT } from '../../records/list-query.js';
import { gives, makes, does, bytes, type Exchange } from '../exchange.js';
import {
  about,
  anything,
  either,
  list,
  make,
  map,
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

/** Schemas of the records of one object, by its API name: as they are read, made and changed. They are made for each caller. */
export const read = (object: string) => refer<RecordBody>(object);
export const sentNew = (object: string) => refer(`${object}_create`);
export const sentChange = (object: string) => refer(`${object}_update`);

/** Parameters of a list in the address. */
export const LIST = {
  filter: about('A condition in JSONLogic', text),
  q: make<string>({ type: 'string', maxLength: LIMITS.search_characters.max }),
  sort: about('Names parted by commas, - before those that fall', text),
  fields: about('Names parted by commas; dots follow links', text),
  limit: make<number>({ type: 'integer', minimum: 1, maximum: LIMITS.page_rows.max, default: DEFAULT_LIMIT }),
  cursor: about('page.next of the page before', text),
  skip: make<number>({ type: 'integer', minimum: 0, maximum: LIMITS.skipped_rows.max }),
  count: make({ enum: ['none', 'capped', 'exact'], default: 'none' }),
  view: about('Name of a saved view to start from', text),
  include: about('Related lists of each record, as JSON: {"tasks":{"limit":10,"sort":"-due","fields":["title"],"filter":{}}}', text),
};
/** What may be given as JSON when the parameters are in the body. */
const IN_BODY = {
  filter: make({ type: ['object', 'boolean', 'string', 'null'], description: 'A condition in JSONLogic' }),
  sort: make({ type: ['string', 'array'], items: { type: 'string' } }),
  fields: make({ type: ['string', 'array'], items: { type: 'string' } }),
  include: make({
    type: ['object', 'string'],
    description: 'Related lists of each record, by name',
    maxProperties: LIMITS.list_expansions.max,
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        limit: { type: 'integer', minimum: 1, maximum: LIMITS.related_rows.max },
        sort: { type: ['string', 'array'], items: { type: 'string' } },
        fields: { type: ['string', 'array'], items: { type: 'string' } },
        filter: { type: ['object', 'boolean', 'string', 'null'] },
      },
    },
  }),
};
const LIST_IN_BODY = make({
  type: 'object',
  additionalProperties: false,
  properties: {
    ...LIST,
    ...IN_BODY,
  },
});
const fieldPath = about('A field; dots follow links', text);
const aggregateSent = shape({
  'groupBy?': make({
    type: 'array',
    maxItems: LIMITS.group_levels.max,
    items: either(
      fieldPath,
      shape({
        field: fieldPath,
        'by?': about('Of dates: the unit; groups are named by its first day', oneOf(...UNITS)),
        'timeZone?': about("Of instants: whose calendar; the caller's when left out", text),
        'as?': about('Name in the answer; the field when left out', text),
      }),
    ),
  }),
  'measures?': make({
    type: 'array',
    maxItems: LIMITS.measures.max,
    items: shape({ op: oneOf(...OPERATIONS), 'field?': fieldPath, as: about('Name in the answer', text) }),
  }),
  'filter?': IN_BODY.filter,
  'q?': LIST.q,
  'view?': LIST.view,
  'having?': about('A condition on names of the answer', IN_BODY.filter),
  'sort?': about('Names of the answer, - before those that fall', IN_BODY.sort),
  'limit?': make<number>({ type: 'integer', minimum: 1, maximum: LIMITS.groups.max, default: DEFAULT_GROUPS }),
  'totals?': make<boolean>({ type: 'boolean', default: false }),
  'ratesOn?': about(
    'The day whose exchange rates count, or the field that has it',
    either(make<string>({ type: 'string', format: 'date' }), only('today'), shape({ field: fieldPath })),
  ),
});
/** Groups are keyed by the names of levels and measures. */
const aggregateAnswer: Schema<AggregateAnswer> = named(
  'Groups',
  shape({ data: list(map(anything)), 'totals?': map(anything), page: shape({ hasMore: truth }) }),
);

const recordPage = (object: string) =>
  shape({ data: list(read(object)), page: shape({ next: orNull(text), 'count?': whole, 'countIsCapped?': truth }) });

const money: Schema<Money> = named('Money', shape({ amount: text, currency: text }));
const board = (object: string): Schema<BoardAnswer> =>
  shape({
    columns: list(
      shape({
        key: orNull(text),
        label: text,
        'color?': text,
        'details?': map(anything),
        count: whole,
        sums: map(either(text, list(money))),
        'inBase?': about('Sums of money in the base currency by the rates of today; null where a rate is missing', map(orNull(money))),
        cards: list(read(object)),
        next: orNull(text),
      }),
    ),
    'switcher?': shape({ value: orNull(text), choices: list(shape({ value: text, label: text })) }),
  });

/** Name of the schema of what an action of an object asks for. */
export const actionSchema = (object: string, action: string): string => `${object}_action_${action}`;

export const KEY = { 'Idempotency-Key': 'The first answer is kept and repeated' };
export const GUARDED = { 'If-Match': 'The ETag of the record: somebody else has not changed it since', ...KEY };
export const BRIEF = { Prefer: 'return=minimal: answer with id and version, not with the record' };

export const recordExchanges = {
  list: (object: string): Exchange => gives(recordPage(object), { query: LIST }),
  query: (object: string): Exchange => gives(recordPage(object), { body: LIST_IN_BODY }),
  aggregate: (): Exchange => gives(aggregateAnswer, { body: aggregateSent }),
  board: (object: string): Exchange =>
    gives(board(object), {
      query: {
        view: about('Name of a board', text),
        by: about('Field whose values are the columns', text),
        sum: about('Fields to add up, parted by commas', text),
        switcher: about('What the board is narrowed to', text),
        choices: make({ enum: ['switcher'] }),
        column: about('Key of one column, to get more of its cards', text),
        cursor: about('next of that column', text),
        limit: make<number>({ type: 'integer', minimum: 1, maximum: LIMITS.board_cards.max }),
        filter: LIST.filter,
        q: LIST.q,
        sort: LIST.sort,
        fields: LIST.fields,
      },
    }),
  create: (object: string): Exchange => makes(read(object), { body: sentNew(object), headers: { ...BRIEF, ...KEY } }),
  get: (object: string): Exchange =>
    gives(read(object), { query: { fields: LIST.fields, include: about('Related lists, as JSON', text) } }),
  update: (object: string): Exchange => gives(read(object), { body: sentChange(object), headers: { ...BRIEF, ...GUARDED } }),
  delete: (): Exchange => does({ headers: GUARDED }),
  restore: (object: string): Exchange => gives(read(object), { body: null, headers: KEY }),
  action: (object: string, action = ''): Exchange =>
    gives(read(object), {
      body: action === '' ? make({ type: 'object' }) : refer(actionSchema(object, action)),
      optionalBody: true,
      headers: KEY,
    }),
  reveal: (): Exchange => gives(shape({ value: text }), { body: null }),
  file: (): Exchange => ({
    query: { inline: about('1 gives a picture for showing', text) },
    answers: { 200: bytes('application/octet-stream', 'image/*') },
  }),
};

const storedFile: Schema<StoredFile> = named('StoredFile', shape({ id: uuid, name: text, type: text, size: whole }));
export const upload: Exchange = makes(storedFile, {
  query: { name: about('Name of the file', text) },
  body: bytes('application/octet-stream'),
});

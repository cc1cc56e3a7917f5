import { LIMITS } from '../model/limits.js';
import { DEFAULT_GROUPS, OPERATIONS, UNITS } from '../records/aggregate-query.js';
import { DEFAULT_LIMIT } from '../records/list-query.js';

export type Json = Record<string, unknown>;

/** Parameters of a list in the address. */
export const LIST = {
  filter: { type: 'string', description: 'A condition in JSONLogic' },
  q: { type: 'string', maxLength: 200 },
  sort: { type: 'string', description: 'Names parted by commas, - before those that fall' },
  fields: { type: 'string', description: 'Names parted by commas; dots follow links' },
  limit: { type: 'integer', minimum: 1, maximum: LIMITS.page_rows.max, default: DEFAULT_LIMIT },
  cursor: { type: 'string', description: 'page.next of the page before' },
  count: { enum: ['none', 'capped', 'exact'], default: 'none' },
  view: { type: 'string', description: 'Name of a saved view to start from' },
  include: {
    type: 'string',
    description: 'Related lists of each record, as JSON: {"tasks":{"limit":10,"sort":"-due","fields":["title"],"filter":{}}}',
  },
} satisfies Record<string, Json>;
/** What may be given as JSON when the parameters are in the body. */
export const LIST_IN_BODY = {
  filter: { type: ['object', 'boolean', 'string', 'null'], description: 'A condition in JSONLogic' },
  sort: { type: ['string', 'array'], items: { type: 'string' } },
  fields: { type: ['string', 'array'], items: { type: 'string' } },
  include: {
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
  },
} satisfies Record<string, Json>;

const closed = (properties: Json, required: readonly string[] = []): Json => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const PATH = { type: 'string', description: 'A field; dots follow links' };
const CONDITION = LIST_IN_BODY.filter;

/** Body of a call for groups. */
export const AGGREGATE_QUERY: Json = closed({
  groupBy: {
    type: 'array',
    maxItems: LIMITS.group_levels.max,
    items: {
      anyOf: [
        PATH,
        closed(
          {
            field: PATH,
            by: { enum: [...UNITS], description: 'Of dates: the unit; groups are named by its first day' },
            timeZone: { type: 'string', description: "Of instants: whose calendar; the caller's when left out" },
            as: { type: 'string', description: 'Name in the answer; the field when left out' },
          },
          ['field'],
        ),
      ],
    },
  },
  measures: {
    type: 'array',
    maxItems: LIMITS.measures.max,
    items: closed({ op: { enum: [...OPERATIONS] }, field: PATH, as: { type: 'string', description: 'Name in the answer' } }, ['op', 'as']),
  },
  filter: CONDITION,
  q: LIST.q,
  view: LIST.view,
  having: { ...CONDITION, description: 'A condition on names of the answer' },
  sort: { ...LIST_IN_BODY.sort, description: 'Names of the answer, - before those that fall' },
  limit: { type: 'integer', minimum: 1, maximum: LIMITS.groups.max, default: DEFAULT_GROUPS },
  totals: { type: 'boolean', default: false },
  ratesOn: {
    anyOf: [{ type: 'string', format: 'date' }, { const: 'today' }, closed({ field: PATH }, ['field'])],
    description: 'The day whose exchange rates count, or the field that has it',
  },
});

const ROW: Json = { type: 'object', description: 'Keyed by the names of levels and measures' };

export const AGGREGATE_ANSWER: Json = {
  type: 'object',
  required: ['data', 'page'],
  properties: {
    data: { type: 'array', items: ROW },
    totals: ROW,
    page: { type: 'object', required: ['hasMore'], properties: { hasMore: { type: 'boolean' } } },
  },
};

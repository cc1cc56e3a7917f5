import type { RecentAnswer, SavedSearch, SearchAnswer, SearchHit, TextRange } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { DEFAULT_HITS } from '../../records/search-records.js';
import { does, gives, makes, type Exchange } from '../exchange.js';
import { about, anything, list, make, map, named, oneOf, orNull, shape, text, truth, uuid, whole, type Schema } from '../schema.js';

const range = make<TextRange>({ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 });
const hit: Schema<SearchHit> = named(
  'SearchHit',
  shape({
    object: text,
    id: uuid,
    label: orNull(text),
    labelRanges: list(range),
    match: shape({ kind: oneOf('exact', 'prefix', 'word', 'part', 'similar'), field: text, text, ranges: list(range) }),
    fields: map(anything),
  }),
);
const answer: Schema<SearchAnswer> = named(
  'SearchAnswer',
  shape({
    data: list(hit),
    objects: list(shape({ object: text, label: text, count: whole, countIsCapped: truth })),
    suggestion: orNull(text),
  }),
);

export const searchExchange: Exchange = gives(answer, {
  query: {
    q: make<string>({ type: 'string', maxLength: LIMITS.search_characters.max }),
    objects: about('Names parted by commas; all that are searched when left out', text),
    limit: make<number>({ type: 'integer', minimum: 1, maximum: LIMITS.search_hits.max, default: DEFAULT_HITS }),
  },
});

const saved: Schema<SavedSearch> = named('SavedSearch', shape({ id: uuid, q: text, object: orNull(text), name: orNull(text) }));
const recent: Schema<RecentAnswer> = named(
  'Recent',
  shape({ records: list(shape({ object: text, id: uuid, label: orNull(text) })), searches: list(saved), saved: list(saved) }),
);
const object = about('Where it looks; everywhere when left out', text);

export const recentExchanges = {
  read: gives(recent),
  opened: does({ body: shape({ object: text, id: uuid }) }),
  made: does({ body: shape({ q: text, 'object?': object }) }),
  kept: makes(saved, { body: shape({ q: text, 'object?': object, name: text }) }),
  dropped: does(),
};

import type { BinItem, BinPurgeAnswer, BinPurgePreview, BinRestoreAnswer } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { gives, type Exchange } from '../exchange.js';
import { about, list, make, named, orNull, shape, text, truth, uuid, whole, type Schema } from '../schema.js';
import { cause, person } from './history.js';
import { KEY } from './records.js';
import { pageParameters } from './page.js';

const reference = shape({ id: uuid, label: orNull(text) });
const item: Schema<BinItem> = named(
  'BinItem',
  shape({
    object: text,
    objectLabel: text,
    id: uuid,
    label: orNull(text),
    deletedAt: text,
    by: orNull(person),
    cause,
    operation: about('What was deleted in one go has the same; undoing it brings all of it back', orNull(uuid)),
    mergedInto: orNull(reference),
  }),
);
const restored: Schema<BinRestoreAnswer> = named(
  'BinRestored',
  shape({ operation: orNull(uuid), restored: whole, failed: list(shape({ object: text, id: uuid, code: text, message: text })) }),
);
const records = make<{ object: string; id: string }[]>({
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.page_rows.max,
  items: { type: 'object', required: ['object', 'id'], properties: { object: { type: 'string' }, id: { type: 'string', format: 'uuid' } } },
});

const failed = list(shape({ object: text, id: uuid, code: text, message: text }));
const purged: Schema<BinPurgeAnswer> = named(
  'BinPurged',
  shape({ purged: whole, failed, next: about('Of a whole bin: send it as cursor for what is left', orNull(text)) }),
);
const purgePreview: Schema<BinPurgePreview> = named(
  'BinPurgePreview',
  shape({
    records: whole,
    isCapped: about('There are more than were counted', truth),
    parts: about(
      'What belongs to them and goes along, as far as you may read it',
      list(shape({ object: text, label: text, count: whole })),
    ),
    until: about('Of a whole bin: send it along, and what is deleted meanwhile stays', orNull(text)),
  }),
);
const purge = make<Record<string, unknown>>({
  oneOf: [
    { type: 'object', required: ['records'], additionalProperties: false, properties: { records } },
    {
      type: 'object',
      required: ['all'],
      additionalProperties: false,
      properties: {
        all: { const: true },
        object: { type: 'string', description: 'Only records of this object' },
        q: { type: 'string', maxLength: LIMITS.search_characters.max },
        mine: { type: 'boolean', description: 'Only what you deleted' },
        until: { type: 'string', description: 'What is deleted later stays' },
        cursor: { type: 'string', description: 'next of the call before' },
      },
    },
  ],
});
const binPage = shape({
  data: list(item),
  page: shape({ next: orNull(text) }),
  keepDays: about('Days after which it goes for good by itself', orNull(whole)),
});

export const binExchanges: Readonly<Record<'list' | 'restore' | 'purge' | 'purgePreview', Exchange>> = {
  list: gives(binPage, {
    query: {
      object: about('Only records of this object', text),
      q: make<string>({ type: 'string', maxLength: LIMITS.search_characters.max }),
      mine: make({ enum: ['true', 'false'], description: 'Only what you deleted' }),
      ...pageParameters,
    },
  }),
  restore: gives(restored, { body: shape({ records }), headers: KEY }),
  purgePreview: gives(purgePreview, { body: purge }),
  purge: gives(purged, { body: purge, headers: KEY }),
};

import type { BinItem, BinRestoreAnswer } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { gives, type Exchange } from '../exchange.js';
import { about, list, make, named, orNull, shape, text, uuid, whole, type Schema } from '../schema.js';
import { cause, person } from './history.js';
import { KEY } from './records.js';
import { page, pageParameters } from './page.js';

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

export const binExchanges: Readonly<Record<'list' | 'restore', Exchange>> = {
  list: gives(page(item), {
    query: {
      object: about('Only records of this object', text),
      q: make<string>({ type: 'string', maxLength: LIMITS.search_characters.max }),
      mine: make({ enum: ['true', 'false'], description: 'Only what you deleted' }),
      ...pageParameters,
    },
  }),
  restore: gives(restored, { body: shape({ records }), headers: KEY }),
};

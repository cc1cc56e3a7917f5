import type { BulkAnswer } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { MODES } from '../../records/bulk-operations.js';
import { gives, makes, type Exchange } from '../exchange.js';
import { about, anything, either, list, make, map, named, oneOf, only, shape, text, uuid, whole, type Schema } from '../schema.js';
import { BRIEF, KEY, read, sentChange, sentNew } from './records.js';

const match = make({ type: 'object', minProperties: 1, maxProperties: 1, description: 'One unique field and its value' });
const bulkSent = (object: string) =>
  shape({
    mode: about('all: all of it or nothing; each: what fails is left out', oneOf(...MODES)),
    operations: make({
      type: 'array',
      maxItems: LIMITS.bulk_operations.max,
      items: either(
        shape({ op: only('create'), values: sentNew(object) }),
        shape({ op: only('update'), 'id?': uuid, 'match?': match, values: sentChange(object), 'version?': whole }),
        shape({ op: only('delete'), 'id?': uuid, 'match?': match, 'version?': whole }),
        shape({ op: only('upsert'), match, values: sentChange(object) }),
      ),
    }),
  });
const bulkAnswer: Schema<BulkAnswer> = named(
  'BulkResults',
  shape({
    'operation?': about('By which all of it can be undone; none when nothing was written', uuid),
    succeeded: whole,
    failed: whole,
    results: list(shape({ index: whole, status: whole, 'id?': uuid, 'version?': whole, 'problem?': map(anything) })),
  }),
);

export const bulkExchange = (object: string): Exchange => gives(bulkAnswer, { body: bulkSent(object), headers: KEY });

/** A copy, and what it differs in. */
export const cloneExchange = (object: string): Exchange =>
  makes(read(object), {
    body: shape({ 'values?': sentChange(object), 'include?': about('Lists whose records are copied too', list(text)) }),
    headers: { ...BRIEF, ...KEY },
  });

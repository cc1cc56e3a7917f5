import type { MergePreview, RecordBody } from '@fieldstone/metadata/types/wire.js';
import { LIMITS } from '../../model/limits.js';
import { gives, type Exchange } from '../exchange.js';
import { about, anything, list, make, named, orNull, refer, shape, text, truth, uuid, whole, type Schema } from '../schema.js';
import { GUARDED } from './records.js';

const preview: Schema<MergePreview> = named(
  'MergePreview',
  shape({
    records: about('The one that stays first', list(shape({ id: uuid, label: orNull(text), version: whole }))),
    fields: about(
      'Those in which they differ',
      list(
        shape({
          field: text,
          label: text,
          values: about('In the order of the records', list(anything)),
          mayChoose: about('false: the value of the first stays', truth),
          choice: about('Whose value would be taken', whole),
        }),
      ),
    ),
    related: about(
      'Records that would be moved, as far as you see them',
      list(shape({ object: text, label: text, field: text, fieldLabel: text, count: whole })),
    ),
  }),
);

export const mergeExchanges = {
  preview: gives(preview, { query: { from: about('Ids of the others, parted by commas', text) } }),
  merge: (object: string): Exchange =>
    gives(refer<RecordBody>(object), {
      body: shape({
        from: make<string[]>({
          type: 'array',
          minItems: 1,
          maxItems: LIMITS.merged_records.max - 1,
          items: { type: 'string', format: 'uuid' },
        }),
        'values?': about('What the record that stays is to have; every other value stays as it is', refer(`${object}_update`)),
      }),
      headers: GUARDED,
    }),
};

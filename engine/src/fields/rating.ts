import type { FieldType } from './field-type.js';
import { integer } from './integer.js';

const STARS = '5';
const MOST_STARS = 10;

/** Stars: a whole number from 1 to `max`, which is 5 unless the field says otherwise. */
export const rating: FieldType = {
  ...integer,
  name: 'rating',
  uses: ['indexed', 'default'],
  properties: ['max'],
  normalize: (value, { max = STARS }) => integer.normalize(value, { min: '1', max }),
  checkOptions: ({ max = STARS }) =>
    /^\d+$/.test(max) && Number(max) >= 2 && Number(max) <= MOST_STARS
      ? undefined
      : { property: 'max', code: 'bad_range', message: `A rating has 2 to ${String(MOST_STARS)} stars.` },
};

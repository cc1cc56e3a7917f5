import { about, list, make, orNull, shape, text, type Schema } from '../schema.js';
import { LIMITS } from '../../model/limits.js';

/** A page of a list: `next` is the cursor of the page after it. */
export const page = <Value>(item: Schema<Value>) => shape({ data: list(item), page: shape({ next: orNull(text) }) });

const DEFAULT = 50;

/** Parameters of such a page. */
export const pageParameters = {
  limit: make<number>({ type: 'integer', minimum: 1, maximum: LIMITS.page_rows.max, default: DEFAULT }),
  cursor: about('page.next of the page before', text),
};

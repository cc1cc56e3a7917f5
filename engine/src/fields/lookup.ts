import { reference } from './reference.js';

/** A link to a record of another object. */
export const lookup = reference('lookup', ['target', 'onDelete', 'where', 'inverse'], {
  link: 'one',
  uses: ['unique', 'indexed', 'default'],
});

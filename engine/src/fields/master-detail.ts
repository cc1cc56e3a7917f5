import { reference } from './reference.js';

/** The record this one is part of: it goes to the recycle bin with it and comes back with it. */
export const masterDetail = reference('master_detail', ['target', 'where', 'inverse'], { link: 'one', isPart: true });

import { reference } from './reference.js';

/** The record's own id. */
export const id = reference('id', []);

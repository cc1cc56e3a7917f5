import { storedFile } from './stored-file.js';

/** Any file. It is given out for saving, never shown. */
export const file = storedFile('file');

import { storedFile } from './stored-file.js';

/** A picture in a raster format, which is shown where the record stands. */
export const image = storedFile('image');

import { METADATA_DEEDS } from './deeds-of-metadata.js';
import { PEOPLE_DEEDS } from './deeds-of-people.js';
import { RECORD_DEEDS } from './deeds-of-records.js';
import type { Deeds } from './stage.js';

/** How every route that is no GET is called, by what it is called. */
export const DEEDS: Deeds = { ...RECORD_DEEDS, ...PEOPLE_DEEDS, ...METADATA_DEEDS };

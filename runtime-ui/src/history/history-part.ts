// History and timeline of a record, in one file. No exports: their names would need a further file.
import './fs-history.js';
import './fs-timeline.js';

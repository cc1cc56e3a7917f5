// What is opened from a record page, and from any page for a new record. No exports: their names would need a further file.
import './fs-conflict.js';
import './fs-record-dialog.js';

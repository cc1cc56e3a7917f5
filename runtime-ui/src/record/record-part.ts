// One file for the page of a record and the condition language. No exports: their names would need a further file.
import './fs-record-page.js';
import './fs-secret.js';

// The search over all objects, in one file. No exports: their names would need a further file.
import './fs-search-dialog.js';
import './fs-search-page.js';
import '../ui-kit/fs-dialog.js';

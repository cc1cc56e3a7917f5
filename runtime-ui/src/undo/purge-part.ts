// The dialog for deleting for good, in one file. No exports: their names would need a further file.
import './fs-purge-dialog.js';

// The dialog for merging, in one file. No exports: their names would need a further file.
import './fs-merge-dialog.js';

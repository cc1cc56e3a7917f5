// The dialog about rights, in one file. No exports: their names would need a further file.
import './fs-rights-dialog.js';

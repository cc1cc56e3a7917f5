// Taking back, and the recycle bin, in one file. No exports: their names would need a further file.
import './fs-bin-page.js';
import './fs-undo.js';

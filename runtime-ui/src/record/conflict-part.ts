// The chooser of a conflict, as part of the forms. No exports: their names would need a further file.
import './fs-conflict.js';

// The form of an action, with the editors its values need. No exports: their names would need a further file.
import './fs-action-dialog.js';

// What is done with several chosen records of a list, in one file. No exports: their names would need a further file.
import './fs-bulk-bar.js';

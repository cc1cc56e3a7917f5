/** Limits of one formula. */
export const MAX_FORMULA_LENGTH = 5_000;
export const MAX_FORMULA_DEPTH = 30;
export const MAX_FORMULA_NODES = 500;

/** Characters of a text that a formula makes; what is beyond is cut off, so that no nesting of SUBSTITUTE can fill the memory. */
export const MAX_FORMULA_TEXT = 10_000;
/** Characters that SUBSTITUTE looks at, and of its replacement: nested ones shall not fill the time either. */
export const MAX_SUBSTITUTED = 2_000;
export const MAX_REPLACEMENT = 100;
/** Positions and lengths in a text. */
export const MAX_POSITION = 1_000_000;

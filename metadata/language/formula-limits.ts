/** Limits of one formula. */
export const MAX_FORMULA_LENGTH = 5_000;
export const MAX_FORMULA_DEPTH = 30;
export const MAX_FORMULA_NODES = 200;

/** Characters of a text that a formula makes; what is beyond is cut off, so that no nesting of SUBSTITUTE can fill the memory. */
export const MAX_FORMULA_TEXT = 10_000;
/** Characters of the replacement in SUBSTITUTE, for the same reason. */
export const MAX_REPLACEMENT = 255;
/** Positions and lengths in a text. */
export const MAX_POSITION = 1_000_000;

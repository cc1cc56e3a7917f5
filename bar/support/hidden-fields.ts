import { DERIVED, HIDDEN_TYPES, hiddenName, someName } from '../../engine/src/app/leaks/canary-model.js';

/** Every field of a specimen that no role but the administrator's may read. */
export const HIDDEN: readonly string[] = [...HIDDEN_TYPES.map(({ type }) => hiddenName(type)), ...DERIVED];
/** Every field that is read on open specimens only. */
export const SOME: readonly string[] = HIDDEN_TYPES.map(({ type }) => someName(type));
/** A name of the same length that no object has. */
export const absentFor = (name: string): string => (name.startsWith('d_') ? `y_${name.slice(2)}` : `x_${name.slice(2)}`);
/** Roles that work with specimens and may not see these fields. */
export const READERS = ['canary_own', 'canary_team', 'canary_wide', 'canary_shut', 'canary_clerk'] as const;

/** Everything there is to try, which takes too long for each change: FIELDSTONE_BAR=night. */
export const IS_NIGHT = process.env['FIELDSTONE_BAR'] === 'night';

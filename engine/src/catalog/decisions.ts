import type { Decision } from '@fieldstone/metadata/types/wire.js';
import { namesOf, type DraftChange, type KeptDecision, type Queryable } from '../store/drafts.js';

export type DecisionInfo = Decision & { by: string; at: string };

/** A decision as it is shown: `by` is the name of who decided. */
export const decisionInfo = ({ path, take, value, by, at }: KeptDecision, names: ReadonlyMap<string, string>): DecisionInfo => {
  const who = { by: names.get(by) ?? '', at };
  return take === 'value' ? { path, take, value, ...who } : { path, take, ...who };
};

/** Names of everybody who decided something in these changes. */
export const decidersOf = (db: Queryable, changes: readonly DraftChange[]): Promise<ReadonlyMap<string, string>> =>
  namesOf(db, [...new Set(changes.flatMap(({ decisions }) => decisions.map(({ by }) => by)))]);

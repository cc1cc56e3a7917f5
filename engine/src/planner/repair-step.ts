import type { CatalogPart } from './catalog-part.js';
import type { Finding } from './drift.js';
import type { Facts } from './facts.js';
import type { PlannedStatement } from './planned-statement.js';
import type { WantedPart } from './wanted-parts.js';

/** What is done about one difference, or why nothing is. */
export type Repair =
  | { readonly statements: readonly PlannedStatement[]; readonly confirm?: { readonly message: string; readonly rows?: number } }
  | { readonly refused: string };

export type RepairContext = {
  readonly facts: Facts;
  readonly roles: { readonly owner: string; readonly app: string; readonly bi: string };
  /** Every difference, for repairs that depend on another one. */
  readonly findings: readonly Finding[];
  /** The parts of the platform as they should be. */
  readonly image: readonly CatalogPart[];
};

/** Whether the column that a part stands on is missing too, so that nothing can be counted in it. */
export const isGone = (findings: readonly Finding[], { of, elementId }: WantedPart): boolean =>
  findings.some(
    ({ drift, wanted }) =>
      drift.kind === 'missing' && wanted?.kind === 'column' && wanted.of === of && 'elementId' in wanted && wanted.elementId === elementId,
  );

export const inTransaction = (sql: string, risk: PlannedStatement['risk'] = 'R0'): PlannedStatement => ({
  sql,
  phase: 'TX',
  lock: 'L1',
  risk,
});

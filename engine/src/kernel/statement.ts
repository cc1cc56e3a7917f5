/** When a step of a publish runs: before the transaction (online, resumable), in it, or after it (online). */
export type Phase = 'PRE' | 'TX' | 'POST';

/**
 * What a step locks. L0 nothing (metadata) · L1 exclusive but catalogue-only, < 10 ms · L2 online (validate, concurrently, analyze) ·
 * L3 row locks in small batches · L4 rewrite or full scan under an exclusive lock: refused on tables over 10,000 rows.
 *
 * Source: the lock measurements in docs/decisions/0003-publish-in-phases.md.
 */
export type LockClass = 'L0' | 'L1' | 'L2' | 'L3' | 'L4';

/** What a step can do to data. R0 safe · R1 reversible · R2 depends on data · R3 converts · R4 destroys. */
export type RiskClass = 'R0' | 'R1' | 'R2' | 'R3' | 'R4';

/** One statement of a plan, exactly as it will run. */
export type Statement = { readonly sql: string; readonly phase: Phase; readonly lock: LockClass; readonly risk: RiskClass };

/** Something the person who publishes has to know and confirm by its code. Codes are stable: `<what>:<element id>`. */
export type Hazard = {
  readonly code: string;
  readonly message: string;
  readonly risk: RiskClass;
  readonly affected: { readonly rows?: number; readonly views?: number; readonly users?: number };
  readonly conversion?: ConversionCounts;
};

/**
 * What a conversion does to the values of a field.
 *
 * Shape: names are those of the version before. `samples` are ids of records whose value does not convert; what they hold is read with the
 *        rights of whoever looks.
 */
export type ConversionCounts = {
  readonly object: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly values: number;
  readonly lost: number;
  readonly shortened: number;
  readonly samples: readonly string[];
};

/** Quotes an identifier for Postgres. */
export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Quotes a string literal for Postgres: every connection of ours sets standard_conforming_strings. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

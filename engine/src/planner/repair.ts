import type { Drift } from '@fieldstone/metadata/types/wire.js';
import { digest } from '../kernel/hash.js';
import type { Hazard } from '../kernel/statement.js';
import { PART_KINDS, type PartKind } from './catalog-part.js';
import type { Finding } from './drift.js';
import type { Question } from './facts.js';
import type { PlannedStatement } from './planned-statement.js';
import { extraRepair } from './repair-extra.js';
import { platformRepair } from './repair-platform.js';
import { tableRepair } from './repair-table.js';
import { isGone, type Repair, type RepairContext } from './repair-step.js';

/** Plain JSON, to be read, confirmed and run as it is. */
export type RepairPlan = {
  readonly hash: string | null;
  readonly drift: readonly Drift[];
  readonly statements: readonly PlannedStatement[];
  readonly hazards: readonly Hazard[];
  readonly refused: readonly { readonly code: string; readonly reason: string }[];
};

/** What has to be counted before a repair can be planned. */
export function repairQuestions(findings: readonly Finding[]): Question[] {
  return findings.flatMap(({ wanted }): Question[] => {
    if (wanted === null || !('table' in wanted) || !wanted.table || !wanted.part || isGone(findings, wanted)) return [];
    const table = wanted.table.name;
    const { part } = wanted;
    const rows: Question = { kind: 'rows', table };
    if (part.kind === 'required') return [rows, { kind: 'missing', table, column: part.column }];
    if (part.kind === 'index' && part.isUnique) {
      return [rows, { kind: 'doubles', table, index: part.name, keys: part.keys, where: part.where ?? 'true' }];
    }
    return [rows];
  });
}

/** What is made first: tables and columns before what stands on them, rights last. */
const ORDER: readonly PartKind[] = ['table', 'column', 'function', 'view', 'constraint', ...PART_KINDS];

/**
 * A plan that puts right what can be put right without losing anything. Pure: the facts are counted before.
 *
 * Shape: the hash covers all that would happen, so that what was read is what is run.
 */
export function planRepair(context: RepairContext): RepairPlan {
  const { findings } = context;
  const statements: PlannedStatement[] = [];
  const hazards: Hazard[] = [];
  const refused: { code: string; reason: string }[] = [];
  const ordered = findings.toSorted((a, b) => ORDER.indexOf(kindOf(a)) - ORDER.indexOf(kindOf(b)));
  for (const each of ordered) {
    const repair = repairOf(each, context);
    if ('refused' in repair) {
      refused.push({ code: each.drift.code, reason: repair.refused });
      continue;
    }
    statements.push(...repair.statements);
    if (repair.confirm) {
      const { message, rows } = repair.confirm;
      hazards.push({ code: each.drift.code, message, risk: 'R2', affected: rows === undefined ? {} : { rows } });
    }
  }
  const phases = (['PRE', 'TX', 'POST'] as const).flatMap((phase) => statements.filter((statement) => statement.phase === phase));
  const body = { drift: findings.map(({ drift }) => drift), statements: phases, hazards, refused };
  return { ...body, hash: phases.length === 0 ? null : digest(body) };
}

const kindOf = ({ wanted, found }: Finding): PartKind => (wanted ?? found)?.kind ?? 'table';

function repairOf(finding: Finding, context: RepairContext): Repair {
  if (finding.wanted === null) return extraRepair(finding, context);
  return 'elementId' in finding.wanted ? tableRepair(finding, finding.wanted, context) : platformRepair(finding, finding.wanted, context);
}

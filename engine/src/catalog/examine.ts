import type { DriftAnswer, RepairAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, planStale } from '../kernel/errors.js';
import { compileModel } from '../model/compile-model.js';
import type { Model } from '../model/types.js';
import { dataSchemaOf, viewSchemaOf } from '../planner/bindings.js';
import type { CatalogPart } from '../planner/catalog-part.js';
import * as addIndex from '../planner/changes/add-index.js';
import * as dropPart from '../planner/changes/drop-part.js';
import { WORDS_INDEX } from '../planner/desired-schema.js';
import { findDrift, type Finding } from '../planner/drift.js';
import { planRepair, repairQuestions, type RepairPlan } from '../planner/repair.js';
import type { PlannedStatement } from '../planner/planned-statement.js';
import { wantedParts } from '../planner/wanted-parts.js';
import { readApplied } from '../store/applied-model.js';
import { takeUp } from '../store/apply-plan.js';
import { PLATFORM_SCHEMAS, readCatalogImage } from '../store/catalog-image.js';
import { wantedRoles } from '../store/create-roles.js';
import { formulaKeys } from '../store/formula-keys.js';
import { gatherFacts } from '../store/introspect.js';
import { introspectRoles, introspectSchemas } from '../store/introspect-schema.js';
import type { Database } from '../store/open-database.js';
import { pendingSteps, type PendingStep } from '../store/pending-steps.js';
import { isUnfinished, readPublication } from '../store/publications.js';
import { withPublishLease } from '../store/publish-lease.js';
import { keepSteps, runRepair } from '../store/run-repair.js';

export type Examination = { readonly revision: number; readonly drift: DriftAnswer['drift']; readonly pending: readonly PendingStep[] };

type Examined = {
  readonly revision: number;
  readonly findings: readonly Finding[];
  readonly pending: readonly PendingStep[];
  readonly image: readonly CatalogPart[];
};

/** Compares the database with its published metadata, and names the online steps that are still to be done. Changes nothing. */
export async function examineSpace(database: Database, space: number): Promise<Examination> {
  const { revision, findings, pending } = await examine(database, space);
  return { revision, drift: findings.map(({ drift }) => drift), pending };
}

async function examine(database: Database, space: number): Promise<Examined> {
  const applied = await readApplied(database, space);
  const compiled = compileModel(applied.sources);
  if (!compiled.ok) throw new Error(`revision ${applied.revision} does not compile`);
  const { model } = compiled;
  const { pool, config } = database;
  const schemas = [...PLATFORM_SCHEMAS, dataSchemaOf(space), viewSchemaOf(space)];
  const pending = await pendingSteps(database, space);
  const image = [...(await readCatalogImage(pool, space)), ...wantedRoles(config.roles)];
  const findings = findDrift({
    wanted: wantedParts(space, model, applied.bindings, config.roles, formulaKeys(space)),
    image,
    actual: [...(await introspectSchemas(pool, config.roles, schemas)), ...(await introspectRoles(pool, config.roles))],
    pending: pending.map(({ sql }) => sql),
    retired: new Set(applied.bindings.filter((row) => row.state === 'retired').flatMap((row) => row.column ?? [])),
    nameOf: namesOf(model),
  });
  return { revision: applied.revision, findings, pending, image };
}

/** What people call an element: `deal`, `deal.amount`. */
function namesOf(model: Model): (id: string) => string | undefined {
  const names = new Map<string, string>();
  for (const object of model.objects.values()) {
    names.set(object.id, object.name);
    for (const field of object.fields.values()) if (!field.system) names.set(field.id, `${object.name}.${field.name}`);
  }
  return (id) => names.get(id);
}

/** What differs, and exactly what a repair would do. Changes nothing. */
export async function planSpaceRepair(database: Database, space: number): Promise<DriftAnswer> {
  const { revision, pending, plan } = await planFor(database, space);
  return {
    revision,
    drift: [...plan.drift],
    pending: [...pending],
    repair: {
      hash: plan.hash,
      statements: plan.statements.map(({ sql, lock, phase, risk }) => ({ sql, lock, phase, risk })),
      hazards: plan.hazards.map(({ code, message, risk, affected }) => ({ code, message, risk, affected: { ...affected } })),
      refused: plan.refused.map((each) => ({ ...each })),
    },
  };
}

async function planFor(database: Database, space: number): Promise<Omit<Examined, 'findings' | 'image'> & { plan: RepairPlan }> {
  const { revision, findings, pending, image } = await examine(database, space);
  const facts = await gatherFacts(database, dataSchemaOf(space), repairQuestions(findings));
  return { revision, pending, plan: planRepair({ findings, facts, roles: database.config.roles, image }) };
}

export type RepairRequest = {
  readonly space: number;
  /** The plan that was read; null to run whatever is needed now, for somebody at the machine. */
  readonly hash: string | null;
  readonly confirm: readonly string[];
  readonly by: string | null;
};

/**
 * Puts right what can be put right without losing anything, as the only publisher of the space.
 *
 * Errors: plan_stale when something else is needed by now; hazard_unconfirmed; conflict; overloaded.
 */
export async function repairSpace(database: Database, { space, hash, confirm, by }: RepairRequest): Promise<RepairAnswer> {
  return withPublishLease(database, space, async (lease) => {
    if (isUnfinished(await readPublication(database, space))) {
      throw new AppError('conflict', 'A publish was cut off. It goes on by itself within a minute: repair what is left then.');
    }
    const { revision, plan } = await planFor(database, space);
    if (hash !== null && plan.hash !== hash) throw planStale();
    const open = plan.hazards.filter(({ code }) => !confirm.includes(code));
    if (open.length > 0) {
      throw new AppError('hazard_unconfirmed', 'This repair needs to be confirmed.', {
        hint: 'Read what is lost or dropped, then name these codes in "confirm".',
        extra: { hazards: open },
      });
    }
    const refused = new Set(plan.refused.map(({ code }) => code));
    const codes = plan.drift.map(({ code }) => code).filter((code) => !refused.has(code));
    const pending = plan.hash === null ? [] : await runRepair(database, lease, { space, revision, statements: plan.statements, codes, by });
    const after = await examine(database, space);
    return { repaired: codes.length, pending: [...pending], left: after.findings.map(({ drift }) => drift) };
  });
}

/** Goes on with a publish that was cut off, and does what former ones left to do: at the start, and whenever somebody asks. */
export async function resumePending(database: Database, space: number): Promise<readonly PendingStep[]> {
  const [pending, last] = await Promise.all([pendingSteps(database, space), readPublication(database, space)]);
  if (pending.length === 0 && (last === null || last.state === 'done' || last.state === 'failed')) return [];
  return takeUp(database, space);
}

/**
 * Has the indexes of words built that the tables of before lack, and those taken away that nothing looks in any more. They are steps like those of a
 * publish: they run online while people work, and go on after a crash. Until then a search takes longer and finds the same.
 */
export async function completeSearch(database: Database, space: number): Promise<number> {
  const { revision, findings } = await examine(database, space);
  const statements = findings.flatMap(({ drift, wanted, found }): PlannedStatement[] => {
    const part = wanted ?? found;
    if (part?.kind !== 'index' || !part.name.startsWith(WORDS_INDEX)) return [];
    const table = { schema: part.schema, name: part.of };
    if (wanted === null) return dropPart.statements({ kind: 'drop-part', table, part: { kind: 'index', name: part.name } });
    const index = 'part' in wanted && wanted.part?.kind === 'index' ? wanted.part : undefined;
    if (index === undefined || drift.kind === 'extra') return [];
    return addIndex.statements({ kind: 'add-index', table, index, fill: 'filled', isOnExistingColumn: true });
  });
  if (statements.length === 0) return 0;
  // Of several processes that start at once, one notes them down.
  return withPublishLease(database, space, async () => {
    const { rows } = await database.pool.query<{ sql: string }>(`select sql from meta.step where space_id = $1 and status <> 'done'`, [
      space,
    ]);
    const known = new Set(rows.map(({ sql }) => sql));
    const wanted = statements.filter(({ sql }) => !known.has(sql));
    await keepSteps(database.pool, space, revision, wanted);
    return wanted.length;
  });
}

const RESUME_EVERY_MS = 60_000;

/** Takes up unfinished steps now and every minute, until it is stopped. Another process that is publishing does them itself. */
export function keepResuming(database: Database, space: number): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const resume = () => {
    running = resumePending(database, space).catch((error: unknown) => {
      database.config.logger.warn({ error: String(error), space }, 'unfinished steps of a publish are waiting');
    });
  };
  const timer = setInterval(resume, RESUME_EVERY_MS);
  timer.unref();
  resume();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

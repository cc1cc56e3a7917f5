import type { AccessEffect, PlanAnswer, PlanChange } from '@fieldstone/metadata/types/wire.js';
import type { Issue } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { limitIssue, LIMITS } from '../model/limits.js';
import { compileModel } from '../model/compile-model.js';
import type { Model, SourceDocument } from '../model/types.js';
import { accessEffects } from '../rules/access-effects.js';
import { dataSchemaOf } from '../planner/bindings.js';
import { conversionKeys } from '../planner/conversions.js';
import { factsNeeded, planChange, type Plan, type PlanInput } from '../planner/plan.js';
import { readApplied, snapshotText } from '../store/applied-model.js';
import { formulaKeys } from '../store/formula-keys.js';
import { peopleByRole } from '../store/people-rights.js';
import { gatherFacts } from '../store/introspect.js';
import { placeOfSpace } from '../store/create-space.js';
import { allocateNumbers, savePlan, type PlannedDraft, type StoredPlan } from '../store/plans.js';
import type { PackWork } from '../store/pack-versions.js';
import type { Hazard } from '../kernel/statement.js';
import { explainBroken } from './broken-by-change.js';
import type { Catalog } from './catalog.js';

export type WantedChange = {
  readonly space: number;
  /** All documents of the new revision. */
  readonly sources: readonly SourceDocument[];
  /** The draft they come from, so that a later edit of it makes the plan stale. */
  readonly draft?: PlannedDraft;
  /** Who made the change of an element, when and why; kept with the revision. */
  readonly made?: ReadonlyMap<string, NonNullable<PlanChange['made']>>;
  readonly comment?: string;
  readonly madeBy: string | null;
  /** What becomes of installed packs. With it a plan is made although no document changes. */
  readonly packs?: PackWork;
  /** What has to be confirmed besides what the change does to the data. */
  readonly hazards?: readonly Hazard[];
  /** Says what would happen, without a plan that can be published: something is still to be decided. */
  readonly isPreview?: boolean;
};

/** A plan that may be published, or every reason why not. `stored` is null when there is nothing to do or something is wrong. */
export type Planned = { readonly answer: PlanAnswer; readonly stored: StoredPlan | null };

/**
 * Plans a change of a space: documents to model, model against model, facts of the data, statements. The page that shows the order.
 *
 * Shape: writes nothing but the plan itself, with the names it allocated.
 */
export async function planSpaceChange({ database, activeModels }: Catalog, wanted: WantedChange): Promise<Planned> {
  const applied = await readApplied(database, wanted.space);
  const compiled = compileModel(wanted.sources);
  if (!compiled.ok)
    return { answer: unplanned(applied.revision, explainBroken(compiled.issues, wanted.sources, applied.sources)), stored: null };
  const to = compiled.model;
  const snapshot = snapshotText(to.sources);
  const bytes = Buffer.byteLength(snapshot);
  if (bytes > LIMITS.snapshot_bytes.max)
    return { answer: unplanned(applied.revision, [limitIssue('snapshot_bytes', bytes)]), stored: null };
  const from = applied.revision === 0 ? null : await modelAt(activeModels, wanted.space, applied.revision, applied.sources);

  const known = new Set(applied.bindings.map((row) => row.elementId));
  const numbers = await allocateNumbers(database, wanted.space, applied.revision, [
    ...newElements(to, known),
    ...conversionKeys({ from, to, bindings: applied.bindings }),
  ]);
  const input: PlanInput = {
    space: wanted.space,
    fromRevision: applied.revision,
    from,
    to,
    bindings: applied.bindings,
    numberFor: (id) => {
      const number = numbers.get(id);
      if (number === undefined) throw new Error(`no number was allocated for ${id}`);
      return number;
    },
    roles: database.config.roles,
    place: await placeOfSpace(database, wanted.space),
    formulaKeys: formulaKeys(wanted.space),
  };
  const facts = await gatherFacts(database, dataSchemaOf(wanted.space), factsNeeded(input));
  const made = planChange(input, facts);
  const plan = withWork(made, wanted);
  const isEmpty = plan.changes.length === 0 && !wanted.packs;
  const effects = await withPeople(database, wanted.space, accessEffects(from, to));
  if (plan.issues.length > 0 || isEmpty || wanted.isPreview) return { answer: answerOf(plan, null, effects), stored: null };

  const stored: StoredPlan = {
    plan: { ...plan, changes: plan.changes.map((change) => withMade(change, wanted.made?.get(change.id))) },
    snapshot,
    checksum: to.hash,
    draft: wanted.draft ?? null,
    comment: wanted.comment ?? '',
    ...(wanted.packs ? { packs: wanted.packs } : {}),
  };
  await savePlan(database, wanted.space, stored, wanted.madeBy);
  return { answer: answerOf(stored.plan, plan.hash, effects), stored };
}

/** How many people each effect is about. */
async function withPeople(database: Catalog['database'], space: number, effects: readonly AccessEffect[]): Promise<AccessEffect[]> {
  const counts = effects.length === 0 ? new Map<string, number>() : await peopleByRole(database.pool, space);
  return effects.map((effect) => ({ ...effect, people: counts.get(effect.id) ?? 0 }));
}

const withMade = (change: PlanChange, made: PlanChange['made']): PlanChange => (made === undefined ? change : { ...change, made });

/** The plan with what it does besides changing documents. Its hash covers that too: two people may plan the same from drafts of their own. */
function withWork(plan: Plan, { draft, packs, hazards = [] }: WantedChange): Plan {
  const all = { ...plan, hazards: [...plan.hazards, ...hazards] };
  if (packs) return { ...all, hash: digest([plan.hash, packs, hazards]) };
  return draft ? { ...all, hash: digest([plan.hash, draft.id, draft.digest]) } : all;
}

async function modelAt(
  models: Catalog['activeModels'],
  space: number,
  revision: number,
  sources: readonly SourceDocument[],
): Promise<Model> {
  const active = await models.refresh(space, revision);
  if (active.revision === revision) return active.model;
  const compiled = compileModel(sources);
  if (!compiled.ok) throw new Error(`revision ${revision} does not compile`);
  return compiled.model;
}

function newElements(model: Model, known: ReadonlySet<string>): string[] {
  const ids: string[] = [];
  for (const object of model.objects.values()) {
    if (object.system) continue;
    if (!known.has(object.id)) ids.push(object.id);
    for (const field of object.fields.values()) if (!field.system && !known.has(field.id)) ids.push(field.id);
  }
  return ids;
}

/** The answer to a change that can not be planned. */
export const unplanned = (revision: number, issues: readonly Issue[]): PlanAnswer => ({
  hash: null,
  from: revision,
  to: revision + 1,
  changes: [],
  statements: [],
  hazards: [],
  issues: [...issues],
  access: [],
});

const answerOf = (plan: Plan, hash: string | null, access: AccessEffect[]): PlanAnswer => ({
  hash,
  access,
  from: plan.fromRevision,
  to: plan.fromRevision + 1,
  changes: [...plan.changes],
  statements: plan.statements.map(({ sql, lock, phase, risk }) => ({ sql, lock, phase, risk })),
  hazards: plan.hazards.map(({ conversion, ...hazard }) => ({
    ...hazard,
    affected: { ...hazard.affected },
    ...(conversion ? { conversion: { ...conversion, samples: conversion.samples.map((id) => ({ id })) } } : {}),
  })),
  issues: [...plan.issues],
});

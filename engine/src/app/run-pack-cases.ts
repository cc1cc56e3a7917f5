import type { CaseDocument } from '@fieldstone/metadata/types/documents.js';
import type { FailedCase } from '../catalog/catalog.js';
import { NOBODY, type Actor } from '../kernel/actor.js';
import { fixedClock, systemClock } from '../kernel/clock.js';
import { AppError } from '../kernel/errors.js';
import { derivedId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import { packsByNeeds, type PackContent } from '../model/pack-content.js';
import type { Model } from '../model/types.js';
import type { RequestContext } from '../records/context.js';
import { createRecord } from '../records/write-record.js';
import type { Database } from '../store/open-database.js';
import { withScratchSpace, type ScratchSpace } from '../store/scratch-space.js';
import { AlignedParts } from './aligned-parts.js';
import { CaseFailure, runStep, type CaseWorld } from './case-step.js';
import { applyUpdates, inOrder, recordsOf } from './pack-records.js';
import { KnownRecords } from './recipe-records.js';

/**
 * Runs the cases of packs on tables of the model that are thrown away, after the records that the packs ship.
 *
 * Shape: what failed, with the file, a pointer to the step, and what came instead. Each case starts from the same records.
 */
export async function runPackCases(
  database: Database,
  model: Model,
  packs: readonly PackContent[],
  tested: ReadonlySet<string>,
): Promise<FailedCase[]> {
  const { ordered } = packsByNeeds(packs);
  const aligned = new AlignedParts(packs, model);
  const cases = ordered
    .filter((pack) => tested.has(pack.name))
    .flatMap((pack) => pack.cases.map((one) => ({ pack: pack.name, file: one.file ?? '', document: aligned.case(one.document) })));
  if (cases.length === 0) return [];
  return withScratchSpace(database, model, async (scratch) => {
    const known = new KnownRecords();
    const problem = await loadData(database, scratch, ordered, aligned, known);
    if (problem) return cases.map(({ pack, file, document }) => failed(pack, file, document, '', problem));
    const found: FailedCase[] = [];
    for (const { pack, file, document } of cases) {
      const failure = await scratch.undone(() => runCase(database, scratch, document, known));
      if (failure) found.push(failed(pack, file, document, failure.path, failure.message));
    }
    return found;
  });
}

const failed = (pack: string, file: string, { name, label }: CaseDocument, path: string, message: string): FailedCase => ({
  pack,
  name,
  label,
  issue: { file, path, code: 'case_failed', message: `The case “${label}” of ${pack} does not hold: ${message}` },
});

async function runCase(
  database: Database,
  scratch: ScratchSpace,
  document: CaseDocument,
  known: KnownRecords,
): Promise<CaseFailure | null> {
  const people = new Map<string, Actor>();
  const clock = document.now === undefined ? systemClock : fixedClock(document.now);
  const world: CaseWorld = {
    records: new Map(),
    shipped: known,
    attempt: (work) => scratch.attempt(work),
    contextOf: async (as) =>
      contextOf(database, scratch, as === undefined ? systemActor(scratch) : await person(scratch, people, as), clock),
    idOf: async (as) => (await person(scratch, people, as)).userId,
  };
  for (const [index, step] of document.steps.entries()) {
    try {
      await runStep(world, step);
    } catch (error) {
      if (error instanceof CaseFailure) return new CaseFailure(pointer('steps', index) + error.path, error.message);
      if (!(error instanceof AppError)) throw error;
      return new CaseFailure(
        pointer('steps', index),
        `${error.message} ${error.issues.map(({ path, message }) => `${path}: ${message}`).join(' ')}`.trim(),
      );
    }
  }
  return null;
}

async function loadData(
  database: Database,
  scratch: ScratchSpace,
  ordered: readonly PackContent[],
  aligned: AlignedParts,
  known: KnownRecords,
): Promise<string | null> {
  const ctx = contextOf(database, scratch, systemActor(scratch), systemClock);
  for (const pack of ordered) {
    for (const document of inOrder(pack.data).map((part) => aligned.data(part.document))) {
      try {
        for (const record of recordsOf(pack.name, document, known))
          await createRecord(ctx, record.object, record.values, { id: record.id });
        await applyUpdates(ctx, pack.name, document, known);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return `the records of ${pack.name} can not be loaded: ${error.message} ${error.issues.map(({ path, message }) => `${path}: ${message}`).join(' ')}`;
      }
    }
  }
  return null;
}

async function person(scratch: ScratchSpace, people: Map<string, Actor>, as: string): Promise<Actor> {
  const known = people.get(as);
  if (known) return known;
  const [role = ''] = as.split(':');
  const found = scratch.active.model.roles.get(role);
  if (!found) throw new CaseFailure('/as', `there is no role "${role}".`);
  const id = derivedId(`case person ${as}`);
  await scratch.addPerson({ id, name: as, roleId: found.id });
  const actor: Actor = { ...systemActor(scratch), kind: 'user', userId: id, name: as, roles: [role], cause: { kind: 'user' } };
  people.set(as, actor);
  return actor;
}

const systemActor = ({ tenantId }: ScratchSpace): Actor => ({
  kind: 'system',
  userId: NOBODY,
  name: 'Fieldstone',
  tenantId,
  roles: [],
  epoch: 0,
  locale: 'en',
  timeZone: 'UTC',
  currency: 'EUR',
  cause: { kind: 'pack' },
});

const contextOf = (database: Database, scratch: ScratchSpace, actor: Actor, clock: RequestContext['clock']): RequestContext => ({
  actor,
  active: scratch.active,
  data: database.data,
  clock,
  cursorKey: 'cases of packs',
  refresh: () => Promise.resolve(scratch.active),
  tx: scratch.tx,
});

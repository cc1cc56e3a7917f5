import type { PublishAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, notFound, planStale } from '../kernel/errors.js';
import { applyPlan } from '../store/apply-plan.js';
import { findPlan, type StoredPlan } from '../store/plans.js';
import { findDraft } from '../store/drafts.js';
import type { Catalog } from './catalog.js';
import { mayEdit } from './open-draft.js';

export type PublishRequest = {
  readonly space: number;
  readonly hash: string;
  /** Codes of the hazards that the publisher accepts. */
  readonly confirm: readonly string[];
  readonly publisher: string;
  readonly comment?: string;
};

/**
 * Publishes a plan that was made before.
 *
 * Errors: plan_stale when the plan, the draft or the metadata moved on; hazard_unconfirmed naming what is missing; conflict; overloaded.
 */
export async function publishPlan(catalog: Catalog, request: PublishRequest): Promise<PublishAnswer> {
  const stored = await findPlan(catalog.database, request.space, request.hash);
  if (stored === null) throw planStale();
  if (stored.draft !== null) {
    const draft = await findDraft(catalog.database.pool, request.space, request.publisher, stored.draft.id);
    if (draft === null || !mayEdit(draft, request.publisher)) throw notFound('There is no such plan of yours.');
  }
  const commented = request.comment ? { ...stored, comment: request.comment } : stored;
  const published = await publishStored(catalog, request.space, commented, request.confirm, request.publisher);
  return stored.packs ? { ...published, ...(await loadRecords(catalog)) } : published;
}

/** The packs are in; records that can not be loaded now are tried again at the next start. */
export async function loadRecords({ packRecords }: Catalog): Promise<Pick<PublishAnswer, 'data'>> {
  if (!packRecords) return {};
  try {
    return { data: { written: await packRecords.loadData() } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const issues = error.issues.map(({ path, message }) => `${path}: ${message}`).join(' ');
    return { data: { written: 0, problem: `${error.message} ${issues}`.trim() } };
  }
}

export async function publishStored(
  catalog: Catalog,
  space: number,
  stored: StoredPlan,
  confirm: readonly string[],
  publisher: string | null,
): Promise<PublishAnswer> {
  const open = stored.plan.hazards.filter((hazard) => !confirm.includes(hazard.code));
  if (open.length > 0) {
    throw new AppError('hazard_unconfirmed', 'This change needs to be confirmed.', {
      hint: 'Read what it does to the data, then name these codes in "confirm".',
      extra: { hazards: open },
    });
  }
  const published = await applyPlan(catalog.database, { space, stored, publisher });
  await catalog.activeModels.refresh(space, published.revision);
  return { revision: published.revision, pending: [...published.pending] };
}

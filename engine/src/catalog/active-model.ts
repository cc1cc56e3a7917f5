import { AppError } from '../kernel/errors.js';
import type { ActiveModel } from '../model/active.js';
import { compileModel } from '../model/compile-model.js';
import { bindingsOf } from '../planner/bindings.js';
import { headRevision, readApplied } from '../store/applied-model.js';
import type { DraftNotice } from '../store/metadata-channel.js';
import { listenForRevisions } from '../store/metadata-listener.js';
import type { Database } from '../store/open-database.js';

/** The models that this process works with. One immutable value a space, swapped in one assignment. */
export type ActiveModels = {
  /** Errors: setup_failed before the first `refresh` of the space. */
  current(space: number): ActiveModel;
  /** Loads the head revision when it is newer, and at least `atLeast`. Calls at the same time share one load. */
  refresh(space: number, atLeast?: number): Promise<ActiveModel>;
  onSwap(listener: (active: ActiveModel) => void): () => void;
  /** Hears of edited drafts, as far as the connection holds: a missed one shows when the draft is read again. */
  onDraft(listener: (notice: DraftNotice) => void): () => void;
  close(): Promise<void>;
};

const POLL_MS = 4_000;

/**
 * Follows the revisions of the spaces that were asked for.
 *
 * Shape: a notification is the quick way to hear of a revision, looking every four seconds the certain one.
 */
export function openActiveModels(database: Database, pollMs: number = POLL_MS): ActiveModels {
  const models = new Map<number, ActiveModel>();
  const loading = new Map<number, Promise<ActiveModel>>();
  const listeners = new Set<(active: ActiveModel) => void>();

  const load = async (space: number): Promise<ActiveModel> => {
    const known = models.get(space);
    if (known && (await headRevision(database.pool, space)) === known.revision) return known;
    const applied = await readApplied(database, space);
    const compiled = compileModel(applied.sources);
    if (!compiled.ok) {
      throw new AppError('setup_failed', `Revision ${applied.revision} of the metadata can not be read by this version.`, {
        issues: compiled.issues,
        hint: 'Start the version that published it.',
      });
    }
    const active: ActiveModel = { space, revision: applied.revision, model: compiled.model, bindings: bindingsOf(space, applied.bindings) };
    // A slow load must not take a newer one back.
    if ((models.get(space)?.revision ?? -1) < active.revision) {
      models.set(space, active);
      for (const listener of listeners) listener(active);
    }
    return models.get(space) ?? active;
  };

  const refresh = async (space: number, atLeast = 0): Promise<ActiveModel> => {
    for (let hasWaited = false; ; hasWaited = true) {
      const running = loading.get(space);
      const mine = running ?? load(space).finally(() => loading.delete(space));
      if (!running) loading.set(space, mine);
      const active = await mine;
      // A load that was under way may have looked before the revision was there, so it does not answer this call: the next one does.
      if (!running || hasWaited || (atLeast > 0 && active.revision >= atLeast)) return active;
    }
  };

  const look = (): void => {
    for (const space of models.keys()) {
      refresh(space).catch((error: unknown) =>
        database.config.logger.warn({ error: String(error), space }, 'the newest metadata could not be loaded'),
      );
    }
  };
  const draftListeners = new Set<(notice: DraftNotice) => void>();
  const listener = listenForRevisions(database, look, (notice) => {
    for (const hear of draftListeners) hear(notice);
  });
  const timer = setInterval(look, pollMs);
  timer.unref();

  return {
    current(space) {
      const active = models.get(space);
      if (!active) throw new AppError('setup_failed', 'No metadata has been published yet.');
      return active;
    },
    refresh,
    onSwap(added) {
      listeners.add(added);
      return () => listeners.delete(added);
    },
    onDraft(added) {
      draftListeners.add(added);
      return () => draftListeners.delete(added);
    },
    async close() {
      clearInterval(timer);
      await listener.close();
      await Promise.allSettled(loading.values());
    },
  };
}

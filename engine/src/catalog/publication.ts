import type { PublicationAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, notFound } from '../kernel/errors.js';
import { cancelPublication, openSteps, readProgress, readPublication, type Publication } from '../store/publications.js';
import type { Catalog } from './catalog.js';
import { INSTALLATION } from './versions.js';

/** The last publish with the state of each step: what a screen shows while it runs, also after it was loaded again. */
export async function showPublication({ database }: Catalog, space: number): Promise<PublicationAnswer> {
  const found = await readPublication(database, space);
  if (found === null) throw notFound('Nothing has been published yet.');
  const revision = found.baseRevision + 1;
  const [progress, open] = await Promise.all([readProgress(database, space, revision), openSteps(database, space, revision)]);
  return {
    plan: found.hash,
    revision,
    state: found.state,
    by: found.publisherName ?? INSTALLATION,
    error: found.error,
    startedAt: found.startedAt,
    endedAt: found.endedAt,
    packs: [...found.packs],
    steps: found.steps.map(({ sql, phase, lock, batch }, index) => {
      const state = stateOf(found, index, open);
      const seen = progress.get(index + 1);
      const total = Math.max(batch?.rows ?? 0, seen?.seen ?? 0);
      return { sql, phase, lock, state, ...(batch ? { rows: { done: state === 'done' ? total : (seen?.seen ?? 0), total } } : {}) };
    }),
  };
}

type StepState = PublicationAnswer['steps'][number]['state'];

function stateOf({ state, step, steps }: Publication, index: number, open: ReadonlyMap<number, string | null>): StepState {
  if (state === 'failed' || state === 'undoing') return index === step ? 'failed' : 'waiting';
  if (state === 'running') {
    const isTogether = steps[step]?.phase === 'TX' && steps[index]?.phase === 'TX';
    return index < step ? 'done' : index === step || isTogether ? 'running' : 'waiting';
  }
  if (!open.has(index + 1)) return 'done';
  if (open.get(index + 1) !== null) return 'failed';
  return state === 'live' && index === step ? 'running' : 'waiting';
}

/**
 * Asks a publish to stop. What it made so far is taken back.
 *
 * Errors: conflict when there is none, or when it is live already.
 */
export async function stopPublication({ database }: Catalog, space: number): Promise<void> {
  if (await cancelPublication(database, space)) return;
  throw new AppError('conflict', 'There is nothing to stop: no publish is on its way to the switch.');
}

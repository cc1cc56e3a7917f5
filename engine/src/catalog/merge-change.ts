import type { PackContent } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { mergePacks, type PackMerge } from '../planner/merge-packs.js';
import type { Database } from '../store/open-database.js';
import type { PackChange } from './pack-change.js';
import { shippedBefore, type PackState } from './pack-state.js';

/** All packs as they will be. Those without kept content are left out: they stay as they are. */
export function packsAfter({ contents }: PackState, { install, remove }: Pick<PackChange, 'install' | 'remove'>): PackContent[] {
  const coming = new Map(install.map((pack) => [pack.name, pack]));
  const staying = [...contents.values()].filter((pack) => !coming.has(pack.name) && !remove.includes(pack.name));
  return [...staying, ...install];
}

/**
 * What becomes of the documents of a space when its packs change.
 *
 * Shape: `next` are the packs as they will be, `theirs` what they ship together.
 */
export async function mergeChange(
  database: Database,
  state: PackState,
  change: Pick<PackChange, 'space' | 'install' | 'remove' | 'decisions'>,
  next: readonly PackContent[],
  theirs: readonly SourceDocument[],
): Promise<PackMerge> {
  const base = await shippedBefore(database, change.space, state, next);
  const unknown = withoutContent(state, change);
  return mergePacks({
    base,
    theirs: [...theirs, ...base.filter(({ origin }) => unknown.has(origin))],
    mine: state.applied.sources,
    removed: new Set(change.remove),
    decisions: change.decisions ?? [],
    remembered: state.decisions,
  });
}

/** Packs that stay as they are and whose content was not kept. */
function withoutContent(
  { installed, contents }: PackState,
  { install, remove }: Pick<PackChange, 'install' | 'remove'>,
): ReadonlySet<string> {
  const isKnown = (name: string) => contents.has(name) || remove.includes(name) || install.some((pack) => pack.name === name);
  return new Set(installed.map(({ pack }) => pack).filter((name) => !isKnown(name)));
}

import type { PackConflict, PackNote, PackPlanAnswer, PackResolution } from '@fieldstone/metadata/types/wire.js';

/** What somebody can decide about: a conflict, or looks where theirs stays by itself. */
export type Choosable = Pick<PackConflict, 'element' | 'kind' | 'name' | 'path' | 'base' | 'yours' | 'theirs'>;
export type Chosen = ReadonlyMap<string, PackResolution>;

export const keyOf = ({ element, path }: { element: string; path: string }): string => `${element} ${path}`;

export const looksOf = (note: PackNote): Choosable[] => (note.choice === undefined ? [] : [{ ...note, ...note.choice }]);

/**
 * Decisions that are not published yet, kept in the browser until they are: a page that is left or loaded again has them still.
 *
 * Shape: each with the values it was about; it counts only as long as they are the same.
 */
type Kept = { readonly about: string; readonly resolution: PackResolution };

const placeFor = ({ packs, action }: PackPlanAnswer): string =>
  `fieldstone.pack ${action} ${packs.map(({ name, to }) => `${name}@${to ?? ''}`).join(' ')}`;
const aboutOf = ({ base, yours, theirs }: Pick<Choosable, 'base' | 'yours' | 'theirs'>): string => JSON.stringify([base, yours, theirs]);
const choosables = ({ conflicts, notes }: PackPlanAnswer): Choosable[] => [...conflicts, ...notes.flatMap(looksOf)];

export function keepChoices(plan: PackPlanAnswer, chosen: Chosen): void {
  const kept = choosables(plan).flatMap((one): Kept[] => {
    const resolution = chosen.get(keyOf(one));
    return resolution === undefined ? [] : [{ about: aboutOf(one), resolution }];
  });
  if (kept.length === 0) localStorage.removeItem(placeFor(plan));
  else localStorage.setItem(placeFor(plan), JSON.stringify(kept));
}

export const forgetChoices = (plan: PackPlanAnswer): void => localStorage.removeItem(placeFor(plan));

/** What was chosen before and is still about the same. */
export function keptChoices(plan: PackPlanAnswer): Chosen {
  const kept = new Map(read(placeFor(plan)).map((one) => [keyOf(one.resolution), one]));
  return new Map(
    choosables(plan).flatMap((one) => {
      const found = kept.get(keyOf(one));
      return found?.about === aboutOf(one) ? [[keyOf(one), found.resolution] as const] : [];
    }),
  );
}

function read(place: string): readonly Kept[] {
  try {
    // Written by keepChoices; of a browser where somebody wrote something else, nothing is taken.
    const kept = JSON.parse(localStorage.getItem(place) ?? '[]') as unknown;
    return Array.isArray(kept) ? (kept as readonly Kept[]).filter((one) => typeof one?.resolution?.element === 'string') : [];
  } catch {
    return [];
  }
}

/** How a property is to be decided: what was chosen on this page, else what the plan says. */
export function takeOf(plan: PackPlanAnswer, chosen: Chosen, one: Choosable): 'yours' | 'theirs' | 'value' | undefined {
  const here = chosen.get(keyOf(one));
  if (here !== undefined) return here.take;
  const conflict = plan.conflicts.find((candidate) => keyOf(candidate) === keyOf(one));
  if (conflict !== undefined) return conflict.decision ?? undefined;
  return plan.notes.find((note) => keyOf(note) === keyOf(one))?.choice?.decision;
}

export const openOnes = (plan: PackPlanAnswer, chosen: Chosen): PackConflict[] =>
  plan.conflicts.filter((conflict) => takeOf(plan, chosen, conflict) === undefined);

/** Whether two sets of decisions say the same. */
export const isSame = (a: readonly PackResolution[], b: readonly PackResolution[]): boolean => text(a) === text(b);
const text = (list: readonly PackResolution[]): string => JSON.stringify([...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));

import { isInRange } from './check-pack-set.js';
import { packsByNeeds, type PackContent } from './pack-content.js';

type Installed = { readonly version: string; readonly needs: Readonly<Record<string, string>> };

/**
 * New versions of packs, each with those it can not come without; in the order of their needs. Any of these groups can come alone.
 *
 * Shape: two packs belong together when one of them needs the other in a version that is not the installed one, or when what is installed of
 *        one of them does not go with the new version of the other.
 */
export function packGroups(wanted: readonly PackContent[], installed: ReadonlyMap<string, Installed>): PackContent[][] {
  const { ordered } = packsByNeeds(wanted);
  const isApart = (needing: PackContent, needed: PackContent): boolean => {
    const range = needing.document.needs?.[needed.name];
    const now = installed.get(needed.name);
    const comesAlone = range === undefined || (now !== undefined && isInRange(now.version, range));
    const rangeNow = installed.get(needing.name)?.needs[needed.name];
    return comesAlone && (rangeNow === undefined || isInRange(needed.version, rangeNow));
  };
  let groups: PackContent[][] = [];
  for (const pack of ordered) {
    const isTied = (group: readonly PackContent[]) => group.some((other) => !isApart(pack, other) || !isApart(other, pack));
    const tied = groups.filter(isTied);
    const rest = groups.filter((group) => !tied.includes(group));
    groups = tied.length === 0 ? [...groups, [pack]] : [...rest, [...tied.flat(), pack]];
  }
  return groups;
}

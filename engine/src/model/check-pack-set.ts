import semver from 'semver';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { packsByNeeds, type PackContent } from './pack-content.js';

type Pack = Pick<PackContent, 'name' | 'version' | 'document'>;

/** Whether a version is in a range such as ^1.2.0. A range that is none accepts nothing. */
export const isInRange = (version: string, range: string): boolean => semver.satisfies(version, range);
/** What is no version is not older: its shape is refused elsewhere. */
export const isOlder = (version: string, than: string): boolean =>
  semver.valid(version) !== null && semver.valid(than) !== null && semver.lt(version, than);

/**
 * Whether packs fit together: what each needs is there, in a version it accepts, and none needs itself.
 *
 * Shape: `available` are packs that could be installed, to say what to do. Every issue, with what to do about it.
 */
export function checkPackSet(packs: readonly Pack[], available: readonly Pack[] = []): Issue[] {
  const issues: Issue[] = [];
  const there = new Map(packs.map((pack) => [pack.name, pack]));
  const names = new Set([...there.keys(), ...available.map((pack) => pack.name)]);
  for (const pack of packs) {
    for (const [name, range] of Object.entries(pack.document.needs ?? {})) {
      const at = { file: `${pack.name}/pack.json`, path: pointer('needs', name) };
      if (semver.validRange(range) === null) {
        issues.push({ ...at, code: 'bad_range', message: `"${range}" is no range of versions; write ^1.2.0, ~1.2.0 or >=1.2.0 <3.0.0.` });
        continue;
      }
      const found = there.get(name);
      const offered = available.find((other) => other.name === name && isInRange(other.version, range));
      if (!found) {
        const what = offered ? ` Install it first: ${offered.version} is available.` : didYouMean(name, names);
        issues.push({ ...at, code: 'unknown_pack', message: `${pack.name} needs the pack "${name}" ${range}, which is not there.${what}` });
      } else if (!isInRange(found.version, range)) {
        const what = offered ? ` Upgrade it first: ${offered.version} is available.` : '';
        const message = `${pack.name} ${pack.version} needs "${name}" ${range}; there is ${found.version}.${what}`;
        issues.push({ ...at, code: 'wrong_version', message });
      }
    }
  }
  const { circle } = packsByNeeds(packs);
  if (circle) {
    const message = `These packs need each other in a circle: ${circle.join(' → ')}.`;
    issues.push({ file: `${circle[0] ?? ''}/pack.json`, path: '/needs', code: 'circle', message });
  }
  return issues;
}

import { describe, expect, it } from 'vitest';
import { packContents, type PackContent } from './pack-content.js';
import { packGroups } from './pack-groups.js';

type Needs = Record<string, string>;
const pack = (name: string, version: string, needs: Needs = {}): PackContent => {
  const [content] = packContents([{ origin: name, document: { kind: 'pack', name, label: name, version, needs } }]);
  if (!content) throw new Error('a pack stays a pack');
  return content;
};
const groups = (wanted: PackContent[], installed: Record<string, [version: string, needs?: Needs]>) =>
  packGroups(wanted, new Map(Object.entries(installed).map(([name, [version, needs = {}]]) => [name, { version, needs }]))).map((group) =>
    group.map(({ name }) => name),
  );

describe('packs that have to come together', () => {
  const [base, sales] = [pack('base', '1.1.0'), pack('sales', '1.1.0', { base: '^1.0.0' })];

  it.each<[string, PackContent[], Record<string, [string, Needs?]>, string[][]]>([
    [
      'each alone, those that are needed first',
      [sales, base],
      { base: ['1.0.0'], sales: ['1.0.0', { base: '^1.0.0' }] },
      [['base'], ['sales']],
    ],
    [
      'one that needs the new version of the other',
      [base, pack('sales', '1.1.0', { base: '^1.1.0' })],
      { base: ['1.0.0'], sales: ['1.0.0', { base: '^1.0.0' }] },
      [['base', 'sales']],
    ],
    [
      'one whose installed version does not go with the new one',
      [pack('base', '2.0.0'), pack('sales', '2.0.0', { base: '>=1.0.0 <3.0.0' })],
      { base: ['1.0.0'], sales: ['1.0.0', { base: '^1.0.0' }] },
      [['base', 'sales']],
    ],
    ['one that needs what is not there yet', [sales, base], {}, [['base', 'sales']]],
    [
      'two that are tied by a third',
      [pack('both', '1.0.0', { left: '^2.0.0', right: '^2.0.0' }), pack('left', '2.0.0'), pack('right', '2.0.0'), pack('other', '1.0.0')],
      { left: ['1.0.0'], right: ['1.0.0'] },
      [['other'], ['left', 'right', 'both']],
    ],
  ])('%s', (_name, wanted, installed, expected) => {
    const found = groups(wanted, installed);
    expect(found.sort()).toEqual(expected.sort());
    expect(found.flat().sort()).toEqual(wanted.map(({ name }) => name).sort());
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENT = join(ROOT, 'docs/invariants.md');

/** "invariant 7", "invariants 7 and 8", "invariants 15, 16 and 17" at the beginning of a title. */
const TITLE = /['"`]invariants? ((?:\d+(?:, | and )?)+):? /g;

/** Test files by the invariants that their titles name. */
function testsByNumber(): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const folder of ['engine', 'metadata']) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.test.ts') && !file.includes('node_modules'),
    );
    for (const file of files.toSorted()) {
      const path = join(ROOT, folder, file);
      for (const [, numbers = ''] of readFileSync(path, 'utf8').matchAll(TITLE)) {
        for (const number of numbers.match(/\d+/g) ?? []) {
          const files = found.get(Number(number)) ?? [];
          const name = relative(ROOT, path).replaceAll('\\', '/');
          if (!files.includes(name)) found.set(Number(number), [...files, name]);
        }
      }
    }
  }
  return found;
}

it('every invariant of docs/invariants.md has a test that names it, where the document says', () => {
  const tests = testsByNumber();
  const rows = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^\| (\d+) +\|[^|]*\|([^|]*)\|$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  for (const [, number = '', files = ''] of rows) {
    const named = [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    expect(named, number).not.toEqual([]);
    for (const file of named) expect(tests.get(Number(number)) ?? [], `${number} in ${file ?? ''}`).toContain(file);
  }
});

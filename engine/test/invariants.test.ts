import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
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

it('every invariant of docs/invariants.md has a test that names it, and the document says where', async () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const tests = testsByNumber();
  const untested: string[] = [];
  const written = text.replace(/^\| (\d+) +\|([^|]*)\|[^|]*\|$/gm, (row, number: string, what: string) => {
    const files = tests.get(Number(number)) ?? [];
    if (files.length === 0) untested.push(row);
    return `| ${number} |${what}| ${files.map((file) => `\`${file}\``).join('<br>')} |`;
  });
  expect(untested).toEqual([]);
  const options = JSON.parse(readFileSync(join(ROOT, '.prettierrc.json'), 'utf8')) as object;
  await expect(await format(written, { parser: 'markdown', ...options })).toMatchFileSnapshot(DOCUMENT);
});

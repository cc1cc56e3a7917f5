// Weighs the built runtime: what a page loads, minified and compressed. Budgets are in KB (1000 bytes) of gzip -9.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './lib/build.mjs';

const assets = join(root, 'runtime-ui/dist/assets');

/** Name of the chunk (without hash) to its budget. A route's parts are summed; a part that several routes share is weighed by itself. */
const budgets = [
  { name: 'entry', limit: 110, parts: ['shell'], kind: 'js' },
  { name: 'styles', limit: 15, parts: ['shell'], kind: 'css' },
  { name: 'list', limit: 20, parts: ['fs-object-page'], kind: 'js' },
  { name: 'board', limit: 12, parts: ['fs-board'], kind: 'js' },
  // The condition language is part of it.
  { name: 'record', limit: 30, parts: ['record'], kind: 'js' },
  { name: 'field editors', limit: 30, parts: ['editors'], kind: 'js' },
  { name: 'formulas in forms', limit: 10, parts: ['formulas'], kind: 'js' },
  // Only where such a field is edited.
  { name: 'rich text', limit: 125, parts: ['rich-text-dialog'], kind: 'js' },
  { name: 'forms', limit: 8, parts: ['forms'], kind: 'js' },
  { name: 'history and timeline', limit: 10, parts: ['history'], kind: 'js' },
  { name: 'several records', limit: 6, parts: ['bulk'], kind: 'js' },
  { name: 'undo and recycle bin', limit: 6, parts: ['undo'], kind: 'js' },
  { name: 'deleting for good', limit: 4, parts: ['purge'], kind: 'js' },
  { name: 'merging', limit: 5, parts: ['merge'], kind: 'js' },
  { name: 'rights of a record', limit: 8, parts: ['rights'], kind: 'js' },
  { name: 'form of an action', limit: 4, parts: ['actions'], kind: 'js' },
  { name: 'search', limit: 10, parts: ['search'], kind: 'js' },
  // Fetched by those who read it.
  { name: 'German', limit: 6, parts: ['de'], kind: 'js' },
];

const files = readdirSync(assets).map((file) => {
  const [, name = file, kind = ''] = /^(.+?)-[A-Za-z0-9_-]{8}[.](js|css|svg)$/.exec(file) ?? [];
  return { file, name, kind, size: gzipSync(readFileSync(join(assets, file)), { level: 9 }).length / 1000 };
});

let failed = 0;
const weighed = new Set();
for (const { name, limit, parts, kind } of budgets) {
  const found = files.filter((file) => file.kind === kind && parts.includes(file.name));
  for (const { file } of found) weighed.add(file);
  const size = found.reduce((sum, file) => sum + file.size, 0);
  const isMissing = parts.some((part) => !found.some((file) => file.name === part));
  if (size > limit || isMissing) failed += 1;
  console.log(`${size > limit || isMissing ? '✗' : '✓'} ${name}: ${isMissing ? 'a part is missing' : `${size.toFixed(1)} of ${limit} KB`}`);
}
// A chunk that no budget names would grow unseen.
const others = files.filter(({ file, kind }) => kind === 'js' && !weighed.has(file));
// A route is one file: every further one is a request more when it is opened.
const rest = others.reduce((sum, file) => sum + file.size, 0);
if (rest > 2) failed += 1;
console.log(`${rest > 2 ? '✗' : '✓'} other chunks: ${rest.toFixed(1)} of 2 KB (${others.map(({ name }) => name).join(', ')})`);
process.exit(failed > 0 ? 1 : 0);

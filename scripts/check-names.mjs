// Proves that the platform does not know the CRM: no object of a pack is named in TypeScript.
//
// What counts: identifiers (any run of words of a camelCase or snake_case name) and strings that look like code (no white space: 'deal',
// 'deal.amount', '/records/deal'). Comments and sentences are for people and may say "account" or "lead".
// Generated and test files are left out: tests use the real packs.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const roots = ['engine/src', 'studio/src', 'runtime-ui/src', 'metadata/language', 'metadata/types', 'plugins'];

/**
 * Words that programs use for other things, allowed in identifiers (never as a string): a callback that notes an error, the pipeline mode of
 * the database driver, the activity of a connection, the contact point of a drag, an account of the operating system.
 */
const genericInIdentifiers = new Set(['note', 'pipeline', 'activity', 'contact', 'account']);

async function filesUnder(folder, wanted) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((e) => e.isFile() && wanted(e.name))
    .map((e) => join(e.parentPath, e.name))
    .filter((file) => !/[\\/](node_modules|dist|test)[\\/]/.test(file));
}

const names = new Set();
for (const file of await filesUnder('metadata/packs', (name) => name.endsWith('.json'))) {
  if (/[\\/]objects[\\/]/.test(file)) names.add(JSON.parse(await readFile(file, 'utf8')).name);
}
if (names.size < 5) {
  console.error('found hardly any object in metadata/packs: is this the root of the repository?');
  process.exit(2);
}

const plural = (name) => (name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`);
const forms = new Map([...names].flatMap((name) => [name, plural(name)].map((form) => [form, name])));
const longest = Math.max(...[...forms.keys()].map((form) => form.split('_').length));

/** The object an identifier names, if any: leadScore, deal_id, PRICE_BOOKS. */
function namedIn(identifier) {
  const words = identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_$]+/)
    .filter(Boolean);
  for (let size = longest; size >= 1; size--) {
    for (let at = 0; at + size <= words.length; at++) {
      const form = words.slice(at, at + size).join('_');
      const name = forms.get(form);
      if (name && !genericInIdentifiers.has(name)) return name;
    }
  }
  return undefined;
}

/** The object a code-like string names, if any. */
const namedInText = (text) =>
  /^[\w./:#-]+$/.test(text)
    ? text
        .split(/[./:#]/)
        .map((part) => forms.get(part))
        .find(Boolean)
    : undefined;

let files = 0;
const found = [];
for (const root of roots) {
  for (const file of await filesUnder(root, (name) => /[.]tsx?$/.test(name) && !/[.]test[.]tsx?$|[.]d[.]ts$/.test(name))) {
    files += 1;
    const source = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      const name = ts.isIdentifier(node)
        ? namedIn(node.text)
        : ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isJsxText(node)
          ? namedInText(node.text.trim())
          : undefined;
      if (name) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push(`${file}:${line + 1} names the pack object "${name}": ${node.getText(source).slice(0, 80)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
}
for (const line of found) console.error(line);
console.log(`names: ${names.size} pack objects looked for in ${files} files, ${found.length} found`);
if (files < 10) {
  console.error('expected at least 10 source files');
  process.exit(2);
}
process.exit(found.length ? 1 : 0);

// Makes docs/reference from metadata/schema: one page for every kind of document. With --check it only says whether a page is stale.
// Examples are documents of the shipped packs, checked against their schema before they are shown.
import { createRequire } from 'node:module';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const engine = createRequire(new URL('../engine/package.json', import.meta.url));
const { Ajv2020 } = engine('ajv/dist/2020.js');
const schemas = 'metadata/schema';
const packs = 'metadata/packs';
const target = 'docs/reference';
const MAX_EXAMPLE = 1_800;

const json = async (file) => JSON.parse(await readFile(file, 'utf8'));
const all = new Map();
for (const file of (await readdir(schemas)).sort()) all.set(file, await json(join(schemas, file)));
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
for (const schema of all.values()) ajv.addSchema(schema);
const kinds = [...all]
  .filter(([, schema]) => schema.properties?.kind?.const !== undefined)
  .map(([file, schema]) => ({ file, schema, kind: schema.properties.kind.const }));
const fieldTypes = all.get('field.schema.json').properties.type.enum;

/** A reference into the same schema or another one, followed. */
function resolved(node, root) {
  if (typeof node.$ref !== 'string') return node;
  const [file, path = ''] = node.$ref.split('#');
  const start = file === '' ? root : all.get(file);
  const found = path
    .split('/')
    .filter(Boolean)
    .reduce((at, step) => at?.[step], start);
  return { ...found, ...node, $ref: undefined, title: found?.title ?? node.title };
}

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function typeOf(node, root) {
  if (node.$ref === 'condition.schema.json') return '[condition](../conditions.md)';
  const at = resolved(node, root);
  if (at.const !== undefined) return code(at.const);
  if (at.oneOf ?? at.anyOf) return (at.oneOf ?? at.anyOf).map((each) => typeOf(each, root)).join(' or ');
  if (at.type === 'array') return `list of ${at.items ? typeOf(at.items, root) : 'anything'}`;
  if (at.enum) return 'one of the values below';
  if (at.type === 'object' && typeof at.additionalProperties === 'object' && !at.properties)
    return `object of ${typeOf(at.additionalProperties, root)}`;
  if (Array.isArray(at.type)) return at.type.join(' or ');
  return at.type ?? 'any JSON';
}

function limitsOf(node, root) {
  const at = resolved(node, root);
  const parts = [];
  const range = (low, high, what) => {
    if (low !== undefined && high !== undefined) parts.push(`${low} to ${high} ${what}`.trim());
    else if (low !== undefined) parts.push(`at least ${low} ${what}`.trim());
    else if (high !== undefined) parts.push(`at most ${high} ${what}`.trim());
  };
  if (at.enum) parts.push(at.enum.map(code).join(', '));
  if (at.items?.enum) parts.push(at.items.enum.map(code).join(', '));
  range(at.minLength, at.maxLength, 'characters');
  range(at.minItems, at.maxItems, 'entries');
  range(at.minimum, at.maximum, '');
  if (at.pattern) parts.push(`form ${code(at.pattern)}`);
  if (at.uniqueItems) parts.push('each once');
  if (at.default !== undefined) parts.push(`left out: ${code(at.default)}`);
  return parts.join('; ');
}

/** "text, email: greatest length" says which types of field use a property; a note in brackets is kept. */
function splitUse(description = '') {
  const at = description.indexOf(': ');
  const parts = at < 0 ? [] : description.slice(0, at).split(/, *(?![^(]*\))/);
  const types = parts.map((part) => part.replace(/ *\(.*\)$/, ''));
  if (types.length === 0 || !types.every((type) => fieldTypes.includes(type))) return { uses: [], text: description };
  const text = description.slice(at + 2);
  return { uses: parts.map((part) => part.replace(/^[a-z_]+/, code)), text: text.charAt(0).toUpperCase() + text.slice(1) };
}

/** Rows of a table for the properties of an object, those of its parts below it. */
function rowsOf(node, root, path, isField) {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    if (name === '$schema') return [];
    const at = resolved(property, root);
    const { uses, text } = isField ? splitUse(at.description) : { uses: [], text: at.description ?? '' };
    const where = path === '' ? name : `${path}.${name}`;
    const about = [text, ...(uses.length > 0 ? [`Used by ${uses.join(', ')}.`] : [])].join(' ');
    const row = `| \`${where}\` | ${cell(typeOf(property, root))}${required.has(name) ? ', required' : ''} | ${cell(about)} | ${cell(limitsOf(property, root))} |`;
    if (property.$ref === 'condition.schema.json') return [row];
    const inner = at.type === 'array' && at.items ? resolved(at.items, root) : at;
    const suffix = at.type === 'array' ? '[]' : '';
    const below =
      inner !== undefined && inner.properties && where.split('.').length < 6 ? rowsOf(inner, root, `${where}${suffix}`, false) : [];
    const map = at.type === 'object' && typeof at.additionalProperties === 'object' ? resolved(at.additionalProperties, root) : undefined;
    return [row, ...below, ...(map?.properties ? rowsOf(map, root, `${where}.<name>`, false) : [])];
  });
}

async function examples() {
  const found = new Map();
  for (const entry of (await readdir(packs, { withFileTypes: true, recursive: true })).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const file = join(entry.parentPath, entry.name).replaceAll('\\', '/');
    const text = await readFile(file, 'utf8');
    const document = JSON.parse(text);
    if (document.kind === undefined) continue;
    // The most telling one that is still read at a glance.
    const weight = text.length > MAX_EXAMPLE ? -text.length : Object.keys(document).length * 1_000 + text.length;
    if (weight > (found.get(document.kind)?.weight ?? -Infinity)) found.set(document.kind, { weight, file, text, document });
  }
  return found;
}

const shown = await examples();
const pages = new Map();
for (const { file, schema, kind } of kinds) {
  const example = shown.get(kind);
  if (example) {
    const fits = ajv.getSchema(schema.$id);
    if (!fits(example.document)) throw new Error(`${example.file} does not fit ${file}: ${JSON.stringify(fits.errors)}`);
  }
  const body = [
    `# ${kind}`,
    '',
    schema.description,
    '',
    `Schema: [\`${schemas}/${file}\`](../../${schemas}/${file}). Made from it by \`npm run generate\`.`,
    '',
    '| property | type | what it is | values |',
    '| --- | --- | --- | --- |',
    ...rowsOf(schema, schema, '', kind === 'field'),
    ...(example
      ? ['', '## Example', '', `From [\`${example.file}\`](../../${example.file}):`, '', '```json', example.text.trim(), '```']
      : []),
    '',
  ];
  pages.set(`${kind}.md`, body.join('\n'));
}
pages.set(
  'README.md',
  [
    '# Reference of metadata',
    '',
    'Every kind of document and every property, made from the JSON Schemas that editors check files against.',
    '',
    '| kind | what it is |',
    '| --- | --- |',
    ...kinds.map(({ kind, schema }) => `| [${kind}](${kind}.md) | ${cell(schema.description)} |`),
    '',
  ].join('\n'),
);

const isCheck = process.argv.includes('--check');
const options = { ...(await resolveConfig('docs/reference/README.md')), parser: 'markdown' };
const stale = [];
await mkdir(target, { recursive: true });
for (const [name, text] of pages) {
  const file = join(target, name);
  const made = await format(text, options);
  if ((await readFile(file, 'utf8').catch(() => '')) === made) continue;
  if (isCheck) stale.push(file);
  else await writeFile(file, made);
}
for (const name of await readdir(target)) {
  if (pages.has(name)) continue;
  if (isCheck) stale.push(join(target, name));
  else await rm(join(target, name));
}
if (stale.length > 0) {
  console.error(`${stale.join(', ')}: stale; run \`npm run generate\``);
  process.exit(1);
}
console.log(`reference: ${pages.size} pages`);

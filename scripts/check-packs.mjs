// Checks of pack files that a compiled model can not make: the schema an editor finds, where a file lies, the shape of recipes.
// That the documents fit together is a test: engine/src/model/compile-model.test.ts.
import { createRequire } from 'node:module';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

const engine = createRequire(new URL('../engine/package.json', import.meta.url));
const { Ajv2020 } = engine('ajv/dist/2020.js');
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
const schemas = 'metadata/schema';
const packs = 'metadata/packs';

/** Where a document of a kind belongs, below the folder of its pack. Data files and recipes are named as their author likes. */
const PLACES = {
  pack: () => 'pack.json',
  object: (d) => `objects/${d.name}.json`,
  field: (d) => `fields/${d.object}/${d.name}.json`,
  layout: (d) => `layouts/${d.object}.${d.name}.json`,
  view: (d) => `views/${d.object}.${d.name}.json`,
  action: (d) => `actions/${d.object}.${d.name}.json`,
  validation: (d) => `validations/${d.object}.${d.name}.json`,
  record_type: (d) => `record-types/${d.object}.${d.name}.json`,
  process: (d) => `processes/${d.object}.${d.name}.json`,
  role: (d) => `roles/${d.name}.json`,
  permission: (d) => `permissions/${d.role}.${d.object}.json`,
  app: (d) => `apps/${d.name}.json`,
  workflow: (d) => `workflows/${d.name}.json`,
  template: (d) => `templates/${d.name}.json`,
  translation: (d) => `translations/${d.locale}/${d.name}.json`,
  case: (d) => `cases/${d.name}.json`,
  override: (d) => `overrides/${d.of}.${d.name ?? d.element}.json`,
};

for (const file of await readdir(schemas)) ajv.addSchema(JSON.parse(await readFile(join(schemas, file), 'utf8')));
const problems = [];
let files = 0;
for (const entry of await readdir(packs, { withFileTypes: true, recursive: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
  files += 1;
  const file = join(entry.parentPath, entry.name);
  const document = JSON.parse(await readFile(file, 'utf8'));
  const schema = resolve(schemas, `${document.kind}.schema.json`);
  const fits = ajv.getSchema(`https://fieldstone.dev/schema/v1/${document.kind}.schema.json`);
  if (!fits) {
    problems.push(`${file}: there is no kind "${document.kind}"`);
    continue;
  }
  if (typeof document.$schema !== 'string' || resolve(dirname(file), document.$schema) !== schema) {
    problems.push(`${file}: "$schema" should be "${relative(dirname(file), schema).replaceAll(sep, '/')}"`);
  }
  if (!fits(document)) for (const error of fits.errors) problems.push(`${file}${error.instancePath}: ${error.message}`);
  const [pack, ...rest] = relative(packs, file).split(sep);
  const place = PLACES[document.kind]?.(document);
  if (place && place !== rest.join('/')) problems.push(`${file}: belongs at ${packs}/${pack}/${place}`);
}
for (const problem of problems) console.error(problem);
console.log(`packs: ${files} files, ${problems.length} problems`);
process.exit(problems.length > 0 || files === 0 ? 1 : 0);

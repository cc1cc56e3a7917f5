// Makes metadata/types/documents.ts from metadata/schema/*.schema.json. With --check it only says whether the file is stale.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';

const target = 'metadata/types/documents.ts';
/** Schemas of what is not a metadata document: conditions are part of documents, change sets hold them, the others only feed demo records. */
const notDocuments = ['change_set', 'condition', 'lists', 'recipe', 'users'].map((name) => `${name}.schema.json`);
const files = (await readdir('metadata/schema')).filter((f) => f.endsWith('.schema.json') && !notDocuments.includes(f)).sort();
/** Parts of a pack that are no elements of a model: they change other elements, or prove something about them. */
const besideDocuments = new Set(['case', 'override']);
const parts = [];
const kinds = [];

/** Conditions have one shape everywhere: their own type, not a copy in each document. */
const withConditionType = (node) => {
  if (Array.isArray(node)) return node.map(withConditionType);
  if (node === null || typeof node !== 'object') return node;
  if (node.$ref === 'condition.schema.json') return { description: node.description, tsType: 'ConditionJson' };
  // A definition of the schema is one type, wherever it is used and whatever is said of it there.
  if (typeof node.$ref === 'string' && node.$ref.startsWith('#/')) return { $ref: node.$ref };
  // A property of any JSON type, such as the default of a field.
  if (typeof node.description === 'string' && Object.keys(node).length === 1) return { ...node, tsType: 'unknown' };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withConditionType(value)]));
};
for (const file of files) {
  const schema = JSON.parse(await readFile(`metadata/schema/${file}`, 'utf8'));
  const kind = schema.properties.kind.const;
  if (!besideDocuments.has(kind)) kinds.push({ kind, type: schema.title });
  parts.push(
    await compile(withConditionType(schema), schema.title, {
      bannerComment: '',
      additionalProperties: false,
      format: false,
      ignoreMinAndMaxItems: true,
    }),
  );
}
const source = `// Generated from metadata/schema by scripts/generate-types.mjs: edit the schemas, then run \`npm run generate\`.

/** A condition or expression as it stands in JSON; metadata/language parses it. */
export type ConditionJson = { [operator: string]: unknown };

${parts.join('\n')}

/** Document type by kind. */
export type DocumentByKind = { ${kinds.map((k) => `${k.kind}: ${k.type}`).join('; ')} };

export type DocumentKind = keyof DocumentByKind;
export type MetadataDocument = DocumentByKind[DocumentKind];

export const DOCUMENT_KINDS: readonly DocumentKind[] = [${kinds.map((k) => `'${k.kind}'`).join(', ')}];
`;
const made = await format(source, { ...(await resolveConfig(target)), parser: 'typescript' });
const present = await readFile(target, 'utf8').catch(() => '');
if (process.argv.includes('--check')) {
  if (present !== made) {
    console.error(`${target} is stale: run \`npm run generate\``);
    process.exit(1);
  }
} else if (present !== made) {
  await writeFile(target, made);
}

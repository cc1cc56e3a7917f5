import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { nearest } from '@fieldstone/metadata/language/nearest.js';
import { metadataInvalid, type Issue } from '../kernel/errors.js';
import type { SourceDocument } from './types.js';

/** Folders of a pack that hold elements. Whatever else a pack ships beside them (recipes of demo records, pictures) is not metadata. */
const ELEMENT_FOLDERS = [
  'apps',
  'data',
  'fields',
  'layouts',
  'objects',
  'permissions',
  'processes',
  'record-types',
  'roles',
  'templates',
  'translations',
  'validations',
  'views',
  'workflows',
] as const;

/**
 * Reads every pack of a folder: one sub-folder a pack, one JSON file an element.
 *
 * Shape:  `origin` is the pack, `file` the path below `folder`. `$schema` is for editors and left out. Shapes are not checked here.
 * Errors: metadata_invalid naming every file that is no JSON object.
 */
export async function readPacks(folder: string): Promise<SourceDocument[]> {
  const issues: Issue[] = [];
  const sources: SourceDocument[] = [];
  for (const file of await jsonFiles(folder, '')) {
    const [origin = file, part = ''] = file.split('/');
    if (part !== 'pack.json' && !ELEMENT_FOLDERS.some((known) => known === part)) {
      const meant = nearest(part, ELEMENT_FOLDERS);
      if (meant)
        issues.push({
          file,
          path: '',
          code: 'unknown_folder',
          message: `No elements are read from a folder "${part}". Did you mean "${meant}"?`,
        });
      continue;
    }
    const document = parse(await readFile(join(folder, file), 'utf8'));
    if ('problem' in document) issues.push({ file, path: '', code: 'not_json', message: document.problem });
    else sources.push({ origin, file, document: document.value });
  }
  if (issues.length > 0) throw metadataInvalid(issues);
  return sources;
}

async function jsonFiles(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await jsonFiles(root, path)));
    else if (below !== '' && entry.name.endsWith('.json')) found.push(path);
  }
  return found;
}

function parse(text: string): { value: MetadataDocument } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `Expected JSON: ${error instanceof Error ? error.message : 'it can not be read'}` };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { problem: 'Expected one JSON object.' };
  const { $schema: _editorHint, ...document } = value as Record<string, unknown>;
  // Checked against its schema by check-shape.ts before anything relies on it.
  return { value: document as unknown as MetadataDocument };
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nearest } from '@fieldstone/metadata/language/nearest.js';
import { AppError, metadataInvalid, type Issue } from '../kernel/errors.js';
import { isOlder } from './check-pack-set.js';
import { packContents, type PackContent, type PackFile, type PackFileDocument } from './pack-content.js';

/** Folders of a pack that are read. Whatever else a pack ships beside them (recipes of demo records, pictures) is not metadata. */
export const PACK_FOLDERS = [
  'actions',
  'apps',
  'cases',
  'data',
  'fields',
  'layouts',
  'objects',
  'overrides',
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
 * Reads packs from where they lie.
 *
 * Shape:  each place is a pack (a folder with a pack.json), a folder of packs, or one file that `fieldstone pack bundle` wrote. Of a pack
 *         that lies in several places, the newest version counts, and of one version the first place.
 * Errors: malformed for a place where there is nothing of that kind; metadata_invalid naming every file that can not be read.
 */
export async function readPackPlaces(places: readonly string[]): Promise<PackContent[]> {
  const found = new Map<string, PackContent>();
  for (const place of places) {
    for (const pack of packContents(await readPlace(place))) {
      const other = found.get(pack.name);
      if (!other || isOlder(other.version, pack.version)) found.set(pack.name, pack);
    }
  }
  return [...found.values()];
}

async function readPlace(place: string): Promise<PackFile[]> {
  const found = await stat(place).catch(() => null);
  if (!found) throw new AppError('malformed', `There is nothing at ${place}.`, { hint: 'Name a folder or a bundle of a pack.' });
  if (found.isFile()) return readBundle(place);
  const entries = await readdir(place);
  if (!entries.includes('pack.json')) return readPackFiles(place);
  const files = await readPackFiles(place, '');
  const pack = files.map((file) => file.document).find((document) => document.kind === 'pack');
  const origin = pack && typeof pack.name === 'string' ? pack.name : basename(place);
  return files.map(({ file = '', document }) => ({ origin, file: `${origin}/${file}`, document }));
}

async function readBundle(place: string): Promise<PackFile[]> {
  const read = parse(await readFile(place, 'utf8'));
  const bundle = 'value' in read ? (read.value as unknown as { kind?: unknown; name?: unknown; files?: unknown }) : {};
  if (bundle.kind !== 'bundle' || typeof bundle.name !== 'string' || bundle.files === null || typeof bundle.files !== 'object') {
    throw new AppError('malformed', `${place} is not a bundle of a pack.`, { hint: 'Make one with: fieldstone pack bundle <folder>' });
  }
  const origin = bundle.name;
  return Object.entries(bundle.files as Record<string, PackFileDocument>).map(([file, document]) => ({
    origin,
    file: `${origin}/${file}`,
    document,
  }));
}

/** The files of packs below a folder; with `below`, of the one pack there. */
export async function readPackFiles(folder: string, below?: string): Promise<PackFile[]> {
  const issues: Issue[] = [];
  const sources: PackFile[] = [];
  for (const file of await jsonFiles(folder, '')) {
    const parts = file.split('/');
    if (below === undefined && parts.length === 1) continue;
    const [origin = '', part = ''] = below === undefined ? parts : [basename(folder), ...parts];
    if (part !== 'pack.json' && !PACK_FOLDERS.some((known) => known === part)) {
      const meant = nearest(part, PACK_FOLDERS);
      if (meant) {
        const message = `No elements are read from a folder "${part}". Did you mean "${meant}"?`;
        issues.push({ file, path: '', code: 'unknown_folder', message });
      }
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
    else if (entry.name.endsWith('.json')) found.push(path);
  }
  return found;
}

function parse(text: string): { value: PackFileDocument } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `Expected JSON: ${error instanceof Error ? error.message : 'it can not be read'}` };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { problem: 'Expected one JSON object.' };
  const { $schema: _editorHint, ...document } = value as Record<string, unknown>;
  // Checked against its schema by check-shape.ts before anything relies on it.
  return { value: document as unknown as PackFileDocument };
}

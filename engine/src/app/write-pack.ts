import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import type { PackFileDocument } from '../model/pack-content.js';
import { placeOf } from '../model/pack-places.js';
import { PACK_FOLDERS } from '../model/read-packs.js';

export type Written = { readonly written: readonly string[]; readonly removed: readonly string[]; readonly unchanged: number };

const load = createRequire(import.meta.url);

/**
 * Writes elements and overrides as files of a pack, one each, at the place that its kind and name say. Files of elements that are no longer
 * among them are removed; records, cases, recipes and whatever else lies in the folder stay.
 *
 * Shape: made for version control: properties in the order of their schema, two spaces, a line feed at the end; what is the same is not
 *        written again.
 */
export async function writePack(folder: string, documents: readonly PackFileDocument[], root: string): Promise<Written> {
  const wanted = new Map<string, string>();
  for (const document of documents) {
    const place = placeOf(document);
    if (place === null) throw new Error(`${document.kind} has no place of its own`);
    const file = wanted.has(place) && document.kind === 'override' ? `overrides/${document.of}.${document.element}.json` : place;
    wanted.set(file, fileText(document, join(folder, file), root));
  }
  const written: string[] = [];
  let unchanged = 0;
  for (const [file, text] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = join(folder, file);
    if (await isSameFile(path, text)) {
      unchanged += 1;
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    written.push(file);
  }
  const removed: string[] = [];
  for (const file of await elementFiles(folder)) {
    if (wanted.has(file)) continue;
    await rm(join(folder, file));
    removed.push(file);
  }
  return { written, removed, unchanged };
}

/** Compared as JSON, so that a file that somebody formatted otherwise stays as it is. */
async function isSameFile(path: string, text: string): Promise<boolean> {
  try {
    return JSON.stringify(JSON.parse(await readFile(path, 'utf8'))) === JSON.stringify(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Folders whose every file is an element or an override, so that a file too many is one that is gone. */
const OWNED = PACK_FOLDERS.filter((folder) => folder !== 'data' && folder !== 'cases');

async function elementFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const part of OWNED) {
    const entries = await readdir(join(folder, part), { withFileTypes: true, recursive: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isFile() && entry.name.endsWith('.json'))
        found.push(relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
    }
  }
  return found.sort();
}

/** A document as the text of its file. Inside the checkout it names its schema, so that editors help. */
export function fileText(document: PackFileDocument, path: string, root: string): string {
  const schema = relative(dirname(path), join(root, 'metadata/schema', `${document.kind}.schema.json`)).replaceAll(sep, '/');
  const isInside = !relative(root, path).startsWith('..');
  const { properties } = load(`@fieldstone/metadata/schema/${document.kind}.schema.json`) as { properties: Record<string, unknown> };
  const order = Object.keys(properties);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = Object.entries(document).sort(([a], [b]) => place(a) - place(b));
  return `${JSON.stringify({ ...(isInside ? { $schema: schema } : {}), ...Object.fromEntries(entries) }, null, 2)}\n`;
}

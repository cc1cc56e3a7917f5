import { lstat, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { ChangeSet } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, type Issue } from '../kernel/errors.js';
import { parseBody } from '../http/middleware/body.js';
import { MANIFEST, unreadable } from '../model/change-set.js';
import { limitMessage, LIMITS } from '../model/limits.js';
import type { Written } from './write-pack.js';

/**
 * Reads a change set from a folder with a change-set.json, or from the one file that holds all of it.
 *
 * Shape:  what the files say is checked by `readChangeSet`; here they are only read. Files that are no JSON, such as a README, do not matter.
 * Errors: malformed when there is none; metadata_invalid naming every file that is no JSON or lies elsewhere; limit_exceeded before reading.
 */
export async function readChangeSetFiles(place: string): Promise<unknown> {
  const found = await stat(place).catch(() => null);
  if (!found) throw new AppError('malformed', `There is nothing at ${place}.`, { hint: 'Name a folder or a file of a change set.' });
  if (found.isFile()) {
    refuseSize(found.size);
    return parsed(place, await readFile(place));
  }
  const issues: Issue[] = [];
  const names = await jsonFiles(place, '', issues);
  if (!names.includes(MANIFEST)) throw malformed(`${place} holds no change set: there is no ${MANIFEST}.`);
  if (names.length > LIMITS.change_set_elements.max + 1) {
    throw new AppError('limit_exceeded', limitMessage('change_set_elements', names.length - 1));
  }
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(place, name))).size));
  refuseSize(sizes.reduce((sum, size) => sum + size, 0));
  const files: [string, unknown][] = [];
  let manifest: unknown;
  for (const name of names) {
    const document = tryParsed(name, await readFile(join(place, name)), issues);
    if (name === MANIFEST) manifest = document;
    else files.push([name, document]);
  }
  if (issues.length > 0) throw unreadable(issues);
  return { ...(manifest as object), files: Object.fromEntries(files) };
}

function refuseSize(bytes: number): void {
  if (bytes > LIMITS.change_set_bytes.max) throw new AppError('limit_exceeded', limitMessage('change_set_bytes', bytes));
}

/** Read as carefully as what comes over the network: it comes from another system too. */
const parsed = (file: string, bytes: Uint8Array): unknown => {
  const issues: Issue[] = [];
  const value = tryParsed(file, bytes, issues);
  if (issues.length > 0) throw unreadable(issues);
  return value;
};

function tryParsed(file: string, bytes: Uint8Array, issues: Issue[]): unknown {
  try {
    return parseBody(bytes).value;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    issues.push({ file, path: '', code: 'not_json', message: error.message.replace('The body', 'The file') });
    return undefined;
  }
}

async function jsonFiles(root: string, below: string, issues: Issue[]): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) {
      issues.push({ file: path, path: '', code: 'not_a_file', message: 'This is a link to another place; put the file itself here.' });
    } else if (entry.isDirectory()) found.push(...(await jsonFiles(root, path, issues)));
    else if (entry.isFile() && entry.name.endsWith('.json')) found.push(path);
  }
  return found;
}

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Writes a change set: into one file when the place ends in .json, else as a folder with one file an element.
 *
 * Shape:  of a change set that lies in the folder already, files that are no longer part of it are removed; what is the same is not written.
 *         `set` was made here or read by `readChangeSet`: its file names are places that were checked.
 */
export async function writeChangeSet(place: string, set: ChangeSet): Promise<Written> {
  if (place.endsWith('.json')) return writeAll(dirname(place), new Map([[basename(place), text(set)]]), []);
  const { files, ...manifest } = set;
  const wanted = new Map<string, string>([
    [MANIFEST, text(manifest)],
    ...Object.entries(files).map(([file, document]) => [file, text(document)] as const),
  ]);
  return writeAll(
    place,
    wanted,
    (await formerFiles(place)).filter((file) => !wanted.has(file)),
  );
}

async function writeAll(folder: string, wanted: ReadonlyMap<string, string>, gone: readonly string[]): Promise<Written> {
  const written: string[] = [];
  for (const [file, content] of wanted) {
    const path = join(folder, file);
    if ((await readFile(path, 'utf8').catch(() => null)) === content) continue;
    await mkdir(dirname(path), { recursive: true });
    await refuseLinks(folder, path);
    await writeFile(path, content);
    written.push(file);
  }
  for (const file of gone) await rm(join(folder, file), { force: true });
  return { written, removed: gone, unchanged: wanted.size - written.length };
}

/** A folder from a repository may hold links; nothing is written through them. */
async function refuseLinks(folder: string, path: string): Promise<void> {
  const [root, inside] = [await realpath(folder), await realpath(dirname(path))];
  const isLink = (await lstat(path).catch(() => null))?.isSymbolicLink() === true;
  if (!isLink && (inside === root || inside.startsWith(root + sep))) return;
  throw malformed(`${path} leads to another place through a link. Remove the link first.`);
}

const PLACE = /^[a-z-]+(\/[A-Za-z0-9_-]+)?\/[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+){0,2}[.]json$/;

/** Files of the change set that lies in a folder. Only what has the form of a place is one of them. */
async function formerFiles(folder: string): Promise<string[]> {
  try {
    const { elements } = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as { elements?: Record<string, unknown> };
    return Object.keys(elements ?? {}).filter((file) => PLACE.test(file));
  } catch {
    return [];
  }
}

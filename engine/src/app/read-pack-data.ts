import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataDocument, PackDocument } from '@fieldstone/metadata/types/documents.js';
import { digest } from '../kernel/hash.js';
import type { Recipe } from './recipe-records.js';

/** A person of the demo, as the users.json of a pack says. `role` is an API name. */
export type DemoUser = { readonly email: string; readonly name: string; readonly role: string };

/** A file of a pack that becomes records. `source` is its path below the folder of packs. */
export type DataSource<Document> = { readonly source: string; readonly checksum: string; readonly document: Document };

export type PackData = {
  readonly pack: string;
  readonly data: readonly DataSource<DataDocument>[];
  readonly recipes: readonly DataSource<Recipe>[];
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly users: readonly DemoUser[];
};

type ReadFile = { readonly source: string; readonly document: { readonly kind?: string } & Record<string, unknown> };

/**
 * The records that packs ship, packs in the order of their needs.
 *
 * Errors: a plain error for a file that is no JSON, or for needs that go in a circle.
 */
export async function readPackData(folder: string): Promise<PackData[]> {
  const packs: { manifest: PackDocument; data: PackData }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const [manifest] = await readJson(folder, entry.name, (file) => file === 'pack.json');
    if (!manifest) continue;
    const files = [
      ...(await readJson(folder, entry.name, (file) => file === 'users.json')),
      ...(await readJson(folder, `${entry.name}/data`)),
      ...(await readJson(folder, `${entry.name}/recipes`)),
    ];
    packs.push({ manifest: manifest.document as unknown as PackDocument, data: sort(entry.name, files) });
  }
  return byNeeds(packs);
}

/** The people of the demo. */
export async function readDemoUsers(folder: string): Promise<DemoUser[]> {
  return (await readPackData(folder)).flatMap((pack) => pack.users);
}

async function readJson(folder: string, below: string, wanted: (file: string) => boolean = () => true): Promise<ReadFile[]> {
  const names = await readdir(join(folder, below)).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json') && wanted(name)).sort();
  return Promise.all(
    files.map(async (name) => {
      const source = `${below}/${name}`;
      try {
        return { source, document: JSON.parse(await readFile(join(folder, source), 'utf8')) as ReadFile['document'] };
      } catch (error) {
        throw new Error(`${source} can not be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }),
  );
}

function sort(pack: string, files: readonly ReadFile[]): PackData {
  const ofKind = <Document>(kind: string): DataSource<Document>[] =>
    files
      .filter((file) => file.document.kind === kind)
      .map(({ source, document }) => ({ source, checksum: digest(document), document: document as unknown as Document }));
  const lists = ofKind<{ lists: Record<string, string[]> }>('lists').flatMap((file) => Object.entries(file.document.lists));
  return {
    pack,
    data: ofKind<DataDocument>('data'),
    recipes: ofKind<Recipe>('recipe').sort((a, b) => a.document.order - b.document.order),
    lists: new Map(lists),
    users: ofKind<{ users: DemoUser[] }>('users').flatMap((file) => file.document.users),
  };
}

function byNeeds(packs: readonly { manifest: PackDocument; data: PackData }[]): PackData[] {
  const byName = new Map(packs.map((pack) => [pack.manifest.name, pack]));
  const done = new Set<string>();
  const ordered: PackData[] = [];
  const visit = (name: string, trail: readonly string[]) => {
    const pack = byName.get(name);
    if (done.has(name) || !pack) return;
    if (trail.includes(name)) throw new Error(`packs need each other in a circle: ${[...trail, name].join(', ')}`);
    for (const need of Object.keys(pack.manifest.needs ?? {})) visit(need, [...trail, name]);
    done.add(name);
    ordered.push(pack.data);
  };
  for (const name of [...byName.keys()].sort()) visit(name, []);
  return ordered;
}

import type { CaseDocument, DataDocument, MetadataDocument, OverrideDocument, PackDocument } from '@fieldstone/metadata/types/documents.js';
import { metadataInvalid, type Issue } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import type { SourceDocument } from './types.js';

/** One file of a pack: an element, or what a pack brings besides elements. */
export type PackFile = { readonly origin: string; readonly file?: string; readonly document: PackFileDocument };
export type PackFileDocument = MetadataDocument | CaseDocument | OverrideDocument;

type Part<Document> = { readonly origin: string; readonly file?: string; readonly document: Document };

/**
 * A version of a pack, whole.
 *
 * Shape: `elements` hold the pack document too and are what becomes the model; `checksum` covers every file. `files` is what is stored.
 */
export type PackContent = {
  readonly name: string;
  readonly version: string;
  readonly checksum: string;
  readonly document: PackDocument;
  readonly elements: readonly SourceDocument[];
  readonly overrides: readonly Part<OverrideDocument>[];
  readonly data: readonly Part<DataDocument>[];
  readonly cases: readonly Part<CaseDocument>[];
  readonly files: readonly PackFile[];
};

/**
 * Puts the files of packs together.
 *
 * Errors: metadata_invalid naming every folder without a pack.json, and every pack whose name is not that of its folder.
 */
export function packContents(files: readonly PackFile[]): PackContent[] {
  const issues: Issue[] = [];
  const byOrigin = new Map<string, PackFile[]>();
  for (const file of files) {
    const own = byOrigin.get(file.origin);
    if (own) own.push(file);
    else byOrigin.set(file.origin, [file]);
  }
  const contents: PackContent[] = [];
  for (const [origin, own] of byOrigin) {
    const document = own.map((file) => file.document).find((candidate) => candidate.kind === 'pack');
    if (!document) {
      issues.push({ file: `${origin}/pack.json`, path: '', code: 'missing_file', message: `The folder ${origin} has no pack.json.` });
    } else if (document.name !== origin) {
      const message = `The pack is named "${String(document.name)}" and its folder "${origin}": both must be the same.`;
      issues.push({ file: `${origin}/pack.json`, path: '/name', code: 'wrong_folder', message });
    } else contents.push(contentOf(document, own));
  }
  if (issues.length > 0) throw metadataInvalid(issues);
  return contents;
}

function contentOf(document: PackDocument, files: readonly PackFile[]): PackContent {
  const elements: SourceDocument[] = [];
  const overrides: Part<OverrideDocument>[] = [];
  const data: Part<DataDocument>[] = [];
  const cases: Part<CaseDocument>[] = [];
  for (const file of files) {
    const { document: part, ...place } = file;
    if (part.kind === 'override') overrides.push({ ...place, document: part });
    else if (part.kind === 'case') cases.push({ ...place, document: part });
    else if (part.kind === 'data') data.push({ ...place, document: part });
    else elements.push({ ...place, document: part });
  }
  const checksum = digest(files.map((file) => canonicalJson(file.document)).sort());
  return { name: document.name, version: document.version, checksum, document, elements, overrides, data, cases, files };
}

/**
 * Packs in the order of their needs, those that are needed first; otherwise by name.
 *
 * Shape: needs that are not among them are passed over; packs that need each other in a circle are named in `circle`.
 */
export function packsByNeeds<Pack extends Pick<PackContent, 'name' | 'document'>>(
  packs: readonly Pack[],
): { readonly ordered: readonly Pack[]; readonly circle: readonly string[] | null } {
  const byName = new Map(packs.map((pack) => [pack.name, pack]));
  const ordered: Pack[] = [];
  let circle: readonly string[] | null = null;
  const visit = (name: string, trail: readonly string[]) => {
    const pack = byName.get(name);
    if (!pack || ordered.includes(pack)) return;
    if (trail.includes(name)) {
      circle ??= [...trail.slice(trail.indexOf(name)), name];
      return;
    }
    for (const need of Object.keys(pack.document.needs ?? {}).sort()) visit(need, [...trail, name]);
    if (!ordered.includes(pack)) ordered.push(pack);
  };
  for (const name of [...byName.keys()].sort()) visit(name, []);
  return { ordered, circle };
}

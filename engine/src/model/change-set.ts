import { createRequire } from 'node:module';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { DOCUMENT_KINDS, type MetadataDocument, type OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import type { ChangeSet, ChangeSetManifest } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, type Issue } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { pointer } from '../kernel/json-pointer.js';
import { describeErrors, shapeIssues } from './check-shape.js';
import { elementId } from './element.js';
import { limitIssue, LIMITS } from './limits.js';
import { placeOf } from './pack-places.js';

/** Name of the file that says what a change set is about. */
export const MANIFEST = 'change-set.json';

export type ChangeFile = { readonly file: string; readonly document: MetadataDocument | OverrideDocument };

/** A change set that was read: every file has its shape, its place and the base that is written of it. */
export type ReadChangeSet = { readonly manifest: ChangeSetManifest; readonly files: readonly ChangeFile[] };

/** Kinds that people change. Packs and their records come as packs. */
export const CHANGEABLE: ReadonlySet<string> = new Set(DOCUMENT_KINDS.filter((kind) => kind !== 'pack' && kind !== 'data'));

export const elementOf = (document: MetadataDocument | OverrideDocument): string =>
  document.kind === 'override' ? document.element : elementId(document);

/** Where a document lies in a change set: at its place in a pack; of two changes of one name, the second by its id. */
export function changePlaces(document: MetadataDocument | OverrideDocument): string[] {
  const place = placeOf(document);
  const byId = document.kind === 'override' ? [`overrides/${document.of}.${document.element}.json`] : [];
  return [...(place === null ? [] : [place]), ...byId];
}

const load = createRequire(import.meta.url);
let compiled: ValidateFunction | undefined;
const validManifest = (): ValidateFunction =>
  (compiled ??= new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile(
    load('@fieldstone/metadata/schema/change_set.schema.json') as object,
  ));

/**
 * Checks a change set that came from elsewhere, file by file.
 *
 * Shape:  `given` is what a client or a folder says it is. Nothing of it is used as a path or a name before it was checked here.
 * Errors: malformed when it is no change set at all; metadata_invalid with every problem, each with its file and JSON Pointer.
 */
export function readChangeSet(given: unknown): ReadChangeSet {
  if (!isObject(given) || given['kind'] !== 'change_set') {
    throw malformed('This is not a change set.', [{ path: '/kind', code: 'not_allowed', message: 'Expected "change_set".' }]);
  }
  const { files, ...manifest } = given;
  if (typeof manifest['format'] === 'number' && manifest['format'] > 1) {
    const message = `It has format ${String(manifest['format'])}; this version reads format 1.`;
    throw malformed('The change set was made by a newer version.', [{ file: MANIFEST, path: '/format', code: 'newer_format', message }]);
  }
  const count = isObject(files) ? Object.keys(files).length : 0;
  if (count > LIMITS.change_set_elements.max) throw unreadable([{ ...limitIssue('change_set_elements', count), file: MANIFEST }]);
  const validate = validManifest();
  if (!validate(manifest)) throw unreadable(describeErrors(validate.errors ?? []).map((issue) => ({ ...issue, file: MANIFEST })));
  if (!isObject(files)) throw unreadable([{ file: MANIFEST, path: '/files', code: 'missing_property', message: 'There are no files.' }]);
  // Checked just now.
  const checked = manifest as ChangeSetManifest;
  const read = { manifest: checked, files: filesOf(files) };
  const issues = [...fileIssues(checked, files), ...twice(read.files)];
  if (issues.length > 0) throw unreadable(issues);
  return read;
}

/** Every problem of the files of a change set. */
export const unreadable = (issues: readonly Issue[]) => new AppError('metadata_invalid', 'The change set has problems.', { issues });

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

/** In the order of their places. What is no document is refused by its shape. */
const filesOf = (files: Record<string, unknown>): ChangeFile[] =>
  Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, document]) => ({ file, document: document as ChangeFile['document'] }));

function fileIssues({ elements }: ChangeSetManifest, files: Record<string, unknown>): Issue[] {
  const issues: Issue[] = [];
  const strays = Object.keys(files).filter((file) => !Object.hasOwn(elements, file));
  for (const file of Object.keys(elements)) {
    if (Object.hasOwn(files, file)) continue;
    const message = `${MANIFEST} names this file, and it is not there.${didYouMean(file, strays)}`;
    issues.push({ file, path: '', code: 'missing_file', message });
  }
  for (const [file, document] of Object.entries(files)) {
    const entry = Object.hasOwn(elements, file) ? elements[file] : undefined;
    if (entry === undefined) {
      issues.push({ file: file.slice(0, 200), path: '', code: 'unknown_file', message: `${MANIFEST} does not name this file.` });
      continue;
    }
    const shape = documentIssues(document, file);
    issues.push(...(shape.length > 0 ? shape : entryIssues(file, document as ChangeFile['document'], entry)));
  }
  return issues;
}

function documentIssues(document: unknown, file: string): Issue[] {
  const shape = shapeIssues(document, file);
  if (shape.length > 0) return shape;
  const { kind } = document as ChangeFile['document'];
  if (kind === 'override' || CHANGEABLE.has(kind)) return [];
  return [{ file, path: '/kind', code: 'not_allowed', message: `A change set holds no ${kind}: packs and their records come as packs.` }];
}

function entryIssues(file: string, document: ChangeFile['document'], { element, base }: ChangeSetManifest['elements'][string]): Issue[] {
  const at = (path: string, code: string, message: string): Issue => ({ file, path, code, message });
  const id = elementOf(document);
  const issues: Issue[] = [];
  const places = changePlaces(document);
  if (!places.includes(file)) issues.push(at('', 'wrong_place', `This ${document.kind} belongs at ${places[0] ?? 'no place'}.`));
  if (id !== element) issues.push(at('/id', 'wrong_element', `${MANIFEST} says that this file is about ${element}; it is about ${id}.`));
  if (document.kind !== 'override') {
    if (base !== null) issues.push(at('', 'wrong_base', `${MANIFEST} has a base of an element that is new.`));
    return issues;
  }
  return [...issues, ...overrideIssues(document, base ?? {}, at)];
}

function overrideIssues(
  { set, was = {}, retire }: OverrideDocument,
  base: Record<string, string>,
  at: (path: string, code: string, message: string) => Issue,
): Issue[] {
  const issues: Issue[] = [];
  if ((set === undefined) === (retire === undefined)) {
    issues.push(at('', 'not_allowed', 'It either sets properties or retires the element.'));
  }
  const found = was as Record<string, unknown>;
  for (const path of Object.keys(set ?? {})) {
    const [, first = ''] = path.split('/');
    if (first === 'id' || first === 'kind') issues.push(at(pointer('set', path), 'not_allowed', 'The id and the kind never change.'));
    if (!Object.hasOwn(found, path)) issues.push(at(pointer('set', path), 'missing_property', 'Its former value is missing in "was".'));
  }
  for (const [path, value] of Object.entries(found)) {
    const hash = Object.hasOwn(base, path) ? base[path] : undefined;
    if (hash !== digest(value)) {
      const message = `This is not the value that was found: ${MANIFEST} has another hash of it. Export the change again.`;
      issues.push(at(pointer('was', path), 'wrong_base', message));
    }
    if (set !== undefined && !Object.hasOwn(set, path)) issues.push(at(pointer('was', path), 'not_allowed', 'Nothing is set here.'));
  }
  for (const path of Object.keys(base)) {
    if (!Object.hasOwn(found, path)) issues.push(at('/was', 'wrong_base', `${MANIFEST} has a base for ${path}, which is not in "was".`));
  }
  return issues;
}

function twice(files: readonly ChangeFile[]): Issue[] {
  const first = new Map<string, string>();
  return files.flatMap(({ file, document }): Issue[] => {
    if (!isObject(document)) return [];
    const id = 'element' in document ? document.element : 'id' in document ? document.id : undefined;
    if (typeof id !== 'string') return [];
    const other = first.get(id);
    first.set(id, other ?? file);
    if (other === undefined) return [];
    return [{ file, path: '/id', code: 'duplicate_id', message: `${other} is about the element ${id} already.` }];
  });
}

/** A change set as one value, in the order in which it is written. */
export const wholeChangeSet = ({ manifest, files }: ReadChangeSet): ChangeSet => ({
  ...manifest,
  files: Object.fromEntries(files.map(({ file, document }) => [file, document])),
});

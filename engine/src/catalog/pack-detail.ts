import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackCase, PackDetail, PackTestAnswer, PlanChange } from '@fieldstone/metadata/types/wire.js';
import { AppError, notFound } from '../kernel/errors.js';
import { compileModel } from '../model/compile-model.js';
import { elementId, elementName } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import { composePacks } from '../planner/compose-packs.js';
import { packRevisions } from '../store/pack-history.js';
import { keepTestResults, testResults } from '../store/pack-tests.js';
import { offeredPacks } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import { changesOfPacks } from './pack-changes.js';
import { readPackState, type PackState } from './pack-state.js';
import { describePacks, type PackLibrary } from './packs.js';
import { testPacks } from './test-packs.js';
import { INSTALLATION } from './versions.js';

/**
 * One pack: what it brings, what people changed of it, its cases, and what happened to it.
 *
 * Errors: not_found for a pack that is neither installed nor in a folder.
 */
export async function readPack({ database }: Catalog, space: number, library: PackLibrary, name: string): Promise<PackDetail> {
  const [state, available, offers] = await Promise.all([readPackState(database, space), library(), offeredPacks(database.pool, space)]);
  const packs = await describePacks(database, space, state, available, offers);
  const info = packs.find((pack) => pack.name === name);
  if (!info) throw unknownPack(name, packs);
  const content = contentOf(name, state, available);
  const changed = changesOfPacks(state).get(name) ?? [];
  const [tested, history] = await Promise.all([
    content ? testResults(database.pool, space, content.checksum) : null,
    packRevisions(database, space, name),
  ]);
  return {
    ...info,
    elements: elementsOf(name, state, content, changed),
    overrides: (content?.overrides ?? []).map(({ document: { of, element, name: called } }) => ({
      kind: of,
      element,
      name: called ?? element,
    })),
    records: (content?.data ?? []).map(({ file = '', document }) => ({
      file: file.slice(name.length + 1),
      object: document.object,
      brings: document.records.length,
      changes: document.updates?.length ?? 0,
    })),
    changed: [...changed],
    cases: casesOf(content, tested?.results ?? []),
    testedAt: tested?.ranAt ?? null,
    history: history.map(({ by, ...step }) => ({ ...step, by: by ?? INSTALLATION })),
    decisions: decisionsOf(name, state),
  };
}

/**
 * Runs the cases of an installed pack on what is published now, on tables that are thrown away.
 *
 * Errors: not_found; conflict for a pack that is not installed.
 */
export async function testPack(catalog: Catalog, space: number, library: PackLibrary, name: string): Promise<PackTestAnswer> {
  const { database } = catalog;
  const state = await readPackState(database, space);
  const content = state.contents.get(name);
  if (!content) {
    const available = await library();
    if (!available.some((pack) => pack.name === name)) throw unknownPack(name, available);
    throw new AppError('conflict', `${name} is not installed; its cases run when its installation is planned.`);
  }
  const compiled = compileModel(state.applied.sources);
  if (!compiled.ok) throw new Error(`revision ${String(state.applied.revision)} does not compile`);
  const packs = [...state.contents.values()];
  const { results } = await testPacks(catalog, compiled.model, packs, { install: [content] }, composePacks(packs).sources);
  await keepTestResults(database.pool, space, results);
  const tested = await testResults(database.pool, space, content.checksum);
  return { cases: casesOf(content, tested?.results ?? []), testedAt: tested?.ranAt ?? null };
}

const unknownPack = (name: string, packs: readonly { readonly name: string }[]): AppError =>
  notFound(
    `There is no pack "${name.slice(0, 60)}".${didYouMean(
      name,
      packs.map((pack) => pack.name),
    )}`,
  );

/** The installed version, or the one that could be installed. Of a version from before contents were kept nothing is known. */
function contentOf(name: string, { installed, contents }: PackState, available: readonly PackContent[]): PackContent | undefined {
  const now = installed.find((pack) => pack.pack === name);
  return now ? contents.get(name) : available.find((pack) => pack.name === name);
}

function elementsOf(
  name: string,
  { applied }: PackState,
  content: PackContent | undefined,
  changed: readonly PlanChange[],
): PackDetail['elements'] {
  const here = new Map(applied.sources.map((source) => [elementId(source.document), source]));
  const shipped = content?.elements ?? applied.sources.filter(({ origin }) => origin === name);
  const actions = new Map(changed.map(({ id, action }) => [id, action]));
  return shipped
    .filter(({ document }) => document.kind !== 'pack')
    .map(({ document }) => {
      const id = elementId(document);
      const now = here.get(id)?.document ?? document;
      const action = actions.get(id);
      const state = action === undefined ? 'shipped' : action === 'retire' ? 'retired' : 'changed';
      return { kind: now.kind, id, name: elementName(now), label: labelOf(now), state };
    });
}

const labelOf = (document: MetadataDocument): string => ('label' in document ? document.label : elementName(document));

function casesOf(content: PackContent | undefined, results: readonly Omit<PackCase, 'label'>[]): PackCase[] {
  return (content?.cases ?? []).map(({ document: { name, label } }) => {
    const result = results.find((one) => one.name === name);
    return { name, label, outcome: result?.outcome ?? null, message: result?.message ?? '' };
  });
}

function decisionsOf(name: string, { applied, decisions }: PackState): PackDetail['decisions'] {
  const own = new Map(
    applied.sources.flatMap((source) => (source.origin === name ? [[elementId(source.document), source.document] as const] : [])),
  );
  return decisions.flatMap(({ element, path, take, by, at }) => {
    const document = own.get(element);
    return document ? [{ element, kind: document.kind, name: elementName(document), path, take, by: by ?? INSTALLATION, at }] : [];
  });
}

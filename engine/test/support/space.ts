import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { openActiveModels, type ActiveModels } from '../../src/catalog/active-model.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { putElement } from '../../src/catalog/drafts.js';
import type { Editor } from '../../src/catalog/open-draft.js';
import { publishPacks } from '../../src/catalog/publish-packs.js';
import { newId } from '../../src/kernel/ids.js';
import { elementName } from '../../src/model/element.js';
import { readPackFiles } from '../../src/model/read-packs.js';
import type { SourceDocument } from '../../src/model/types.js';
import { createSpace } from '../../src/store/create-space.js';
import { openDatabase, type Database } from '../../src/store/open-database.js';
import { cloneDatabase, type TestDatabase } from './database.js';

export const PACKS = fileURLToPath(new URL('../../../metadata/packs/', import.meta.url));

export type TestSpace = {
  readonly test: TestDatabase;
  readonly database: Database;
  readonly activeModels: ActiveModels;
  readonly catalog: Catalog;
  readonly space: number;
  readonly tenantId: number;
  /** Publishes documents as a pack named "small". */
  publish(documents: readonly object[], confirm?: readonly string[] | 'all'): Promise<{ revision: number; changed: boolean }>;
  close(): Promise<void>;
};

/**
 * A database with one space. Without documents, the packs of the project are published in it.
 *
 * Shape: `documents` are elements of a small pack; its pack document is added.
 */
export async function openSpace(documents?: readonly object[]): Promise<TestSpace> {
  const test = await cloneDatabase();
  const database = await openDatabase(test.config);
  const activeModels = openActiveModels(database);
  const catalog: Catalog = { database, activeModels };
  const { id: space, tenantId } = await createSpace(database, { name: 'Test' });
  const publish = (wanted: readonly object[], confirm: readonly string[] | 'all' = 'all') =>
    publishPacks(
      catalog,
      space,
      [source({ kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' }), ...wanted.map(source)],
      confirm,
    );
  if (documents) await publish(documents);
  else await publishPacks(catalog, space, await readPackFiles(PACKS));
  return {
    test,
    database,
    activeModels,
    catalog,
    space,
    tenantId,
    publish,
    async close() {
      await activeModels.close();
      await database.close();
      await test.drop();
    },
  };
}

export const source = (document: object): SourceDocument => ({
  origin: 'small',
  file: `small/${randomBytes(3).toString('hex')}.json`,
  document: document as MetadataDocument,
});

/** Adds a user, with every role named by id, and gives its id. */
export async function addUser({ test, tenantId }: Pick<TestSpace, 'test' | 'tenantId'>, roleIds: readonly string[] = []): Promise<string> {
  const id = newId();
  await test.sql('insert into meta.user (id, tenant_id, email, name) values ($1, $2, $3, $4)', [
    id,
    tenantId,
    `${id}@example.test`,
    `User ${id}`,
  ]);
  for (const role of roleIds) await test.sql('insert into meta.user_role (user_id, role_id) values ($1, $2)', [id, role]);
  return id;
}

/** Puts documents into an editor's draft at the current revision. */
export async function draft({ catalog, space }: TestSpace, owner: string, ...documents: (object | { retire: object })[]): Promise<Editor> {
  const editor: Editor = { space, owner };
  const { revision } = await catalog.activeModels.refresh(space);
  for (const item of documents) {
    const document = ('retire' in item ? item.retire : item) as MetadataDocument;
    const edit = { document: 'retire' in item ? null : document, baseRevision: revision };
    await putElement(catalog, editor, document.kind, elementName(document), edit);
  }
  return editor;
}

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renameField, renameObject } from '@fieldstone/metadata/language/rename-references.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from '../../src/model/compile-model.js';
import { composedFiles } from '../../src/planner/compose-packs.js';
import { readPackFiles } from '../../src/model/read-packs.js';
import type { SourceDocument } from '../../src/model/types.js';

let sources: readonly SourceDocument[] = [];
let documents: MetadataDocument[] = [];

beforeAll(async () => {
  sources = composedFiles(await readPackFiles(join(import.meta.dirname, '../../../metadata/packs')));
  documents = sources.map(({ document }) => document);
});

const problems = (renamed: readonly MetadataDocument[]): string[] => {
  const result = compileModel(sources.map((source, at) => ({ ...source, document: renamed[at] ?? source.document })));
  const issues = result.ok ? [] : result.issues;
  // A board narrows its columns by the field of the target that has the same name: two names that a person has to change together.
  return issues
    .filter(({ path }) => path !== '/board/switcher')
    .map(({ path, code, message, file }) => `${file ?? ''}${path} ${code} ${message}`);
};

/** Names that conditions, screens, rights, workflows and templates of the packs use: a reference that is forgotten breaks the model. */
describe('after a rename in the packs, the model still holds together', () => {
  it('of every field', { timeout: 60_000 }, () => {
    expect(problems(documents)).toEqual([]);
    const fields = documents.filter((document) => document.kind === 'field');
    for (const object of new Set(fields.map((field) => field.object))) {
      const names = fields.filter((field) => field.object === object).map(({ name }) => name);
      const renamed = names.reduce((all, name) => renameField(all, object, name, `x_${name}`), documents);
      expect(problems(renamed), object).toEqual([]);
      expect(JSON.stringify(renamed)).not.toBe(JSON.stringify(documents));
      expect(names.reduce((all, name) => renameField(all, object, `x_${name}`, name), renamed)).toEqual(documents);
    }
  });

  it('of every object', { timeout: 60_000 }, () => {
    for (const document of documents) {
      if (document.kind !== 'object') continue;
      const renamed = renameObject(documents, document.name, 'renamed_object');
      expect(problems(renamed), document.name).toEqual([]);
      expect(renameObject(renamed, 'renamed_object', document.name)).toEqual(documents);
    }
  });
});

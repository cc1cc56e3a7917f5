import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPacks } from '../../src/catalog/publish-packs.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { readPackFiles } from '../../src/model/read-packs.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackFile } from '../../src/model/pack-content.js';
import { addUser, draft, openSpace, PACKS, type TestSpace } from '../support/space.js';

describe('the packs', () => {
  let s: TestSpace;
  let packs: PackFile[];
  let admin: string;
  beforeAll(async () => {
    s = await openSpace();
    packs = await readPackFiles(PACKS);
    admin = await addUser(s);
  });
  afterAll(() => s.close());

  const edit = (id: string, change: object): PackFile[] =>
    packs.map((source) =>
      'id' in source.document && source.document.id === id
        ? { ...source, document: { ...source.document, ...change } as FieldDocument }
        : source,
    );
  const fieldNamed = (id: string) => {
    for (const object of s.activeModels.current(s.space).model.objects.values())
      for (const field of object.fields.values()) if (field.id === id) return field;
    return undefined;
  };
  const some = (): FieldDocument[] =>
    packs
      .map(({ document }) => document)
      .filter((document): document is FieldDocument => document.kind === 'field' && document.type === 'long_text');

  it('become tables, and change nothing when they are published again', async () => {
    expect(s.activeModels.current(s.space).model.objects.size).toBeGreaterThan(5);
    expect(await publishPacks(s.catalog, s.space, packs)).toEqual({ revision: 1, changed: false });
  });

  it('take what is new in a version, and leave what people changed', async () => {
    const [mine, theirs] = some();
    if (!mine || !theirs) throw new Error('the packs have too few fields');
    const plan = await planDraft(s.catalog, await draft(s, admin, { ...mine, label: 'Ours' }));
    await publishPlan(s.catalog, { space: s.space, hash: plan.hash ?? '', confirm: [], publisher: admin });

    const next = edit(mine.id, { label: 'Theirs', help: 'New' }).map((source) =>
      'id' in source.document && source.document.id === theirs.id ? { ...source, document: { ...theirs, label: 'Theirs' } } : source,
    );
    expect((await publishPacks(s.catalog, s.space, next)).changed).toBe(true);
    expect(fieldNamed(mine.id)?.label).toBe('Ours');
    expect(fieldNamed(theirs.id)?.label).toBe('Theirs');
    expect((await publishPacks(s.catalog, s.space, next)).changed).toBe(false);
  });
});

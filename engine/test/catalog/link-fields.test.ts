import { afterAll, beforeAll, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import { newId } from '../../src/kernel/ids.js';
import { linkDocuments } from '../records/links-documents.js';
import { openSpace, type TestSpace } from '../support/space.js';

let s: TestSpace;

beforeAll(async () => {
  s = await openSpace(linkDocuments);
});
afterAll(() => s.close());

/** Without the field of many links, and what reads it. */
const READERS: readonly unknown[] = ['fld_article_topics', 'val_done_topics', 'wfl_topics', 'lay_topic'];
const without = linkDocuments.flatMap(({ fields, ...document }) => {
  if (READERS.includes(document['id'])) return [];
  return [JSON.stringify(fields ?? '').includes('topics') ? document : { ...document, ...(fields === undefined ? {} : { fields }) }];
});

const column = () => {
  const { model, bindings } = s.activeModels.current(s.space);
  const table = bindings.tables.get(model.objects.get('article')?.id ?? '') ?? '';
  return { table: `${bindings.dataSchema}.${table}`, column: bindings.columns.get('fld_article_topics')?.column ?? '' };
};

it('makes, retires and restores a field of many links on a filled table, with its index, and no drift', async () => {
  const { table, column: name } = column();
  const id = newId();
  await s.test.sql(`insert into ${table} (id, tenant_id, deleted_at, ${name}) values ($1, $2, now(), $3)`, [id, s.tenantId, [newId()]]);
  const index = () => s.test.sql<{ def: string }>(`select indexdef def from pg_indexes where indexname = $1`, [`ix_${name}`]);
  expect((await index())[0]?.def).toMatch(/using gin/i);
  expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });

  await s.publish(without);
  expect(s.activeModels.current(s.space).model.objects.get('article')?.fields.has('topics')).toBe(false);
  expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  expect((await s.test.sql<{ n: number }>(`select cardinality(${name}) n from ${table} where id = $1`, [id]))[0]?.n).toBe(1);

  await s.publish(linkDocuments);
  expect(column().column).toBe(name);
  expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
});

it('refuses to turn the links to another object', async () => {
  const turned = linkDocuments
    .filter(({ id }) => id !== 'lay_topic')
    .map((document) => (document['id'] === 'fld_article_topics' ? { ...document, target: 'article' } : document));
  await expect(s.publish(turned)).rejects.toMatchObject({
    issues: expect.arrayContaining([expect.objectContaining({ code: 'target_changed' })]) as unknown,
  });
});

it.each([
  ['a default', { default: [] }, '/default', 'not_for_type'],
  ['a unique value', { unique: true }, '/unique', 'not_for_type'],
  ['an index of its own', { indexed: true }, '/indexed', 'not_for_type'],
  ['no target', { target: undefined }, '/target', 'missing_property'],
  ['a target that is not there', { target: 'topik' }, '/target', 'unknown_object'],
  ['a condition on what is not there', { where: { '==': [{ var: 'nothing' }, 1] } }, '/where/==/0/var', 'unknown_field'],
])('refuses %s, at its place', async (_what, more, path, code) => {
  const documents = linkDocuments.map((document) =>
    document['id'] === 'fld_article_people' ? { ...document, target: 'topic', ...more } : document,
  );
  await expect(s.publish(JSON.parse(JSON.stringify(documents)) as object[])).rejects.toMatchObject({
    issues: expect.arrayContaining([expect.objectContaining({ path, code })]) as unknown,
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import { planSpaceChange } from '../../src/catalog/plan-change.js';
import { publishStored } from '../../src/catalog/publish-plan.js';
import { openSpace, source, type TestSpace } from '../support/space.js';

/** A model of up to three objects with up to four fields each; ids are few, so that elements come, go and come back. */
const fieldShape = fc.record({
  slot: fc.integer({ min: 0, max: 3 }),
  name: fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'omega'),
  required: fc.boolean(),
  unique: fc.boolean(),
  indexed: fc.boolean(),
});
const modelShape = fc.array(fc.record({ slot: fc.integer({ min: 0, max: 2 }), fields: fc.array(fieldShape, { maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 3,
});
/** The type belongs to the slot: a field keeps its type over the revisions. */
const TYPES = ['text', 'integer', 'currency', 'lookup'] as const;

type Shape = { slot: number; fields: { slot: number; name: string; required: boolean; unique: boolean; indexed: boolean }[] }[];

function documentsOf(shape: Shape): object[] {
  const documents: object[] = [{ kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' }];
  const objects = new Map(shape.map((object) => [object.slot, object]));
  for (const [slot, { fields }] of objects) {
    const name = `thing_${slot}`;
    documents.push({ kind: 'object', id: `obj_thing_${slot}`, name, label: name, pluralLabel: name, nameField: 'title' });
    documents.push({ kind: 'field', id: `fld_title_${slot}`, object: name, name: 'title', label: 'Title', type: 'text' });
    const names = new Set<string>();
    const slots = new Set<number>();
    for (const field of fields) {
      if (names.has(field.name) || slots.has(field.slot)) continue;
      names.add(field.name);
      slots.add(field.slot);
      const type = TYPES[field.slot] ?? 'text';
      documents.push({
        kind: 'field',
        id: `fld_${slot}_${field.slot}`,
        object: name,
        name: field.name,
        label: field.name,
        type,
        required: field.required,
        unique: field.unique && type !== 'currency',
        indexed: field.indexed,
        ...(type === 'lookup' ? { target: name } : {}),
      });
    }
  }
  return documents;
}

describe('any change of the metadata', () => {
  let s: TestSpace;
  beforeAll(async () => {
    s = await openSpace([]);
  });
  afterAll(() => s.close());

  it('invariants 8, 10 and 16: leads to the tables that the model wants, and to an empty plan when it is made again', async () => {
    await fc.assert(
      fc.asyncProperty(modelShape, async (shape) => {
        const sources = documentsOf(shape).map(source);
        const planned = await planSpaceChange(s.catalog, { space: s.space, sources, madeBy: null });
        expect(planned.answer.issues).toEqual([]);
        if (planned.stored) {
          const confirm = planned.stored.plan.hazards.map(({ code }) => code);
          expect(planned.answer.statements.filter(({ lock }) => lock === 'L4')).toEqual([]);
          expect(await publishStored(s.catalog, s.space, planned.stored, confirm, null)).toMatchObject({ pending: [] });
        }
        expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
        const again = await planSpaceChange(s.catalog, { space: s.space, sources, madeBy: null });
        expect([again.answer.changes, again.answer.statements]).toEqual([[], []]);
        await fill(s);
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

/** One record in every table that takes one, so that later changes meet data. */
async function fill({ test, tenantId }: TestSpace): Promise<void> {
  const tables = await test.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'sp1'::regnamespace and relkind = 'r' and relname not like 'sys%'`,
  );
  for (const { name } of tables) {
    await test.sql(`insert into sp1."${name}" (id, tenant_id) values (gen_random_uuid(), $1)`, [tenantId]).catch(() => undefined);
  }
}

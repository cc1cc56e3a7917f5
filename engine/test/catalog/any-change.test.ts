import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import { planSpaceChange } from '../../src/catalog/plan-change.js';
import { publishStored } from '../../src/catalog/publish-plan.js';
import { documentsOf, modelShape } from '../support/model-arbitrary.js';
import { openSpace, source, type TestSpace } from '../support/space.js';

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

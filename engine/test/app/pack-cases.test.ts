import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkPack } from '../../src/app/pack-sources.js';
import { runPackCases } from '../../src/app/run-pack-cases.js';
import type { PackContent } from '../../src/model/pack-content.js';
import { readPackPlaces } from '../../src/model/read-packs.js';
import { openDatabase, type Database } from '../../src/store/open-database.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { PACKS } from '../support/space.js';

const fixture = (version: string) => fileURLToPath(new URL(`../fixtures/packs/${version}`, import.meta.url));

describe('the cases of packs', () => {
  let test: TestDatabase;
  let database: Database;
  let shipped: PackContent[];
  beforeAll(async () => {
    test = await cloneDatabase();
    [database, shipped] = [await openDatabase(test.config), await readPackPlaces([PACKS])];
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const run = async (pack: PackContent) => {
    const { issues, model, packs } = checkPack(pack, [pack, ...shipped]);
    expect(issues).toEqual([]);
    if (!model) throw new Error('a pack without issues has a model');
    return (await runPackCases(database, model, packs, new Set([pack.name]))).map(
      ({ issue }) => `${issue.file ?? ''}${issue.path}: ${issue.message}`,
    );
  };

  it('hold for the packs of the project', async () => {
    for (const pack of shipped) expect(await run(pack)).toEqual([]);
    expect(shipped.reduce((sum, pack) => sum + pack.cases.length, 0)).toBeGreaterThan(2);
  });

  it('hold for both versions of the sample pack, and leave nothing behind', async () => {
    for (const version of ['v1', 'v2']) {
      const [pack] = await readPackPlaces([fixture(version)]);
      if (!pack) throw new Error('no sample pack');
      expect(await run(pack)).toEqual([]);
    }
    expect(await test.sql('select id from meta.space')).toEqual([]);
  });

  it('say what failed, where, and what came instead', async () => {
    const [pack] = await readPackPlaces([fixture('v1')]);
    if (!pack) throw new Error('no sample pack');
    const broken = pack.cases.map((part) => ({
      ...part,
      document: { ...part.document, steps: part.document.steps.map((step) => ({ ...step, expect: { values: { status: 'over' } } })) },
    }));
    expect(await run({ ...pack, cases: broken })).toEqual([
      expect.stringMatching(/cases\/open_has_date[.]json\/steps\/0\/expect\/values\/status: .*expected "over", found "planned"/),
    ]);
  });
});

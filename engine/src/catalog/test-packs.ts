import type { Issue } from '../kernel/errors.js';
import type { Hazard } from '../kernel/statement.js';
import { compileModel } from '../model/compile-model.js';
import type { PackContent } from '../model/pack-content.js';
import type { Model, SourceDocument } from '../model/types.js';
import type { CaseResult, PackTest } from '../store/pack-tests.js';
import type { Catalog, FailedCase } from './catalog.js';

export type Tested = {
  readonly issues: readonly Issue[];
  readonly hazards: readonly Hazard[];
  readonly run: number;
  readonly failed: number;
  /** Case by case, for those packs that have any. */
  readonly results: readonly PackTest[];
};

/**
 * Runs the cases of the packs that change, on the model as it would be.
 *
 * Shape: a case that fails although nothing was changed here is a fault of the pack and an issue. One that holds for the packs alone fails
 *        because of what people changed: that may be what they want, so they confirm it.
 */
export async function testPacks(
  { packRecords }: Catalog,
  model: Model,
  packs: readonly PackContent[],
  changed: { readonly install: readonly PackContent[] },
  shipped: readonly SourceDocument[],
): Promise<Tested> {
  const tested = new Set(changed.install.filter((pack) => pack.cases.length > 0).map((pack) => pack.name));
  const run = changed.install.reduce((sum, pack) => sum + pack.cases.length, 0);
  if (!packRecords || tested.size === 0) return { issues: [], hazards: [], run: 0, failed: 0, results: [] };
  const failed = await packRecords.runCases(model, packs, tested);
  const resultsWith = (isFault: (one: FailedCase) => boolean): PackTest[] =>
    changed.install.filter(({ name }) => tested.has(name)).map((pack) => testOf(pack, failed, isFault));
  if (failed.length === 0) return { issues: [], hazards: [], run, failed: 0, results: resultsWith(() => false) };
  const alone = compileModel(shipped);
  const failedAlone = alone.ok ? await packRecords.runCases(alone.model, packs, new Set(failed.map(({ pack }) => pack))) : failed;
  const isFault = ({ pack, name }: FailedCase) => failedAlone.some((other) => other.pack === pack && other.name === name);
  return {
    run,
    failed: failed.length,
    issues: failed.filter(isFault).map(({ issue }) => issue),
    hazards: failed.filter((one) => !isFault(one)).map(hazardOf),
    results: resultsWith(isFault),
  };
}

function testOf(
  { name: pack, checksum, cases }: PackContent,
  failed: readonly FailedCase[],
  isFault: (one: FailedCase) => boolean,
): PackTest {
  const results = cases.map(({ document: { name } }): CaseResult => {
    const found = failed.find((one) => one.pack === pack && one.name === name);
    if (!found) return { name, outcome: 'holds', message: '' };
    return { name, outcome: isFault(found) ? 'fails' : 'fails_here', message: found.issue.message };
  });
  return { pack, checksum, results };
}

const hazardOf = ({ pack, name, label, issue }: FailedCase): Hazard => ({
  code: `case:${pack}/${name}`,
  message: `“${label}” does not hold with what you changed. ${issue.message}`,
  risk: 'R2',
  affected: {},
});

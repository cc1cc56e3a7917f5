import type { Issue } from '../kernel/errors.js';
import type { Model } from '../model/types.js';
import type { PackContent } from '../model/pack-content.js';
import type { Database } from '../store/open-database.js';
import type { ActiveModels } from './active-model.js';

/** A case of a pack that did not come out as it says. */
export type FailedCase = { readonly pack: string; readonly name: string; readonly label: string; readonly issue: Issue };

/** What packs need besides metadata, given by `app`: records are none of the catalog's business. */
export type PackRecords = {
  /** Runs the cases of packs on a model, on tables that are thrown away. `packs` are all packs of the model. */
  runCases(model: Model, packs: readonly PackContent[], tested: ReadonlySet<string>): Promise<readonly FailedCase[]>;
  /** Loads the records of the installed packs that are not there yet; gives their number. */
  loadData(): Promise<number>;
};

/** What the use cases of the catalog work with. */
export type Catalog = { readonly database: Database; readonly activeModels: ActiveModels; readonly packRecords?: PackRecords };

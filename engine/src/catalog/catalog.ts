import type { Database } from '../store/open-database.js';
import type { ActiveModels } from './active-model.js';

/** What the use cases of the catalog work with. */
export type Catalog = { readonly database: Database; readonly activeModels: ActiveModels };

import type { PackContent } from '../model/pack-content.js';
import type { Decision } from '../planner/pack-decisions.js';

/** What is to become of the packs of a space. */
export type PackChange = {
  readonly space: number;
  readonly action: 'install' | 'upgrade' | 'uninstall';
  /** Packs that come, or come in another version. */
  readonly install: readonly PackContent[];
  readonly remove: readonly string[];
  /** Packs that could be installed, to say what is missing. */
  readonly available?: readonly PackContent[];
  readonly decisions?: readonly Decision[];
  readonly madeBy: string | null;
  /** Whether the cases of the packs are run. The first start leaves them out: they ran where the packs were made. */
  readonly isTested?: boolean;
};

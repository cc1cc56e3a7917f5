import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../http/route.js';
import type { PackFile } from '../../model/pack-content.js';
import type { DatabaseConfig } from '../../store/database.js';
import { readConfig } from '../config.js';
import { canaryFiles } from './canary-model.js';
import { openSink } from './jobs.js';
import { openMatrixWorld } from './matrix-world.js';
import { runMatrix, type MatrixReport } from './run-matrix.js';
import { openTrial } from './trial-system.js';

export type MatrixOptions = {
  /** A migrated database that nobody else needs: it is filled with what there is to hide. */
  readonly databaseConfig: DatabaseConfig;
  /** Packs whose objects and roles are tried besides those of the canaries. */
  readonly files: readonly PackFile[];
  /** Stands between the server and each route: to break one on purpose and see that it is noticed. */
  readonly around?: (route: Route) => Route;
  /** Routes to try instead of all of them: "GET /me". */
  readonly only?: readonly string[];
};

/** Opens a whole system on the database, hides canaries in it, calls everything as everybody, and says what was found. */
export async function leakMatrix({ databaseConfig, files, around, only }: MatrixOptions): Promise<MatrixReport> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-leaks-'));
  const sink = await openSink();
  try {
    const config = readConfig({ FIELDSTONE_DATA_DIR: folder, FIELDSTONE_DEMO: '0', FIELDSTONE_WEBHOOK_ALLOW: sink.host });
    const trial = await openTrial({
      ...{ config, databaseConfig, files: [...files, ...canaryFiles(sink.url)] },
      ...(around === undefined ? {} : { around }),
    });
    try {
      return await runMatrix(await openMatrixWorld(trial), sink, only);
    } finally {
      await trial.close();
    }
  } finally {
    await sink.close();
    await rm(folder, { recursive: true, force: true });
  }
}

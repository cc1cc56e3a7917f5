import { openBlobFolder } from '../store/blob-folder.js';
import { sweepFiles, sweepOrphans } from '../store/files.js';
import type { Database } from '../store/open-database.js';
import type { Config } from './config.js';

const DAY_MS = 24 * 3_600_000;

/** Takes away files that nothing holds: each call what is cheap, once a day what walks the whole folder. */
export function createFileSweep({ files }: Config, database: Database): () => Promise<void> {
  const blobs = openBlobFolder(files.folder);
  let walked = Date.now();
  return async () => {
    await sweepFiles(database, blobs, files.keepDays);
    if (Date.now() - walked < DAY_MS) return;
    walked = Date.now();
    await sweepOrphans(database, blobs);
  };
}

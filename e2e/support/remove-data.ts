import { rm } from 'node:fs/promises';

/** The installation of the run is thrown away with it. */
export default async function removeData(): Promise<void> {
  for (const name of ['E2E_DATA_DIR', 'E2E_PACKS_DIR']) {
    const folder = process.env[name];
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

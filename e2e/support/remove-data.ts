import { rm } from 'node:fs/promises';

/** The installation of the run is thrown away with it. */
export default async function removeData(): Promise<void> {
  const folder = process.env['E2E_DATA_DIR'];
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

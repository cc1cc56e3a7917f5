import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Has the disk keep which names are in a folder. Whose bytes were synced may be lost with the power while its name is not. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such call for folders.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/**
 * Makes a small file that its owner alone may read, whole and on the disk: it is there after a power cut, and nobody ever reads half of it.
 *
 * Shape: one that is there already stays as it is.
 */
export async function makeOnce(file: string, text: string): Promise<void> {
  const part = `${file}.${randomUUID()}`;
  try {
    const made = await open(part, 'wx', 0o600);
    await made
      .writeFile(text)
      .then(() => made.sync())
      .finally(() => made.close());
    await link(part, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(part, { force: true });
  }
  await syncFolder(dirname(file));
}

import type { FsFileInput } from '../ui-kit/fs-file-input.js';

/**
 * Waits for the files under this root that are still being sent: what is saved before would be saved without them.
 *
 * Shape: false when one could not be sent, or was stopped; it has the focus then, and says why.
 */
export async function filesSent(root: ParentNode): Promise<boolean> {
  for (const input of root.querySelectorAll<FsFileInput>('fs-file-input')) {
    if (await input.settled()) continue;
    input.focus();
    return false;
  }
  return true;
}

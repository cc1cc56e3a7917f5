import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = new URL('forgetful-disk.c', import.meta.url).pathname;
const HEADERS = '/usr/include/fuse3';
const PATIENCE_MS = 60_000;

/** Why there can be no such disk here; undefined where there can. */
export function noDiskBecause(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may mount it';
  if (!existsSync('/dev/fuse')) return 'there is no /dev/fuse';
  if (!existsSync(join(HEADERS, 'fuse.h'))) return 'there is no libfuse 3 to build it with (package libfuse3-dev)';
  if (spawnSync('cc', ['--version']).status !== 0) return 'there is no compiler (cc)';
  return undefined;
}

/** A disk that forgets in a power cut what it was not asked to keep; what that means says forgetful-disk.c. */
export type ForgetfulDisk = {
  /** Cuts the power. Nobody may use the disk any more; afterwards it is there again. */
  cut(): Promise<void>;
  /** Until the next cut it says that it keeps what it is asked to, and does not. */
  lie(): void;
  close(): Promise<void>;
};

/** Mounts a new, empty disk on a folder. */
export async function openDisk(folder: string): Promise<ForgetfulDisk> {
  const built = await mkdtemp(join(tmpdir(), 'fieldstone-disk-'));
  const program = join(built, 'forgetful-disk');
  const options = ['-O2', '-D_FILE_OFFSET_BITS=64', `-I${HEADERS}`, SOURCE, '-lfuse3', '-o', program];
  const made = spawnSync('cc', options, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the disk can not be built: ${made.stderr}`);
  const child = spawn(program, [folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const mounts = () => output.split('mounted').length - 1;
  const until = async (isSo: () => boolean, what: string) => {
    const end = Date.now() + PATIENCE_MS;
    while (!isSo()) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`${what}: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  // The last of those that were killed may still be on their way out.
  const unmount = () => until(() => spawnSync('umount', [folder]).status === 0, 'somebody still uses the disk');
  await until(() => mounts() === 1, 'the disk is not mounted');
  return {
    async cut() {
      const before = mounts();
      await unmount();
      await until(() => mounts() > before, 'the disk does not come back');
    },
    lie: () => void child.kill('SIGUSR1'),
    async close() {
      // It would mount itself again: stopped first, it ends instead.
      child.kill('SIGSTOP');
      spawnSync('umount', ['-l', folder]);
      child.kill('SIGKILL');
      await ended;
      await rm(built, { recursive: true, force: true });
    },
  };
}

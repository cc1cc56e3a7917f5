import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterOf, startEmbeddedPostgres } from '../../engine/src/app/embedded-postgres.js';

/** A durable database server for one test, which may be killed: it is started again at the same address. */
export type OwnServer = {
  readonly url: string;
  /** Kills it with everything that works for it, and ends when another one runs in its place. */
  kill(signal: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
};

export async function openServer(): Promise<OwnServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fieldstone-bar-server-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder });
  /** Process id and state, as the server itself writes them. */
  const state = async () => {
    const lines = (await readFile(join(clusterOf(dataFolder), 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    return { pid: Number(lines[0]), isReady: lines[7]?.trim() === 'ready' };
  };
  return {
    url: server.url,
    async kill(signal) {
      const { pid } = await state();
      process.kill(pid, signal);
      for (let now = await state(); now.pid === pid || !now.isReady; now = await state())
        await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async close() {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

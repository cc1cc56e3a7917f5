import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.js';

const STOP_TIMEOUT_MS = 60_000;

/** Whether some process has this id; EPERM means there is one that is not ours. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; empty when it has ended or may not be asked. Tells a process from a later one with the same id. */
export function commandOf(pid: number): string {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
        .replaceAll('\0', ' ')
        .trim();
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Process id of the server whose cluster this is, from postmaster.pid; undefined when none runs. */
export function runningServer(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  return commandOf(pid).includes(cluster) ? pid : undefined;
}

/**
 * Stops a server that a killed process left running on this cluster, and clears the pid file of one that is gone.
 * The caller holds the data folder, so nobody else owns that server.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const pid = runningServer(cluster);
  if (pid === undefined) {
    // A recycled process id would make the new server believe that the old one still runs.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  const until = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > until) throw new AppError('setup_failed', `A database server of an earlier start (pid ${String(pid)}) does not stop.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.js';
import { commandOf, isAlive } from './postgres-process.js';

type Holder = { readonly pid: number; readonly command: string; readonly url: string; readonly token: string };

export type Hold = {
  /** Says where this process can be reached, for the message of a second start. */
  announce(url: string): void;
  release(): void;
};

/**
 * Makes the data folder ours until `release`: one process works on it at a time.
 *
 * Errors: setup_failed naming the process that holds it, and where it answers. A holder that was killed does not count.
 */
export async function holdDataFolder(folder: string): Promise<Hold> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw unusable(folder, cause);
  }
  const file = join(folder, 'holder.json');
  const mine: Holder = { pid: process.pid, command: commandOf(process.pid), url: '', token: randomUUID() };
  for (let tries = 0; !claim(file, mine, folder); tries++) {
    const found = read(file);
    if (found !== undefined && isHeld(found)) throw heldBy(folder, found);
    // Somebody else may be clearing the same stale file: what was renamed away must be what was judged.
    if (tries > 5) throw new AppError('setup_failed', `The data folder ${folder} is being started by another process.`);
    clear(file, found);
  }
  return {
    announce: (url) => {
      const part = `${file}.${mine.token}`;
      writeFileSync(part, JSON.stringify({ ...mine, url }));
      renameSync(part, file);
    },
    release: () => {
      if (read(file)?.token === mine.token) rmSync(file, { force: true });
    },
  };
}

/** Linked into place, so that nobody ever reads half of it. */
function claim(file: string, mine: Holder, folder: string): boolean {
  const part = `${file}.${mine.token}`;
  try {
    writeFileSync(part, JSON.stringify(mine), { mode: 0o644 });
    linkSync(part, file);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unusable(folder, cause);
  } finally {
    rmSync(part, { force: true });
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** The id may belong to another process by now: the command line tells. */
const isHeld = (holder: Holder): boolean => holder.pid !== process.pid && isAlive(holder.pid) && commandOf(holder.pid) === holder.command;

function clear(file: string, judged: Holder | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside)?.token !== judged?.token && !existsSync(file)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

const heldBy = (folder: string, holder: Holder) =>
  new AppError(
    'setup_failed',
    `The data folder ${folder} is in use by process ${String(holder.pid)}${holder.url === '' ? '' : `, which answers at ${holder.url}`}.`,
    { hint: `Stop it first (kill ${String(holder.pid)}), or set FIELDSTONE_DATA_DIR to another folder.` },
  );

function unusable(folder: string, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return new AppError('setup_failed', `The disk is full: nothing can be written to ${folder}.`, { cause });
  const reason =
    code === 'EACCES' || code === 'EPERM' ? 'this account may not write there' : code === 'EROFS' ? 'it is read-only' : String(code);
  return new AppError('setup_failed', `The data folder ${folder} cannot be used: ${reason}.`, {
    hint: 'Set FIELDSTONE_DATA_DIR to another folder.',
    cause,
  });
}

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { syncFolder } from '../kernel/durable-files.js';
import { AppError, malformed } from '../kernel/errors.js';
import { failpoint } from '../kernel/failpoint.js';
import { told } from '../texts/told.js';

/** What was received: its name by content, and its first bytes, which say what it is. */
export type Blob = { readonly sha256: string; readonly size: number; readonly head: Buffer };

/** Bytes by their SHA-256, in one folder that every process of the installation shares. */
export type BlobFolder = {
  /** Stores a stream of at most `maxBytes`. When this is answered, the bytes are on the disk. A stream that is not stored is left where it was. */
  receive(stream: Readable, maxBytes: number): Promise<Blob>;
  /** The bytes, or undefined when they are not there. The last of them are held back until the whole was found to be what was stored. */
  read(sha256: string, size: number): Promise<Readable | undefined>;
  /** Takes bytes away, unless they were stored again within the time. */
  remove(sha256: string, olderThanMs: number): Promise<void>;
  /** Names of all that is stored, part by part. */
  names(): AsyncGenerator<readonly string[]>;
  /** Takes away what broken uploads left behind, and puts back what was on its way out when its process died: it is judged again. */
  sweepLeft(olderThanMs: number): Promise<void>;
};

const HEAD_BYTES = 64;
const SHA256 = /^[0-9a-f]{64}$/;
const MODE = 0o700;

/**
 * Shape:  `ab/cd/<sha256>` for what is stored, `incoming/<random>` while it comes in, `leaving/<sha256>.<random>` while it goes. No name from outside is
 *         ever part of a path.
 * Errors: overloaded when the disk is full, or fails.
 * Source: a rename within one file system happens whole or not at all; its folder is synced too, and that of a folder that is new, or it may be lost with
 *         the power.
 */
export function openBlobFolder(folder: string): BlobFolder {
  const placeOf = (sha256: string) => {
    if (!SHA256.test(sha256)) throw new Error('a blob has no such name');
    return {
      folder: join(folder, sha256.slice(0, 2), sha256.slice(2, 4)),
      file: join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256),
    };
  };
  const temporary = async (kind: 'incoming' | 'leaving', name: string) => {
    await mkdir(join(folder, kind), { recursive: true, mode: MODE });
    return join(folder, kind, name);
  };
  const kept = new Map<string, Promise<void>>();
  /** The folder that a blob stands in, there for good. Whoever made it may have died, or not be done, before it was synced: so each process sees to it. */
  const keepFolder = async (path: string): Promise<void> => {
    const isNew = (await mkdir(path, { recursive: true, mode: MODE })) !== undefined;
    const known = isNew ? undefined : kept.get(path);
    if (known !== undefined) return known;
    const keeping = (async () => {
      for (const above of [join(path, '..'), folder, join(folder, '..')]) await syncFolder(above);
    })();
    kept.set(path, keeping);
    keeping.catch(() => kept.delete(path));
    return keeping;
  };
  return {
    async receive(stream, maxBytes) {
      const path = await temporary('incoming', randomUUID());
      try {
        const file = await open(path, 'wx', 0o600);
        const blob = await writeTo(file, stream, maxBytes).finally(() => file.close());
        const place = placeOf(blob.sha256);
        await keepFolder(place.folder);
        // Over the same bytes if they are there already: the time of the file says that they are wanted.
        await rename(path, place.file);
        failpoint('blob-renamed');
        await syncFolder(place.folder);
        failpoint('blob-kept');
        return blob;
      } catch (error) {
        await rm(path, { force: true });
        throw diskFailure(error);
      }
    },
    async read(sha256, size) {
      const { file } = placeOf(sha256);
      const found = await stat(file).catch(() => undefined);
      return found?.size === size ? Readable.from(verified(file, sha256), { objectMode: false }) : undefined;
    },
    async remove(sha256, olderThanMs) {
      const { file } = placeOf(sha256);
      const isYoung = async (path: string) => Date.now() - (await stat(path)).mtimeMs < olderThanMs;
      if (await isYoung(file).catch(() => true)) return;
      const away = await temporary('leaving', `${sha256}.${randomUUID()}`);
      // Looked at again where nobody else reaches it: an upload of the same bytes meanwhile either stands in the place again, or is what was moved.
      if (
        !(await rename(file, away).then(
          () => true,
          () => false,
        ))
      )
        return;
      if (await isYoung(away)) await rename(away, file);
      else await rm(away, { force: true });
    },
    async *names() {
      for (const outer of await list(folder)) {
        if (!/^[0-9a-f]{2}$/.test(outer)) continue;
        for (const inner of await list(join(folder, outer)))
          yield (await list(join(folder, outer, inner))).filter((name) => SHA256.test(name));
      }
    },
    async sweepLeft(olderThanMs) {
      for (const name of await list(join(folder, 'leaving'))) {
        const sha256 = name.slice(0, name.indexOf('.'));
        // Whoever is taking it away right now finds it gone, and takes it away another time.
        if (SHA256.test(sha256)) await rename(join(folder, 'leaving', name), placeOf(sha256).file).catch(() => undefined);
      }
      for (const name of await list(join(folder, 'incoming'))) {
        const path = join(folder, 'incoming', name);
        const found = await stat(path).catch(() => undefined);
        if (found && Date.now() - found.mtimeMs > olderThanMs) await rm(path, { force: true });
      }
    },
  };
}

const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function writeTo(file: Awaited<ReturnType<typeof open>>, stream: Readable, maxBytes: number): Promise<Blob> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (size < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - size));
      size += chunk.length;
      if (size > maxBytes) throw new AppError('payload_too_large', told('file.too_large', { bytes: maxBytes }));
      hash.update(chunk);
      await writeAll(file, chunk);
    }
  } catch (error) {
    if (error instanceof Error && ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as { code?: string }).code ?? '')) {
      throw malformed(told('file.broken_off'));
    }
    throw error;
  }
  failpoint('blob-written');
  await file.sync();
  failpoint('blob-synced');
  return { sha256: hash.digest('hex'), size, head: Buffer.concat(head) };
}

/** A disk that is nearly full takes a part, and says so only at the next try. */
async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length;) from += (await file.write(bytes, from)).bytesWritten;
}

const DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS', 'ENFILE', 'EMFILE']);

/** A disk that takes no more is nobody's fault who uploads. */
function diskFailure(error: unknown): unknown {
  if (!DISK.has((error as { code?: string }).code ?? '')) return error;
  return new AppError('overloaded', told('file.not_kept'), { hint: told('try_later'), cause: error });
}

/** Errors: a plain Error at the end, before the last bytes, when they are not those that were stored; the answer then breaks off. */
async function* verified(path: string, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (held !== undefined) yield held;
    hash.update(chunk);
    held = chunk;
  }
  if (hash.digest('hex') !== sha256) throw new Error(`the stored file ${sha256} is damaged`);
  if (held !== undefined) yield held;
}

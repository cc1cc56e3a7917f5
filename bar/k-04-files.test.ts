import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobFolder } from '../engine/src/store/blob-folder.js';
import { sweepFiles, sweepOrphans } from '../engine/src/store/files.js';
import { silentLogger } from '../engine/src/kernel/logger.js';
import { openDatabase } from '../engine/src/store/open-database.js';
import { allOf, callerOf, must, type Caller } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';

/** Places where an upload is killed, in the order it comes to them, and between it and the record that holds the file. */
const POINTS = ['blob-written', 'blob-synced', 'blob-renamed', 'blob-kept', 'file-noted'];
const CYCLES = isNight ? 500 : POINTS.length;
const WRITERS = 4;

const DOCUMENTS = [objectOf('paper', 'name'), fieldOf('paper', 'name', 'text', { required: true }), fieldOf('paper', 'scan', 'file')];

const shaOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let product: Installation;
let node: Node;
let authorization: string;
let call: Caller;
const files = () => join(product.folder, 'data/files');
beforeAll(async () => {
  product = await openInstallation(DOCUMENTS);
  node = await product.start();
  ({ authorization } = await product.addPerson('admin'));
  call = callerOf(() => node.origin, authorization);
}, 600_000);
afterAll(() => product.close());

type Uploaded = { readonly id: string; readonly sha: string };
/** What the bytes of a file are, by its id, for whoever was told the id. */
const known = new Map<string, string>();
async function upload(bytes: Buffer): Promise<Uploaded | number | undefined> {
  const sent = {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  };
  const answer = await fetch(`${node.origin}/api/v1/files?name=scan.bin`, sent).catch(() => undefined);
  if (answer?.status !== 201) return answer?.status;
  const { id } = (await answer.json().catch(() => ({}))) as { id?: string };
  if (id === undefined) return undefined;
  known.set(id, shaOf(bytes));
  return { id, sha: shaOf(bytes) };
}
/** The bytes that a record holds; undefined when they do not arrive whole. */
async function bytesOf(id: string): Promise<Buffer | undefined> {
  try {
    const answer = await fetch(`${node.origin}/api/v1/records/paper/${id}/files/scan`, { headers: { Authorization: authorization } });
    return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

/** Every file that is noted, and is not there whole. */
async function brokenFiles(): Promise<string[]> {
  const rows = await product.sql<{ sha256: string; size: string }>('select sha256, size from meta.file');
  const broken: string[] = [];
  for (const { sha256, size } of rows) {
    const bytes = await readFile(join(files(), sha256.slice(0, 2), sha256.slice(2, 4), sha256)).catch(() => undefined);
    if (bytes === undefined || bytes.length !== Number(size) || shaOf(bytes) !== sha256) broken.push(sha256);
  }
  return broken;
}

describe('K-04: files', () => {
  it('K-04: whatever an upload was killed at, who has a file has all of it', { timeout: CYCLES * 120_000 }, async () => {
    /** What each record holds, as it was confirmed; several where nobody knows. */
    const held = new Map<string, (string | null)[]>();
    const same = randomBytes(50_000);
    const write = async () => {
      for (let n = 0; ; n += 1) {
        // The same bytes now and then: they are stored once.
        const file = await upload(n % 3 === 2 ? same : randomBytes(1 + Math.floor(Math.random() * 150_000)));
        if (typeof file !== 'object') return;
        const [some] = held.keys();
        if (n % 4 === 1 && some !== undefined) {
          held.get(some)?.push(file.id);
          const answer = await call('PATCH', `/records/paper/${some}`, { body: { scan: file.id } });
          if (answer?.status !== 200) return;
          // Others replace it too: any of them may have been last.
        } else {
          const answer = await call('POST', '/records/paper', { body: { name: 'paper', scan: file.id } });
          if (answer?.status !== 201) return;
          held.set(String(answer.body['id']), [file.id]);
        }
      }
    };
    const toDieAt = (cycle: number) =>
      product.start({ FIELDSTONE_FAILPOINT: `${POINTS[cycle % POINTS.length] ?? ''}:${String(1 + Math.floor(Math.random() * 12))}` });
    await node.kill();
    node = await toDieAt(0);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const point = POINTS[cycle % POINTS.length] ?? '';
      await Promise.all(Array.from({ length: WRITERS }, write));
      expect(await node.ended, point).toBeNull();
      node = await toDieAt(cycle + 1);
      const rows = new Map((await allOf(call, 'paper', ['scan'])).map(({ id, scan }) => [id, (scan as { id: string } | null)?.id ?? null]));
      for (const [id, may] of held) expect(may, point).toContain(rows.get(id));
      for (const [id, file] of rows) {
        const bytes = await bytesOf(id);
        expect(bytes === undefined ? 'not whole' : shaOf(bytes), point).toBe(known.get(file ?? ''));
      }
      expect(await brokenFiles(), point).toEqual([]);
    }
    await node.kill();
    node = await product.start();
  });

  it('K-04: bytes that are no longer what was stored do not arrive', async () => {
    const bytes = randomBytes(200_000);
    const file = (await upload(bytes)) as Uploaded;
    const { body } = await must(call, 'POST', '/records/paper', { body: { name: 'damaged', scan: file.id } });
    const place = join(files(), file.sha.slice(0, 2), file.sha.slice(2, 4), file.sha);
    const id = String(body['id']);
    expect((await bytesOf(id))?.equals(bytes)).toBe(true);
    const damaged = Buffer.from(bytes);
    damaged[150_000] = (damaged[150_000] ?? 0) ^ 1;
    await writeFile(place, damaged);
    expect(await bytesOf(id)).toBeUndefined();
    await writeFile(place, bytes.subarray(0, 100_000));
    expect(await bytesOf(id)).toBeUndefined();
    await writeFile(place, bytes);
    expect((await bytesOf(id))?.equals(bytes)).toBe(true);
  });

  it('K-04: only what nothing holds is taken away, and not before its time', { timeout: 180_000 }, async () => {
    const blobs = openBlobFolder(files());
    const roles = { owner: 'fieldstone_owner', app: 'fieldstone_app', bi: 'fieldstone_bi' };
    const secret = 'secret-of-the-bar-that-is-long-enough-for-it';
    const database = await openDatabase({ url: await product.databaseUrl(), secret, roles, poolSize: 1, logger: silentLogger });
    try {
      const make = async (fate: string) => {
        const file = (await upload(randomBytes(10_000))) as Uploaded;
        if (fate !== 'never held') {
          const { body } = await must(call, 'POST', '/records/paper', { body: { name: fate, scan: file.id } });
          const path = `/records/paper/${String(body['id'])}`;
          if (fate === 'in the bin') await must(call, 'DELETE', path);
          if (fate === 'replaced' || fate === 'replaced lately') await must(call, 'PATCH', path, { body: { scan: null } });
        }
        return { fate, ...file };
      };
      const made = [];
      for (const fate of ['held', 'in the bin', 'never held', 'replaced', 'replaced lately', 'stored again']) {
        made.push(await make(fate === 'stored again' ? 'never held' : fate));
      }
      const fates = ['held', 'in the bin', 'never held', 'replaced', 'replaced lately', 'stored again'];
      const placeOf = ({ sha }: Uploaded) => join(files(), sha.slice(0, 2), sha.slice(2, 4), sha);
      await sweepFiles(database, blobs, 30);
      // A month passes for all of them but one; bytes that were stored again are new, as an upload leaves them that is not noted yet.
      const aged = made.filter((_, at) => fates[at] !== 'replaced lately').map(({ id }) => id);
      await product.sql(`update meta.file set unused_since = unused_since - interval '31 days' where id = any($1)`, [aged]);
      const longAgo = new Date(Date.now() - 32 * 24 * 3_600_000);
      for (const [at, file] of made.entries()) if (fates[at] !== 'stored again') await utimes(placeOf(file), longAgo, longAgo);
      await sweepFiles(database, blobs, 30);
      await sweepOrphans(database, blobs);
      const isThere = await Promise.all(
        made.map((file) =>
          stat(placeOf(file)).then(
            () => true,
            () => false,
          ),
        ),
      );
      expect(Object.fromEntries(fates.map((fate, at) => [fate, isThere[at]]))).toEqual({
        ...{ held: true, 'in the bin': true, 'never held': false, replaced: false, 'replaced lately': true, 'stored again': true },
      });

      // Whoever takes away moves aside first. Killed there, it left the bytes of a file that is held: they come back.
      const held = made[0] as Uploaded;
      await mkdir(join(files(), 'leaving'), { recursive: true });
      const aside = join(files(), 'leaving', `${held.sha}.${randomUUID()}`);
      await rename(placeOf(held), aside);
      await sweepFiles(database, blobs, 30);
      expect(shaOf(await readFile(placeOf(held)))).toBe(held.sha);
      expect(await readdir(join(files(), 'leaving'))).toEqual([]);
      expect(await brokenFiles()).toEqual([]);
    } finally {
      await database.close();
    }
  });

  const canMount = process.getuid?.() === 0 && process.platform === 'linux';
  it.runIf(canMount)('K-04: a full disk is said, leaves nothing behind, and loses nothing', { timeout: 180_000 }, async () => {
    const small = join(product.folder, 'small');
    await mkdir(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', small]).status !== 0) return;
    await node.kill();
    node = await product.start({ FIELDSTONE_FILES_DIR: small });
    try {
      const first = (await upload(randomBytes(20_000))) as Uploaded;
      const { body } = await must(call, 'POST', '/records/paper', { body: { name: 'first', scan: first.id } });
      // More than there is at once, and more than there is in the last piece of many: what fits is written, and no more.
      for (const size of [500_000, 90_000, 85_000, 82_000]) {
        expect([size, await upload(randomBytes(size))]).toEqual([size, 503]);
      }
      expect(await readdir(join(small, 'incoming'))).toEqual([]);
      expect(shaOf((await bytesOf(String(body['id']))) ?? Buffer.alloc(0))).toBe(first.sha);
      const second = (await upload(randomBytes(10_000))) as Uploaded;
      const { body: next } = await must(call, 'POST', '/records/paper', { body: { name: 'second', scan: second.id } });
      expect(shaOf((await bytesOf(String(next['id']))) ?? Buffer.alloc(0))).toBe(second.sha);
    } finally {
      await node.kill();
      spawnSync('umount', [small]);
      node = await product.start();
    }
  });
});

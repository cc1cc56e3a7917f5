import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldOf, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { MarkedWrites, PARCELS } from './support/marked-writes.js';
import { unsound } from './support/unsound.js';
import { canTrace, childrenOf, trace } from './support/tracer.js';

const CYCLES = isNight ? 50 : 2;
const WRITERS = isNight ? 50 : 8;

const DOCUMENTS = [...PARCELS, objectOf('paper', 'name'), fieldOf('paper', 'name', 'text'), fieldOf('paper', 'scan', 'file')];

describe.runIf(canTrace)('K-03: a disk that fails', () => {
  let product: Installation;
  let node: Node;
  let authorization: string;
  beforeAll(async () => {
    product = await openInstallation(DOCUMENTS, { isEmbedded: true });
    node = await product.start();
    ({ authorization } = await product.addPerson('admin'));
  }, 600_000);
  afterAll(() => product.close());
  const isReady = async () => (await fetch(`${node.origin}/health/ready`)).status === 200;

  it('K-03: under the database is never taken for one that wrote', { timeout: CYCLES * 120_000 }, async () => {
    const writes = new MarkedWrites(() => node.origin, authorization);
    await writes.prepare(WRITERS);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const before = writes.confirmed;
      writes.begin();
      while (writes.confirmed === before && writes.refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const server = await product.databasePid();
      // Some calls of each process go well; then one says that the disk failed, in every process that comes to it until we let go.
      const when = 1 + Math.floor(Math.random() * 20);
      const failing = await trace(
        [server, ...childrenOf(server)],
        ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=EIO:when=${String(when)}`],
      );
      while (!failing.lines().some((line) => line.includes('INJECTED'))) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await failing.stop();
      const known = writes.confirmed;
      while (writes.confirmed < known + WRITERS && writes.refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await writes.end();
      expect(writes.refused, `after failure ${String(cycle + 1)}`).toEqual([]);
      expect(await writes.deviations(product), `after failure ${String(cycle + 1)}`).toEqual([]);
    }
    expect(await writes.changedSince()).toEqual([0, 0]);
    expect([node.child.exitCode, await isReady()]).toEqual([null, true]);
  });

  it('K-03: leaves a database whose pages and indexes are sound', { timeout: 180_000 }, async () => {
    expect(await unsound(product)).toEqual([]);
  });

  const files = () => join(product.folder, 'data/files');
  const shaOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const folderOf = (sha: string) => join(files(), sha.slice(0, 2), sha.slice(2, 4));
  const upload = async (bytes: Buffer) => {
    const headers = { Authorization: authorization, 'Content-Type': 'application/octet-stream' };
    return (await fetch(`${node.origin}/api/v1/files?name=scan`, { method: 'POST', headers, body: new Uint8Array(bytes) })).status;
  };
  const noted = async (sha: string) => (await product.sql('select 1 from meta.file where sha256 = $1', [sha])).length;

  it.each<[string, (sha: string) => string[]]>([
    ['the file', () => []],
    ['its folder', (sha) => ['-P', folderOf(sha)]],
    ['the folder of its folder, which is new', (sha) => ['-P', join(folderOf(sha), '..')]],
    [
      'the folder of its folder, made by somebody who died',
      (sha) => {
        mkdirSync(folderOf(sha), { recursive: true });
        return ['-P', join(folderOf(sha), '..')];
      },
    ],
  ])('K-03: a file is not taken in when %s can not be synced', { timeout: 180_000 }, async (_what, only) => {
    const bytes = randomBytes(100_000);
    const sha = shaOf(bytes);
    const failing = await trace([node.child.pid ?? 0], [...only(sha), '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO']);
    try {
      expect(await upload(bytes)).toBe(503);
      expect(failing.lines().some((line) => line.includes('INJECTED'))).toBe(true);
      expect(await noted(sha)).toBe(0);
    } finally {
      await failing.stop();
    }
    expect([await upload(bytes), await noted(sha)]).toEqual([201, 1]);
  });

  it(
    'K-03: the bytes of a file are on the disk, and can be found there, before the database hears of it',
    { timeout: 180_000 },
    async () => {
      const bytes = randomBytes(100_000);
      const sha = shaOf(bytes);
      const calls = 'trace=fsync,rename,write,writev,sendto,pwrite64,mkdir';
      const watching = await trace([node.child.pid ?? 0], ['-y', '-s', '4096', '-e', calls]);
      expect(await upload(bytes)).toBe(201);
      await watching.stop();
      const done = finished(watching.lines());
      const first = (what: RegExp) => done.findIndex((line) => what.test(line));
      const last = (what: RegExp) => done.findLastIndex((line) => what.test(line));
      const path = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      const order = {
        written: last(/^(write|pwrite64)\(\d+<[^>]*\/incoming\//),
        synced: first(/^fsync\(\d+<[^>]*\/incoming\/[^>]*>\) += 0/),
        renamed: first(new RegExp(`^rename\\(.*${sha}`)),
        found: first(new RegExp(`^fsync\\(\\d+<${path(folderOf(sha))}>\\) += 0`)),
        told: first(new RegExp(`^(write|writev|sendto)\\(\\d+<(socket|TCP).*${sha}`)),
      };
      expect(Object.values(order), JSON.stringify(order)).toEqual(Object.values(order).toSorted((a, b) => a - b));
      expect(order.written).toBeGreaterThanOrEqual(0);
      // Both folders above it are new, or were: then they are synced too, before anybody hears of the file.
      for (const [made, above] of [
        [folderOf(sha), join(folderOf(sha), '..')],
        [join(folderOf(sha), '..'), files()],
      ] as const) {
        if (first(new RegExp(`^mkdir\\("${path(made)}", 0\\d+\\) += 0`)) < 0) continue;
        const synced = first(new RegExp(`^fsync\\(\\d+<${path(above)}>\\) += 0`));
        expect(synced).toBeGreaterThanOrEqual(0);
        expect(synced).toBeLessThan(order.told);
      }
    },
  );
});

/** Calls in the order in which they ended; where one began before another ended, both halves are put together. */
function finished(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, pid = '', text = ''] = /^(?:\[pid +(\d+)\] )?(.*)$/.exec(line) ?? [];
    const cut = text.indexOf(' <unfinished ...>');
    if (cut >= 0) {
      begun.set(pid, text.slice(0, cut));
      return [];
    }
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
    return [rest === undefined ? text : `${begun.get(pid) ?? ''}${rest}`];
  });
}

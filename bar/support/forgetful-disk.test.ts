import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noDiskBecause, openDisk, type ForgetfulDisk } from './forgetful-disk.js';

const sync = async (path: string) => {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
};

describe.skipIf(noDiskBecause() !== undefined)('a disk that forgets', () => {
  let folder: string;
  let disk: ForgetfulDisk;
  const at = (name: string) => join(folder, name);
  /** What is on it: the texts of its files, by their paths. */
  const found = async () => {
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')])));
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldstone-forgetful-'));
    disk = await openDisk(folder);
  });
  afterAll(async () => {
    await disk.close();
    await rm(folder, { recursive: true });
  });

  it.each<[string, () => Promise<unknown>, Record<string, string>]>([
    ['what was written', () => writeFile(at('a'), 'text'), {}],
    ['not what was synced', () => writeFile(at('a'), 'text').then(() => sync(at('a'))), { a: 'text' }],
    ['what was added to it', () => writeFile(at('a'), ' and more', { flag: 'a' }), { a: 'text' }],
    ['what was written over it', () => writeFile(at('a'), 'next'), { a: 'text' }],
    ['that it was cut short', () => writeFile(at('a'), ''), { a: 'text' }],
    ['another name', () => rename(at('a'), at('b')), { a: 'text' }],
    ['not a name that its folder was synced with', () => rename(at('a'), at('b')).then(() => sync(folder)), { b: 'text' }],
    ['that it is gone', () => rm(at('b')), { b: 'text' }],
    ['a new folder', () => mkdir(at('new')), { b: 'text' }],
    [
      'a new folder that was synced, and not the one it is in',
      async () => {
        await mkdir(at('new'));
        await rename(at('b'), at('new/b'));
        await sync(at('new'));
      },
      {},
    ],
    [
      'not what was synced in a new folder',
      () =>
        mkdir(at('new'))
          .then(() => writeFile(at('new/c'), 'text'))
          .then(() => sync(at('new/c'))),
      { 'new/c': 'text' },
    ],
    ['a file in place of another', () => writeFile(at('new/d'), 'other').then(() => rename(at('new/d'), at('new/c'))), { 'new/c': 'text' }],
    [
      'its bytes, but not its name',
      async () => {
        await writeFile(at('new/d'), 'other');
        await rename(at('new/d'), at('new/c'));
        await sync(at('new'));
      },
      { 'new/c': '' },
    ],
  ])('forgets %s', async (_what, work, expected) => {
    await work();
    await disk.cut();
    expect(await found()).toEqual(expected);
    // Every other cut keeps some of what it need not keep.
    await disk.cut();
  });

  it('keeps nothing when it lies', async () => {
    disk.lie();
    await writeFile(at('new/c'), 'text');
    await sync(at('new/c'));
    await disk.cut();
    expect(await found()).toEqual({ 'new/c': '' });
  });

  it('keeps some of the pages that it need not keep, every other time', async () => {
    const was = Buffer.alloc(4096 * 64, 'a');
    const kept: number[] = [];
    for (let cut = 0; cut < 2; cut += 1) {
      await writeFile(at('new/c'), was);
      await sync(at('new/c'));
      const file = await open(at('new/c'), 'r+');
      await file.write(Buffer.alloc(was.length, 'b'));
      await file.close();
      await disk.cut();
      const now = await readFile(at('new/c'));
      kept.push(Array.from({ length: 64 }, (_, page) => now[page * 4096] ?? 0).filter((byte) => byte === 'b'.charCodeAt(0)).length);
      expect(now).toHaveLength(was.length);
    }
    expect(kept).toContain(0);
    expect(Math.max(...kept)).toBeGreaterThan(0);
  });
});

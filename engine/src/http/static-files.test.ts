import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticFiles } from './static-files.js';

let folder: string;
let get: (path: string, accept: string) => Promise<number | 'absent'>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'static-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<html><head></head></html>');
  await writeFile(join(folder, 'assets', 'main.js'), 'export {};');
  const statics = createStaticFiles([{ prefix: '', folder }], false);
  get = async (path, accept) => (await statics({ path, accept, acceptEncoding: '', ifNoneMatch: undefined }))?.status ?? 'absent';
});
afterAll(() => rm(folder, { recursive: true }));

describe('a built front end', () => {
  it.each([
    ['/', 'text/html,*/*;q=0.8', 200],
    ['/', '*/*', 200],
    ['/', '', 200],
    ['/o/thing/1', '*/*', 200],
    ['/', 'application/json', 'absent'],
    ['/assets/main.js', '*/*', 200],
    ['/assets/gone.js', '*/*', 'absent'],
    ['/../secret', 'text/html', 'absent'],
    ['/%2e%2e/secret', 'text/html', 'absent'],
  ])('%s as %s: %s', async (path, accept, expected) => {
    expect(await get(path, accept)).toBe(expected);
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOf, callerOf } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { noDiskBecause, openDisk, type ForgetfulDisk } from './support/forgetful-disk.js';
import { isNight, openInstallation, type Installation, type Node } from './support/installation.js';
import { MarkedWrites, PARCELS } from './support/marked-writes.js';
import { childrenOf } from './support/tracer.js';
import { unsound } from './support/unsound.js';

const CUTS = isNight ? 50 : 2;
const WRITERS = isNight ? 20 : 8;
const UPLOADERS = 4;
const LONGEST_MS = isNight ? 2_000 : 500;

const DOCUMENTS = [...PARCELS, objectOf('paper', 'name'), fieldOf('paper', 'name', 'text'), fieldOf('paper', 'scan', 'file')];
const shaOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const reason = noDiskBecause();
describe.skipIf(reason !== undefined)(`K-03: the power is cut${reason === undefined ? '' : ` (not tried: ${reason})`}`, () => {
  let product: Installation;
  let disk: ForgetfulDisk;
  let node: Node;
  let authorization: string;
  let writes: MarkedWrites;
  const data = () => join(product.folder, 'data');
  /** With a secret and a database of its own making: what an installation starts with when it is told nothing. */
  const start = async () => (node = await product.start({ FIELDSTONE_SECRET: '' }));
  beforeAll(async () => {
    product = await openInstallation(DOCUMENTS, { isEmbedded: true });
    await mkdir(data());
    disk = await openDisk(data());
    await start();
  }, 600_000);
  afterAll(async () => {
    await node.stop();
    await disk.close();
    await product.close();
  });

  /** Nobody gets to say goodbye: the product, then the database, which is held so that it starts nobody meanwhile. */
  async function cutPower(): Promise<void> {
    await node.kill();
    const server = await product.databasePid();
    process.kill(server, 'SIGSTOP');
    for (const pid of [...childrenOf(server), server]) process.kill(pid, 'SIGKILL');
    await disk.cut();
  }

  /** The bytes that each record was confirmed to hold. */
  const held = new Map<string, string>();
  /** Uploads and puts into records until nobody answers. */
  async function upload(): Promise<void> {
    const call = callerOf(() => node.origin, authorization);
    for (;;) {
      const bytes = randomBytes(1 + Math.floor(Math.random() * 50_000));
      const headers = { Authorization: authorization, 'Content-Type': 'application/octet-stream' };
      const sent = { method: 'POST', headers, body: new Uint8Array(bytes) };
      const answer = await fetch(`${node.origin}/api/v1/files?name=scan`, sent).catch(() => undefined);
      const file = answer?.status === 201 ? ((await answer.json().catch(() => undefined)) as { id: string } | undefined) : undefined;
      if (file === undefined) return;
      const made = await call('POST', '/records/paper', { body: { name: 'paper', scan: file.id } });
      if (made?.status !== 201) return;
      held.set(String(made.body['id']), shaOf(bytes));
    }
  }
  async function lostFiles(): Promise<string[]> {
    const call = callerOf(() => node.origin, authorization);
    const there = new Set((await allOf(call, 'paper', ['name'])).map(({ id }) => id));
    const lost: string[] = [];
    for (const [id, sha] of held) {
      if (!there.has(id)) lost.push(`record ${id}`);
      const answer = await fetch(`${node.origin}/api/v1/records/paper/${id}/files/scan`, { headers: { Authorization: authorization } });
      const bytes = await answer.arrayBuffer().catch(() => new ArrayBuffer(0));
      if (shaOf(Buffer.from(bytes)) !== sha) lost.push(`file of ${id}`);
    }
    // Each was looked at once more than enough.
    held.clear();
    return lost;
  }
  /** People work, and the power is cut at any moment. */
  async function workUntilCut(): Promise<void> {
    const before = writes.confirmed;
    writes.begin();
    const uploading = Array.from({ length: UPLOADERS }, upload);
    while (writes.confirmed === before || held.size === 0) {
      if (writes.refused.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS));
    await cutPower();
    await writes.end();
    await Promise.all(uploading);
  }

  it('K-03: right after the first start, and what the installation made for itself is there', { timeout: 180_000 }, async () => {
    const own = () => Promise.all(['secret', 'postgres.password'].map((name) => readFile(join(data(), name), 'utf8')));
    const before = await own();
    const person = await product.addPerson('admin');
    ({ authorization } = person);
    await cutPower();
    await start();
    expect(await own()).toEqual(before);
    expect(await product.sql('select 1 as there from meta.user where id = $1', [person.id])).toEqual([{ there: 1 }]);
  });

  it('K-03: while people write, and what was confirmed is there', { timeout: CUTS * 120_000 }, async () => {
    writes = new MarkedWrites(() => node.origin, authorization);
    await writes.prepare(WRITERS);
    for (let cut = 1; cut <= CUTS; cut += 1) {
      await workUntilCut();
      await start();
      expect(writes.refused, `after cut ${String(cut)}`).toEqual([]);
      expect(await writes.deviations(product), `after cut ${String(cut)}`).toEqual([]);
      expect(await lostFiles(), `after cut ${String(cut)}`).toEqual([]);
      expect(await unsound(product), `after cut ${String(cut)}`).toEqual([]);
    }
    expect(await writes.changedSince()).toEqual([0, 0]);
  });

  it('K-03: and on a disk that only says that it keeps something, this is seen', { timeout: 180_000 }, async () => {
    disk.lie();
    await workUntilCut();
    const lost = await start().then(
      async () => [...(await writes.deviations(product)), ...(await lostFiles())],
      (error: unknown) => [String(error)],
    );
    expect(lost).not.toEqual([]);
  });
});

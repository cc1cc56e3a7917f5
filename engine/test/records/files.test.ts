import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import type { Actor } from '../../src/kernel/actor.js';
import { disposition, fileRoutes } from '../../src/http/routes/files.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { fileName, typeOf } from '../../src/records/files.js';
import { openBlobFolder, type BlobFolder } from '../../src/store/blob-folder.js';
import { setQuota } from '../../src/store/quotas.js';
import { sweepFiles, sweepOrphans } from '../../src/store/files.js';
import { startTestServer, type Client, type TestServer } from '../support/server.js';
import { makeWorld, type World } from './world.js';

const field = (name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_paper_${name}`,
  object: 'paper',
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, all: string) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { create: all === 'all', read: all, update: all, delete: all, fields: 'edit' },
});
const permission = (of: string, more: object) => ({ kind: 'permission', id: `prm_${of}`, role: of, object: 'paper', ...more });
const documents = [
  { kind: 'object', id: 'obj_paper', name: 'paper', label: 'Paper', pluralLabel: 'Papers', nameField: 'name' },
  field('name', 'text', { required: true }),
  field('scan', 'file'),
  field('photo', 'image'),
  role('admin', 'all'),
  role('own', 'none'),
  permission('own', { create: true, read: 'own', update: 'own', delete: 'own' }),
  role('reader', 'none'),
  permission('reader', { read: 'all', fields: { default: 'read' } }),
  role('blind', 'none'),
  permission('blind', { create: true, read: 'all', update: 'all', fields: { default: 'edit', only: { scan: 'none' } } }),
];

const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from('not much of a picture')]);
const MAX_BYTES = 100_000;
const MAX_STORED = 100_000_000_000;

let world: World;
let server: TestServer;
let folder: string;
let blobs: BlobFolder;
type Person = Client & { userId: string; cookie: string };
let admin: Person;
let owner: Person;
let reader: Person;
let blind: Person;

beforeAll(async () => {
  world = await makeWorld(documents);
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-files-'));
  blobs = openBlobFolder(folder);
  const { active, database } = world;
  const contextOf = ({ actor }: { actor: Actor }) => ({
    actor,
    active,
    data: database.data,
    clock: { now: () => new Date() },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  });
  server = await startTestServer({
    database: world.test,
    active,
    more: [...recordRoutes({ contextOf }), ...fileRoutes(contextOf, { blobs, maxBytes: MAX_BYTES, maxStored: MAX_STORED })],
  });
  admin = await server.signedIn(['admin']);
  owner = await server.signedIn(['own']);
  reader = await server.signedIn(['reader']);
  blind = await server.signedIn(['blind']);
});
afterAll(async () => {
  await server.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const upload = (who: Person, bytes: Buffer | string, name = 'a.txt', headers: Record<string, string> = {}) =>
  who.raw(`/api/v1/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
    body: new Uint8Array(Buffer.from(bytes)),
  });
const attach = async (who: Person, bytes: Buffer | string, name?: string, to = 'scan') => {
  const { body } = await upload(who, bytes, name);
  return (await who.post('/records/paper', { name: 'P', [to]: body.id })).body as { id: string; scan: { id: string } | null };
};
const address = (id: string, name = 'scan', query = '') => `/api/v1/records/paper/${id}/files/${name}${query}`;
const fetchBytes = async (who: Person, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(server.origin + path, { headers: { Cookie: who.cookie, ...headers } });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const placeOf = (name: string) => join(folder, name.slice(0, 2), name.slice(2, 4), name);

describe('uploading', () => {
  it('stores the bytes by their content, and says what they are', async () => {
    const { status, body } = await upload(admin, PNG, 'C:\\photos\\me.txt');
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'me.txt', type: 'image/png', size: PNG.length });
    expect(await readFile(placeOf(sha(PNG)))).toEqual(PNG);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('stores the same bytes once, however often they come', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => upload(admin, 'the same')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
    expect(await readdir(join(placeOf(sha('the same')), '..'))).toEqual([sha('the same')]);
  });

  it.each<[string, () => Promise<{ status: number; body: unknown }>, number, string]>([
    ['nothing', () => upload(admin, ''), 400, 'malformed'],
    ['too much', () => upload(admin, Buffer.alloc(MAX_BYTES + 1)), 413, 'payload_too_large'],
    [
      'a form of another page',
      () => upload(admin, 'x', 'a', { 'Content-Type': 'multipart/form-data; boundary=x' }),
      415,
      'unsupported_media_type',
    ],
    ['a text', () => upload(admin, 'x', 'a', { 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type'],
    ['a name of dots', () => upload(admin, 'x', '../..'), 400, 'malformed'],
    ['no name', () => upload(admin, 'x', ''), 400, 'malformed'],
    ['another page’s call', () => upload(admin, 'x', 'a', { Origin: 'https://evil.example' }), 403, 'forbidden'],
  ])('refuses %s, and leaves nothing behind', async (_what, send, status, code) => {
    const answer = await send();
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('that is refused on the way leaves the connection to the next call', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (path: string, body?: Buffer) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { Cookie: admin.cookie, Origin: server.origin, 'Content-Type': 'application/octet-stream' };
        const sent = request(server.origin + path, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        });
        sent.on('error', reject).end(body);
      });
    for (let times = 0; times < 3; times += 1) {
      expect(await send('/api/v1/files?name=a', Buffer.alloc(20 * MAX_BYTES))).toBe(413);
      expect(await send('/api/v1/health/live')).toBe(200);
    }
    agent.destroy();
  });

  it('is for people who are signed in', async () => {
    expect(
      (
        await server.nobody.raw('/api/v1/files?name=a', {
          method: 'POST',
          body: 'x',
          headers: { 'Content-Type': 'application/octet-stream' },
        })
      ).status,
    ).toBe(401);
  });

  it('counts what comes without a length, and throws away what breaks off', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(10_000);
      })(),
    );
    await expect(blobs.receive(endless, MAX_BYTES)).rejects.toMatchObject({ code: 'payload_too_large' });
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(blobs.receive(broken, MAX_BYTES)).rejects.toMatchObject({ code: 'malformed' });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });
});

describe('a field that holds a file', () => {
  it('is written as the id and tells name, type and size', async () => {
    const { id } = await attach(admin, 'hello', 'Übersicht.pdf');
    const { body } = await admin.get(`/records/paper/${id}`);
    expect(body.scan).toEqual({ id: expect.any(String) as unknown, name: 'Übersicht.pdf', type: 'application/octet-stream', size: 5 });
    expect((await admin.get('/records/paper', undefined)).body.data.find((row: { id: string }) => row.id === id).scan.size).toBe(5);
    expect((await admin.get(`/records/paper?filter=${encodeURIComponent('{"is_empty":[{"var":"scan"}]}')}`)).body.data).toEqual([]);
  });

  it('takes only the writer’s own upload', async () => {
    const { body: file } = await upload(admin, 'mine');
    const refused = (to: object) => ({ status: 422, body: { issues: [{ ...to, code: 'lookup_missing' }] } });
    expect(await owner.post('/records/paper', { name: 'P', scan: file.id })).toMatchObject(refused({ path: '/scan' }));
    expect(await owner.post('/records/paper', { name: 'P', scan: '0198c0de-0000-7000-8000-000000000000' })).toMatchObject(
      refused({ path: '/scan' }),
    );
    const { body: record } = await owner.post('/records/paper', { name: 'P' });
    expect(await owner.patch(`/records/paper/${record.id}`, { scan: file.id })).toMatchObject(refused({ path: '/scan' }));
  });

  it('lets others change the rest of the record, and send the file back as it is', async () => {
    const { id, scan } = await attach(owner, 'kept');
    expect((await admin.patch(`/records/paper/${id}`, { name: 'Q', scan: scan?.id })).status).toBe(200);
    expect((await admin.patch(`/records/paper/${id}`, { scan: null })).body.scan).toBeNull();
  });

  it.each<[string, string | Buffer, number]>([
    ['a picture', PNG, 201],
    ['a script in a picture’s name', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 422],
    ['a page', '<!doctype html><script>alert(1)</script>', 422],
  ])('holds, as a picture, %s: %s', async (_what, bytes, status) => {
    const { body: file } = await upload(admin, bytes, 'picture.png');
    const answer = await admin.post('/records/paper', { name: 'P', photo: file.id });
    expect(answer.status).toBe(status);
    if (status !== 201) expect(answer.body.issues).toMatchObject([{ path: '/photo', code: 'not_an_image' }]);
  });

  it('says in the history which file was there', async () => {
    const { id } = await attach(admin, 'first', 'first.txt');
    const { body: second } = await upload(admin, 'second', 'second.txt');
    await admin.patch(`/records/paper/${id}`, { scan: second.id });
    const { body } = await admin.get(`/records/paper/${id}/history`);
    expect(body.data[0].changes).toMatchObject([{ field: 'scan', before: { name: 'first.txt' }, after: { name: 'second.txt' } }]);
  });
});

describe('reading a file', () => {
  it('goes through the record, and gives it out for saving', async () => {
    const { id } = await attach(admin, '<script>alert(1)</script>', 'Bericht "Ü".html');
    const { status, headers, bytes } = await fetchBytes(reader, address(id));
    expect([status, bytes.toString()]).toEqual([200, '<script>alert(1)</script>']);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Bericht ___.html"; filename*=UTF-8''Bericht%20%22%C3%9C%22.html`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('content-length')).toBe('25');
  });

  it('shows pictures and nothing else, and sends them once', async () => {
    const { id } = await attach(admin, PNG, 'me.png', 'photo');
    const shown = await fetchBytes(reader, address(id, 'photo', '?inline=1'));
    expect([shown.headers.get('content-type'), shown.headers.get('content-disposition')?.split(';')[0]]).toEqual(['image/png', 'inline']);
    expect((await fetchBytes(reader, address(id, 'photo'))).headers.get('content-disposition')).toMatch(/^attachment/);
    const again = await fetchBytes(reader, address(id, 'photo', '?inline=1'), { 'If-None-Match': shown.headers.get('etag') ?? '' });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    const other = await attach(admin, '<b>', 'b.html');
    expect((await fetchBytes(reader, address(other.id, 'scan', '?inline=1'))).headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('refuses whoever may not read the record or the field, like what is not there', async () => {
    const { id, scan } = await attach(admin, 'secret');
    const missing = await admin.raw(address('0198c0de-0000-7000-8000-000000000000'));
    const same = ({ status, body }: { status: number; body: Record<string, unknown> }) => ({
      status,
      code: body['code'],
      detail: body['detail'],
    });
    expect(missing.status).toBe(404);
    for (const [who, path] of [
      [owner, address(id)],
      [blind, address(id)],
      [admin, address(id, 'name')],
      [admin, address(id, 'nothing')],
      [admin, address(id, 'photo')],
      [admin, address('x')],
    ] as const) {
      expect(same(await who.raw(path))).toEqual(same(missing));
    }
    expect((await admin.get(`/files/${scan?.id ?? ''}`)).status).toBe(404);
    expect((await server.nobody.raw(address(id))).status).toBe(401);
  });

  it('ends when the file is taken off the record, or the record is deleted', async () => {
    const { id } = await attach(admin, 'for a while');
    expect((await admin.raw(address(id))).status).toBe(200);
    await admin.patch(`/records/paper/${id}`, { scan: null });
    expect((await admin.raw(address(id))).status).toBe(404);
    const other = await attach(admin, 'for a while');
    await admin.delete(`/records/paper/${other.id}`);
    expect((await admin.raw(address(other.id))).status).toBe(404);
  });

  it('never gives out bytes that are not those that were stored', async () => {
    const text = 'x'.repeat(90_000);
    const { id } = await attach(admin, text);
    const path = placeOf(sha(text));
    await writeFile(path, `${text.slice(0, -1)}y`);
    await expect(fetchBytes(admin, address(id))).rejects.toThrow();
    await writeFile(path, 'shorter');
    expect((await admin.raw(address(id))).status).toBe(500);
    await rm(path);
    expect((await admin.raw(address(id))).status).toBe(500);
  });
});

describe('files that no record holds', () => {
  const later = async (id: string) => world.test.sql(`update meta.file set unused_since = now() - interval '31 days' where id = $1`, [id]);
  const isStored = (bytes: string) =>
    readFile(placeOf(sha(bytes))).then(
      () => true,
      () => false,
    );
  const age = (bytes: string) => utimes(placeOf(sha(bytes)), new Date(0), new Date(0));

  it('go after a while, with their bytes; those that are held stay, in the recycle bin too', async () => {
    const { body: unused } = await upload(admin, 'nobody holds this');
    const held = await attach(admin, 'held');
    const deleted = await attach(admin, 'held by a deleted one');
    await admin.delete(`/records/paper/${deleted.id}`);
    await sweepFiles(world.database, blobs, 30);
    expect(await isStored('nobody holds this')).toBe(true);
    await later(unused.id as string);
    for (const bytes of ['nobody holds this', 'held', 'held by a deleted one']) await age(bytes);
    await sweepFiles(world.database, blobs, 30);
    expect(await Promise.all(['nobody holds this', 'held', 'held by a deleted one'].map(isStored))).toEqual([false, true, true]);
    expect((await admin.raw(address(held.id))).status).toBe(200);
    expect((await admin.post('/records/paper', { name: 'P', scan: unused.id })).status).toBe(422);
  });

  it('are counted anew when a record holds them again', async () => {
    const { body: file } = await upload(admin, 'again');
    await sweepFiles(world.database, blobs, 30);
    await later(file.id as string);
    await admin.post('/records/paper', { name: 'P', scan: file.id });
    await sweepFiles(world.database, blobs, 30);
    expect(await world.test.sql('select 1 from meta.file where id = $1 and unused_since is null', [file.id])).toHaveLength(1);
  });

  it('leave their bytes while another file has the same, or when they were just sent again', async () => {
    const { body: one } = await upload(admin, 'twice');
    await upload(admin, 'twice');
    await sweepFiles(world.database, blobs, 30);
    await later(one.id as string);
    await age('twice');
    await sweepFiles(world.database, blobs, 30);
    expect(await isStored('twice')).toBe(true);
    await blobs.receive(Readable.from([Buffer.from('fresh')]), 100);
    await blobs.remove(sha('fresh'), 3_600_000);
    expect(await isStored('fresh')).toBe(true);
  });

  it('that were stored and never noted go too', async () => {
    await blobs.receive(Readable.from([Buffer.from('orphan')]), 100);
    await age('orphan');
    await sweepOrphans(world.database, blobs);
    expect(await isStored('orphan')).toBe(false);
  });

  it('are limited for each person and day', async () => {
    const { userId } = await server.signedIn(['own']);
    await world.test.sql(
      `insert into meta.file (id, tenant_id, sha256, size, type, name, created_by) values (gen_random_uuid(), $1, repeat('0', 64), 1000000000, 'x', 'x', $2)`,
      [server.tenantId, owner.userId],
    );
    expect(userId).not.toBe(owner.userId);
    expect((await upload(owner, 'one more')).body).toMatchObject({
      code: 'limit_exceeded',
      detail: expect.stringMatching(/^The uploads of a person within a day may have at most 1,000,000,000 bytes; there are 1,000,0\d+/),
    });
  });

  it('have a quota for all of a tenant together: of its own, or what all have', async () => {
    const other = await server.signedIn(['own']);
    const { size } = (await world.test.sql<{ size: string }>('select sum(size)::text as size from meta.file'))[0] ?? { size: '0' };
    await world.test.sql(
      `insert into meta.file (id, tenant_id, sha256, size, type, name, created_by) values (gen_random_uuid(), $1, repeat('1', 64), $2, 'x', 'x', null)`,
      [server.tenantId, MAX_STORED - Number(size) - 5],
    );
    const own = (max: number | null) => setQuota(world.database.pool, server.tenantId, 'file_bytes', max);
    expect((await upload(other, 'fits!')).status).toBe(201);
    const full = await upload(other, 'x');
    expect([full.status, full.body]).toMatchObject([
      507,
      {
        ...{ code: 'quota_exceeded', quota: 'file_bytes', used: MAX_STORED + 1, max: MAX_STORED },
        detail: expect.stringMatching(
          /^With this file your organisation would have 100,000,000,001 bytes of files, and it may have 100,000,000,000\. Take files from/,
        ),
      },
    ]);
    expect(await own(MAX_STORED + 1)).toBe(true);
    expect([(await upload(other, 'x')).status, (await upload(other, 'x')).status]).toEqual([201, 507]);
    await own(0);
    expect((await upload(other, 'no limit')).status).toBe(201);
    await own(null);
    expect((await upload(other, 'x')).status).toBe(507);
  });
});

it('leaves no difference between the database and the metadata', async () => {
  expect(await examineSpace(world.database, world.active.space)).toMatchObject({ drift: [], pending: [] });
});

describe('names and types', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie: x.txt'],
    ['\u202etxt.exe', 'txt.exe'],
    ['x'.repeat(400), 'x'.repeat(255)],
  ])('%j is called %j', (given, name) => {
    expect(fileName(given)).toBe(name);
  });

  it.each(['', '   ', '.', '..', '/', 'a/', '\u0000'])('%j is no name', (given) => {
    expect(() => fileName(given)).toThrow();
  });

  it('stay within their header', () => {
    expect(disposition('attachment', 'a";\r\n x=\\%41ü')).toBe(
      `attachment; filename="a_;__ x=__41_"; filename*=UTF-8''a%22%3B%0D%0A%20x%3D%5C%2541%C3%BC`,
    );
  });

  it.each<[string, number[] | string]>([
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['image/gif', 'GIF89a'],
    ['image/webp', 'RIFF1234WEBP'],
    ['application/pdf', '%PDF-1.7'],
    ['application/octet-stream', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['application/octet-stream', 'GIF89'],
    ['application/octet-stream', 'RIFF1234WAVE'],
    ['application/octet-stream', ''],
  ])('%s', (type, bytes) => {
    expect(typeOf(Buffer.from(bytes as string))).toBe(type);
  });
});

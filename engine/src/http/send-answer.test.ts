import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseHeaders, sendWhole, type WholeAnswer } from './send-answer.js';

const base = baseHeaders([
  ['Cache-Control', 'no-store'],
  ['X-Frame-Options', 'DENY'],
]);
const answers: Record<string, WholeAnswer> = {
  '/plain': { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"name":"Zoë"}' },
  '/cached': { status: 200, headers: { 'cache-control': 'max-age=60' }, body: Buffer.from('abc') },
  '/empty': { status: 200, body: '' },
  '/nothing': { status: 204, body: null },
};
let server: Server;
let origin: string;

beforeAll(async () => {
  const app = new Koa();
  app.use((ctx) => {
    sendWhole(ctx, 'request-1', base, answers[ctx.path] ?? { status: 404, body: null });
  });
  server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => server.close());

it.each([
  ['GET', '/plain', 200, '15', 'no-store', '{"name":"Zoë"}'],
  ['HEAD', '/plain', 200, '15', 'no-store', ''],
  ['GET', '/cached', 200, '3', 'max-age=60', 'abc'],
  ['GET', '/empty', 200, '0', 'no-store', ''],
  ['GET', '/nothing', 204, null, 'no-store', ''],
])('%s %s: status %i, length %s, caching %s', async (method, path, status, length, caching, body) => {
  const answer = await fetch(origin + path, { method });
  expect([answer.status, answer.headers.get('content-length'), answer.headers.get('cache-control')]).toEqual([status, length, caching]);
  expect([answer.headers.get('x-frame-options'), answer.headers.get('x-request-id')]).toEqual(['DENY', 'request-1']);
  expect(await answer.text()).toBe(body);
});

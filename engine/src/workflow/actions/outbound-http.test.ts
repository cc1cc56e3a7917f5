import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic, sendRequest } from './outbound-http.js';

let server: http.Server;
let port = 0;
let connections = 0;
let requests: string[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    else if (request.url === '/large') response.end('x'.repeat(200_000));
    else if (request.url === '/hang') response.write('...');
    else if (request.url === '/reset') response.writeHead(200, { 'content-length': '10' }).write('half', () => request.socket.destroy());
    else response.end('fine');
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const call = (url: string, allow: readonly string[] = [], timeoutMs = 2_000) =>
  sendRequest({ url, method: 'POST', headers: {}, body: 'x' }, { allow, timeoutMs, maxBytes: 100_000 }).catch(
    (error: { code: string }) => error.code,
  );

describe('addresses that lead inside', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0',
    '0.0.0.0',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '127.000.000.001',
    'localhost',
    'LOCALHOST',
    'localhost.',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    'user@127.0.0.1',
    'example.com@127.0.0.1',
  ])('%s is refused before anything connects', async (host) => {
    const before = connections;
    for (const suffix of ['/', `:${port}/`]) {
      expect(await call(`http://${host}${suffix}`)).toBe('target_refused');
    }
    expect(connections).toBe(before);
  });

  it.each(['file:///etc/passwd', 'gopher://127.0.0.1/', 'ftp://127.0.0.1/', '//127.0.0.1/', 'not a url'])(
    '%s is no web address',
    async (url) => {
      expect(await call(url)).toBe('target_refused');
    },
  );

  it('only the ports of the web are called on public addresses', async () => {
    expect(await call('http://93.184.216.34:6379/')).toBe('target_refused');
  });

  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['::ffff:93.184.216.34', false],
    ['nonsense', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });
});

describe('targets the operator allowed', () => {
  it.each([
    ['by host and port', () => [`127.0.0.1:${port}`]],
    ['by host', () => ['127.0.0.1']],
    ['by network', () => ['127.0.0.0/8']],
  ])('are called: %s', async (_name, allow) => {
    expect(await call(`http://127.0.0.1:${port}/ok`, allow())).toMatchObject({ status: 200, body: 'fine' });
  });

  it('are not opened to their neighbours', async () => {
    expect(await call(`http://127.0.0.1:${port}/ok`, [`127.0.0.1:${port + 1}`, '10.0.0.0/8'])).toBe('target_refused');
  });

  it('redirects are answers, not orders', async () => {
    requests = [];
    expect(await call(`http://127.0.0.1:${port}/redirect`, ['127.0.0.1'])).toMatchObject({ status: 302 });
    expect(requests).toEqual(['POST /redirect']);
  });

  it.each([
    ['/large', 'too_large'],
    ['/hang', 'timeout'],
    ['/reset', 'unreachable'],
  ])('%s ends as %s', async (path, expected) => {
    expect(await call(`http://127.0.0.1:${port}${path}`, ['127.0.0.1'], 300)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { does } from './exchange.js';
import { open, signedIn, type Method, type Route } from './route.js';
import { createRouter } from './router.js';

const route = (method: Method, path: string): Route => ({
  method,
  path,
  policy: signedIn,
  summary: path,
  exchange: does({ body: null }),
  handler: () => ({}),
});
const router = createRouter('/api/v1', [
  route('GET', '/records/{object}'),
  route('POST', '/records/{object}/query'),
  route('GET', '/records/{object}/board'),
  route('GET', '/records/{object}/{id}'),
  route('PATCH', '/records/{object}/{id}'),
]);
const match = (method: string, path: string) => {
  const { route: found, params } = router.match(method, path);
  return [found.path, params];
};

describe('router', () => {
  it.each([
    ['GET', '/api/v1/records/deal', '/records/{object}', { object: 'deal' }],
    ['HEAD', '/api/v1/records/deal', '/records/{object}', { object: 'deal' }],
    ['GET', '/api/v1/records/deal/board', '/records/{object}/board', { object: 'deal' }],
    ['GET', '/api/v1/records/deal/7', '/records/{object}/{id}', { object: 'deal', id: '7' }],
    ['PATCH', '/api/v1/records/deal/board', '/records/{object}/{id}', undefined],
    ['GET', '/api/v1/records/a%2Fb/1', '/records/{object}/{id}', { object: 'a/b', id: '1' }],
  ])('%s %s', (method, path, pattern, params) => {
    if (params === undefined) expect(() => match(method, path)).toThrow(/answers to GET/);
    else expect(match(method, path)).toEqual([pattern, params]);
  });

  it.each([
    '/api/v1/records/deal/',
    '/api/v1//records/deal',
    '/API/v1/records/deal',
    '/api/v1/records',
    '/api/v1/records/',
    '/',
    '',
    '/records/deal',
  ])('does not know %j', (path) => {
    expect(() => router.match('GET', path)).toThrow('There is nothing at this address.');
  });

  it('refuses broken percent-encoding', () => {
    expect(() => router.match('GET', '/api/v1/records/%E0%A4%A')).toThrow('percent-encoding');
  });

  it('refuses to start with a route that does not say who may call it', () => {
    const { policy: _, ...undeclared } = route('GET', '/open');
    expect(() => createRouter('', [undeclared as Route])).toThrow('GET /open does not say who may call it');
  });

  it('refuses to start with a route that does not say what it takes and answers', () => {
    const { exchange: _, ...silent } = route('GET', '/open');
    expect(() => createRouter('', [silent as Route])).toThrow('GET /open does not say what it answers');
    expect(() => createRouter('', [{ ...route('GET', '/open'), exchange: { answers: {} } }])).toThrow('does not say what it answers');
    expect(() => createRouter('', [{ ...route('POST', '/open'), exchange: does() }])).toThrow('POST /open does not say what it takes');
  });

  it('refuses two routes on one place', () => {
    expect(() => createRouter('', [route('GET', '/a/{x}'), { ...route('GET', '/a/{y}'), policy: open }])).toThrow('declared twice');
  });
});

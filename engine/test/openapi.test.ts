import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSpace, type TestSpace } from './support/space.js';
import { startTestServer, type TestServer } from './support/server.js';

type Operation = { summary: string; responses: Record<string, unknown> };
type Description = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };

let space: TestSpace;
let server: TestServer;

beforeAll(async () => {
  space = await openSpace();
  server = await startTestServer({ database: space.test, active: space.activeModels.current(space.space) });
});
afterAll(async () => {
  await server.close();
  await space.close();
});

describe('the description of the API', () => {
  it('names addresses that the server knows, and no others', async () => {
    const admin = await server.signedIn(['admin']);
    const { openapi, paths } = (await admin.get('/openapi.json')).body as Description;
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).length).toBeGreaterThan(5);
    for (const [path, methods] of Object.entries(paths)) {
      const filled = path.replaceAll(/\{\w+\}/g, '018f3c5e-0000-7000-8000-000000000000');
      for (const method of Object.keys(methods)) {
        if (path === '/events' || path === '/auth/logout') continue;
        const answer = await admin.raw(`/api/v1${filled}`, { method: method.toUpperCase() });
        expect([method, path, answer.body.detail]).not.toEqual([method, path, 'There is nothing at this address.']);
        expect([method, path, answer.status]).not.toEqual([method, path, 405]);
        expect([method, path, answer.status]).not.toEqual([method, path, 500]);
      }
    }
  });

  it('shows nobody the objects there are', async () => {
    const { components, paths } = (await server.nobody.get('/openapi.json')).body as Description;
    const named = Object.keys(components.schemas);
    expect(named).toContain('Problem');
    // Objects begin with a small letter.
    expect(named.filter((name) => !/^[A-Z]/.test(name))).toEqual([]);
    expect(paths['/me']?.['get']).toBeDefined();
  });

  it('shows each caller what they may read and write', async () => {
    const [admin, guest] = [await server.signedIn(['admin']), await server.signedIn(['read_only'])];
    const schemas = async (who: typeof admin) => Object.keys(((await who.get('/openapi.json')).body as Description).components.schemas);
    expect(await schemas(admin)).toEqual(expect.arrayContaining(['deal', 'deal_create', 'deal_update', 'account']));
    expect(await schemas(guest)).toContain('account');
    expect((await schemas(guest)).length).toBeLessThan((await schemas(admin)).length);
  });

  it('leaves out what a caller lacks a right for', async () => {
    const [admin, rep] = [await server.signedIn(['admin']), await server.signedIn(['sales_rep'])];
    const paths = async (who: typeof admin) => Object.keys(((await who.get('/openapi.json')).body as Description).paths);
    expect(await paths(admin)).toEqual(expect.arrayContaining(['/users', '/teams']));
    const own = await paths(rep);
    expect(own).toContain('/me');
    expect(own.filter((path) => ['/users', '/teams'].includes(path))).toEqual([]);
  });

  it('is a page that names every operation of whoever reads it, and runs nothing but its own script', async () => {
    const admin = await server.signedIn(['admin']);
    const page = await admin.raw('/docs/api');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('/api/v1/auth/login');
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect([...String(page.body).matchAll(/<(script|style|link|img)[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<link rel="icon" href="data:,">',
      `<style nonce="${nonce}">`,
      `<script nonce="${nonce}">`,
    ]);
    const { paths } = (await admin.get('/openapi.json')).body as Description;
    const missing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).filter((method) => !String(page.body).includes(`data-method="${method}" data-path="${path}"`)),
    );
    expect(missing).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSpace, type TestSpace } from './support/space.js';
import { startTestServer, type Client, type TestServer } from './support/server.js';

let space: TestSpace;
let server: TestServer;
let admin: Client;
let reader: Client;
const path = '/settings/currencies';

beforeAll(async () => {
  space = await openSpace();
  server = await startTestServer({ database: space.test, active: space.activeModels.current(space.space) });
  admin = await server.signedIn(['admin']);
  reader = await server.signedIn(['read_only']);
});
afterAll(async () => {
  await server.close();
  await space.close();
});

describe('exchange rates', () => {
  it('are kept by currency and day, and everybody may read them', async () => {
    const rates = [
      { currency: 'USD', from: '2026-01-01', rate: '0.95' },
      { currency: 'JPY', from: '2026-01-01', rate: '0.006123456789' },
      { currency: 'USD', from: '2026-04-01', rate: '0.91' },
    ];
    const sorted = [rates[1], rates[2], rates[0]];
    expect((await admin.put(`${path}/rates`, { rates })).body).toEqual({ base: 'EUR', rates: sorted });
    expect((await reader.get(path)).body).toEqual({ base: 'EUR', rates: sorted });
    const corrected = { currency: 'USD', from: '2026-04-01', rate: '0.9' };
    await admin.put(`${path}/rates`, { rates: [corrected] });
    expect((await reader.get(path)).body.rates).toEqual([rates[1], corrected, rates[0]]);
    expect((await admin.delete(`${path}/rates/USD/2026-04-01`)).status).toBe(204);
    expect((await admin.delete(`${path}/rates/USD/2026-04-01`)).status).toBe(404);
    expect((await reader.get(path)).body.rates).toEqual([rates[1], rates[0]]);
  });

  it('are changed only by those who may manage settings', async () => {
    expect((await reader.put(`${path}/rates`, { rates: [] })).status).toBe(403);
    expect((await reader.patch(path, { base: 'CHF' })).status).toBe(403);
    expect((await reader.delete(`${path}/rates/USD/2026-01-01`)).status).toBe(403);
    expect((await server.nobody.get(path)).status).toBe(401);
  });

  it('are refused with every problem at its place', async () => {
    const rates = [
      { currency: 'EUR', from: '2026-01-01', rate: '1' },
      { currency: 'XXY', from: '2026-02-30', rate: '0' },
      { currency: 'GBP', from: '2026-01-01', rate: 1.1, note: '' },
      5,
      { currency: 'CHF', from: '2026-01-01', rate: '1.05' },
      { currency: 'CHF', from: '2026-01-01', rate: '1.06' },
    ];
    const { status, body } = await admin.put(`${path}/rates`, { rates });
    expect(status).toBe(422);
    expect(body.issues.map(({ path: at, code }: { path: string; code: string }) => [at, code])).toEqual([
      ['/rates/0/currency', 'is_base'],
      ['/rates/1/currency', 'unknown_currency'],
      ['/rates/1/from', 'not_a_date'],
      ['/rates/1/rate', 'not_a_rate'],
      ['/rates/2/note', 'unknown_field'],
      ['/rates/2/rate', 'not_a_rate'],
      ['/rates/3', 'not_an_object'],
      ['/rates/5', 'duplicate'],
    ]);
    expect((await admin.put(`${path}/rates`, { rates: Array.from({ length: 1001 }, () => rates[4]) })).body.code).toBe('limit_exceeded');
  });

  it('belong to their base currency: those of another wait until it is chosen again', async () => {
    expect((await admin.patch(path, { base: 'franc' })).body.issues).toMatchObject([{ path: '/base', code: 'unknown_currency' }]);
    expect((await admin.patch(path, { base: 'CHF' })).body).toEqual({ base: 'CHF', rates: [] });
    expect((await admin.get('/me')).body.currency).toBe('CHF');
    await admin.put(`${path}/rates`, { rates: [{ currency: 'EUR', from: '2026-01-01', rate: '0.94' }] });
    expect((await admin.patch(path, { base: 'EUR' })).body.rates.map(({ currency }: { currency: string }) => currency)).toEqual([
      'JPY',
      'USD',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPackData } from '../../src/app/load-pack-data.js';
import { packRecordId } from '../../src/app/recipe-records.js';
import { planPack } from '../../src/catalog/packs.js';
import { readPackState } from '../../src/catalog/pack-state.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { PackContent } from '../../src/model/pack-content.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import type { RequestContext } from '../../src/records/context.js';
import { readRecord } from '../../src/records/read-record.js';
import { updateRecord } from '../../src/records/write-record.js';
import { addUser, draft, openSpace, PACKS, type TestSpace } from '../support/space.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { smallPack } from '../support/small-pack.js';

const SEATS = { kind: 'field', id: 'fld_hall_seats', object: 'hall', name: 'seats', label: 'Seats', type: 'integer' };
const CITY = { kind: 'field', id: 'fld_hall_city', object: 'hall', name: 'city', label: 'City', type: 'text', maxLength: 40 };
const KEYS = ['east', 'west', 'north', 'south', 'old'];

const start = { records: KEYS.map((key) => ({ key, values: { name: key, seats: 80, city: 'Bonn' } })) };
const more = {
  records: [{ key: 'new', values: { name: 'new', seats: 10, city: 'Kiel' } }],
  updates: KEYS.map((key) => ({ key, was: { seats: 80, city: 'Bonn' }, values: { seats: 100 } })),
};
const most = { updates: KEYS.map((key) => ({ key, was: { seats: 100 }, values: { seats: 120 } })) };
const pack = (version: string, data: Parameters<typeof smallPack>[1] & object) =>
  smallPack('hall', { version, more: [SEATS, CITY], ...data });
const v1 = pack('1.0.0', { data: { 'halls.json': start } });
const v2 = pack('1.1.0', { data: { 'halls.json': start, '010_seats.json': more } });
const v3 = pack('1.2.0', { data: { 'halls.json': start, '010_seats.json': more, '020_seats.json': most } });

describe('steps of packs over records', () => {
  let s: TestSpace;
  let admin: string;
  beforeAll(async () => {
    s = await openSpace([]);
    admin = await addUser(s);
  });
  afterAll(() => s.close());

  const context = (cause: Actor['cause']['kind'], space = s, userId = admin): RequestContext => ({
    actor: {
      kind: 'system',
      userId,
      name: 'Somebody',
      tenantId: space.tenantId,
      roles: [],
      epoch: 1,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: cause },
    },
    active: space.activeModels.current(space.space),
    data: space.database.data,
    clock: systemClock,
    cursorKey: 'key of the test',
    refresh: () => space.activeModels.refresh(space.space),
  });
  const plan = async (wanted: PackContent, action: 'install' | 'upgrade', space = s, madeBy = admin) =>
    (await planPack(space.catalog, () => Promise.resolve([wanted]), { space: space.space, action, name: 'hall', decisions: [], madeBy }))
      .answer;
  const bring = async (wanted: PackContent, action: 'install' | 'upgrade', space = s, publisher = admin) => {
    const { hash, issues } = await plan(wanted, action, space, publisher);
    expect(issues).toEqual([]);
    await publishPlan(space.catalog, { space: space.space, hash: hash ?? '', confirm: [], publisher });
    return load(context('pack', space, publisher), space);
  };
  const load = async (ctx: RequestContext, space = s) => {
    const { contents } = await readPackState(space.database, space.space);
    return loadPackData(space.database, ctx, PACKS, { demo: false, users: [], installed: [...contents.values()] });
  };
  const id = (key: string) => packRecordId('hall', 'hall', key);
  const seats = async (space = s, publisher = admin): Promise<Record<string, unknown>> => {
    const found = await Promise.all(
      [...KEYS, 'new'].map(async (key) => {
        const answer = await readRecord(context('user', space, publisher), 'hall', id(key), { fields: ['seats'] }).catch(() => null);
        return [key, answer ? (JSON.parse(answer.json) as { seats: unknown }).seats : 'gone'] as const;
      }),
    );
    return Object.fromEntries(found);
  };
  const forget = (file: string) => s.test.sql('delete from meta.data_install where source = $1', [`hall/data/${file}`]);

  it('change what is as the pack made it; what a person changed or deleted stays', async () => {
    expect(await bring(v1, 'install')).toBe(5);
    await updateRecord(context('user'), 'hall', id('east'), { seats: 90 });
    await updateRecord(context('user'), 'hall', id('west'), { city: 'Mainz' });
    await updateRecord(context('user'), 'hall', id('north'), { name: 'The north' });
    await deleteRecord(context('user'), 'hall', id('old'));
    expect(await bring(v2, 'upgrade')).toBe(3);
    expect(await seats()).toEqual({ east: 90, west: 80, north: 100, south: 100, old: 'gone', new: 10 });
  });

  it('do nothing when they are made again after a load that was cut short', async () => {
    await updateRecord(context('user'), 'hall', id('south'), { seats: 70 });
    const versions = () => Promise.all(KEYS.slice(0, 4).map(async (key) => (await readRecord(context('user'), 'hall', id(key))).version));
    const before = await versions();
    await forget('010_seats.json');
    await load(context('pack'));
    expect(await seats()).toMatchObject({ north: 100, south: 70 });
    expect(await versions()).toEqual(before);
  });

  it('yield to a person who saves between the look and the write', async () => {
    await forget('010_seats.json');
    await updateRecord(context('user'), 'hall', id('south'), { seats: 80 });
    let isFirst = true;
    // Whatever the load reads first, the person saves before it gets to hear of it.
    const data = new Proxy(s.database.data, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(value, target, args);
          const hasRead = JSON.stringify(args).includes(id('south')) && isFirst;
          if (hasRead) {
            isFirst = false;
            await updateRecord(context('user'), 'hall', id('south'), { seats: 85 });
          }
          return result;
        };
      },
    });
    await load({ ...context('pack'), data });
    expect(isFirst).toBe(false);
    expect(await seats()).toMatchObject({ south: 85 });
  });

  it('run in their order, whether a version was left out or not', async () => {
    const other = await openSpace([]);
    try {
      const somebody = await addUser(other);
      await bring(v1, 'install', other, somebody);
      await bring(v3, 'upgrade', other, somebody);
      expect(await seats(other, somebody)).toEqual({ east: 120, west: 120, north: 120, south: 120, old: 120, new: 10 });
    } finally {
      await other.close();
    }
    await bring(v3, 'upgrade');
    expect(await seats()).toEqual({ east: 90, west: 80, north: 120, south: 85, old: 'gone', new: 10 });
  });

  it('say that a file which was loaded is not loaded again', async () => {
    const changed = pack('1.3.0', {
      data: {
        'halls.json': { records: [...start.records, { key: 'late', values: { name: 'late' } }] },
        '010_seats.json': more,
        '020_seats.json': most,
      },
    });
    expect((await plan(changed, 'upgrade')).notes).toMatchObject([
      { code: 'loaded_before', element: 'hall/data/halls.json', message: expect.stringContaining('was loaded with 1.2.0') },
    ]);
  });

  it('leave out a field that people retired', async () => {
    const editor = await draft(s, admin, { retire: CITY });
    const { hash, hazards } = await planDraft(s.catalog, editor);
    await publishPlan(s.catalog, { space: s.space, hash: hash ?? '', confirm: hazards.map(({ code }) => code), publisher: admin });
    const last = { records: [{ key: 'last', values: { name: 'last', seats: 5, city: 'Jena' } }] };
    const v4 = pack('1.4.0', { data: { 'halls.json': start, '010_seats.json': more, '020_seats.json': most, '030_last.json': last } });
    expect(await bring(v4, 'upgrade')).toBe(1);
    expect(JSON.parse((await readRecord(context('user'), 'hall', id('last'))).json)).toMatchObject({ name: 'last', seats: 5 });
  });

  it.each<[string, string, object, string]>([
    ['without a number in its name', 'seats.json', { key: 'east', was: { seats: 80 }, values: { seats: 90 } }, 'no_step /updates'],
    [
      'of a record it does not have',
      '040_x.json',
      { key: 'eest', was: { seats: 80 }, values: { seats: 90 } },
      'unknown_key /updates/0/key',
    ],
    ['that do not say what was', '040_x.json', { key: 'east', was: {}, values: { seats: 90 } }, 'missing_was /updates/0/was'],
    ['that change nothing', '040_x.json', { key: 'east', was: { seats: 90 }, values: { seats: 90 } }, 'no_change /updates/0/values'],
    [
      'of a field that is not there',
      '040_x.json',
      { key: 'east', was: { seat: 1 }, values: { seat: 2 } },
      'unknown_field /updates/0/values/seat',
    ],
  ])('are refused before anything is published: %s', async (_what, file, update, expected) => {
    const wrong = pack('2.0.0', { data: { 'halls.json': start, [file]: { updates: [update] } } });
    const { hash, issues } = await plan(wrong, 'upgrade');
    expect(hash).toBeNull();
    expect(issues.map(({ code, path }) => `${code} ${path}`)).toContain(expected);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { mayReadRecord } from '../engine/src/app/leaks/canary-judgement.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { absentFor, HIDDEN, READERS, SOME } from './support/hidden-fields.js';

let system: CanarySystem;
/** Specimens of which every hidden value went and came back, by their ids: versions 2 and 3. */
let changed: string[];

const path = (id: string, rest: string) => `/records/${SPECIMEN}/${id}/${rest}`;
const WRITTEN = [...HIDDEN, ...SOME].filter((name) => !name.startsWith('d_') && !/_(autonumber|formula|rollup)$/.test(name));
const readable = (who: string) => {
  const asker = system.asker(who);
  return system.records.filter((record) => changed.includes(record.id) && mayReadRecord(asker, record));
};

beforeAll(async () => {
  system = await openCanarySystem();
  changed = [];
  for (const { id, object, owner } of system.records) {
    if (object !== SPECIMEN || owner.startsWith('other_')) continue;
    const emptied = await system.call('admin', 'PATCH', `/records/${SPECIMEN}/${id}`, {
      body: { size: 1, ...Object.fromEntries(WRITTEN.map((name) => [name, null])) },
    });
    expect(emptied.status, emptied.text).toBe(200);
    const restored = await system.call('admin', 'POST', path(id, 'restore-version'), { body: { version: 1 } });
    expect(restored.status, restored.text).toBe(200);
    changed.push(id);
  }
}, 600_000);
afterAll(() => system.close());

describe('D-02: what happened to a record', () => {
  it('is full of what is hidden, for the administrator', async () => {
    const [id = ''] = changed;
    const { text } = await system.call('admin', 'GET', path(id, 'history'));
    const values = system.planted.filter(({ record, field }) => record.id === id && field === 'h_text').flatMap(({ marks }) => marks);
    expect(values.length).toBeGreaterThan(0);
    for (const mark of values) expect(text.toLowerCase()).toContain(mark);
  });

  it('shows nobody what they may not see of it now, in history, timeline, versions and reasons', { timeout: 120_000 }, async () => {
    let answers = 0;
    for (const who of READERS) {
      await inParallel(readable(who), 4, async ({ id }) => {
        for (const rest of [
          'history?limit=200',
          'timeline?limit=200',
          'timeline?kinds=record.changed,record.files',
          ...['1', '2', '3'].flatMap((version) => [`history/${version}`, `history/${version}/why`]),
          ...['title', 'size', 'place', ...SOME.slice(0, 8)].flatMap((field) => [`history?field=${field}`, `history/3/why?field=${field}`]),
        ]) {
          await system.call(who, 'GET', path(id, rest));
          answers += 1;
        }
      });
    }
    expect(answers).toBeGreaterThan(300);
    expect(system.leaks).toEqual([]);
  });

  it('is refused for a hidden field as for one that does not exist', { timeout: 120_000 }, async () => {
    for (const who of READERS) {
      const [record] = readable(who);
      const id = record?.id ?? '';
      for (const name of HIDDEN) {
        const absent = absentFor(name);
        for (const [method, of, body] of [
          ['GET', (field: string) => `history?field=${field}`, undefined],
          ['GET', (field: string) => `history/3/why?field=${field}`, undefined],
          ['POST', () => 'restore-version', (field: string) => ({ version: 1, fields: [field] })],
        ] as const) {
          const [one, other] = await Promise.all(
            [name, absent].map((field) => system.call(who, method, path(id, of(field)), body === undefined ? {} : { body: body(field) })),
          );
          expect(one?.status, `${who} ${method} ${name}`).toBe(400);
          expect(one && shapeOf(one, name), `${who} ${method} ${name}`).toBe(other && shapeOf(other, absent));
        }
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('is not there for a record that is not theirs, whichever way it is asked for', async () => {
    const absent = '01900000-0000-7000-8000-00000000ffff';
    for (const who of ['canary_own', 'canary_wide', 'canary_none', 'canary_builder', 'other_admin']) {
      const asker = system.asker(who);
      const foreign = system.records.find(
        (record) => changed.includes(record.id) && (asker.isOtherTenant || !mayReadRecord(asker, record)),
      );
      const id = foreign?.id ?? '';
      for (const rest of ['history', 'timeline', 'history/1', 'history/2/why']) {
        const [one, other] = await Promise.all([id, absent].map((each) => system.call(who, 'GET', path(each, rest))));
        expect(one?.status, `${who} ${rest}`).toBe(404);
        expect(one && shapeOf(one, id), `${who} ${rest}`).toBe(other && shapeOf(other, absent));
      }
      const [one, other] = await Promise.all(
        [id, absent].map((each) => system.call(who, 'POST', path(each, 'restore-version'), { body: { version: 1 } })),
      );
      expect(one && shapeOf(one, id), who).toBe(other && shapeOf(other, absent));
    }
    expect(system.leaks).toEqual([]);
  });

  it('can be brought back only field by field as one may write, and leaves what is hidden as it is', async () => {
    const record = readable('canary_own').find(({ owner, status }) => owner === 'canary_own' && status === 'won');
    const id = record?.id ?? '';
    const emptied = await system.call('admin', 'PATCH', `/records/${SPECIMEN}/${id}`, {
      body: { size: 77, title: 'Other', ...Object.fromEntries(WRITTEN.map((name) => [name, null])) },
    });
    expect(emptied.status).toBe(200);
    const before = json(await system.call('admin', 'GET', `/records/${SPECIMEN}/${id}`));
    const restored = await system.call('canary_own', 'POST', path(id, 'restore-version'), { body: { version: 3 } });
    expect(restored.status, restored.text).toBe(200);
    const after = json(await system.call('admin', 'GET', `/records/${SPECIMEN}/${id}`));
    expect(WRITTEN.map((name) => [name, after[name]])).toEqual(WRITTEN.map((name) => [name, before[name]]));
    expect(after['size']).not.toBe(77);
    expect(system.leaks).toEqual([]);
  });
});

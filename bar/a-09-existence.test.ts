import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../engine/src/kernel/ids.js';
import type { Asked, Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** Every call that is about one record, with a body that would do. */
const ABOUT_ONE: readonly (readonly [method: string, path: string, asked?: Asked])[] = [
  ['GET', ''],
  ['GET', '?fields=title'],
  ['PATCH', '', { body: { title: 'Taken over' } }],
  ['PATCH', '', { body: {} }],
  ['PATCH', '', { body: { title: 'Taken over' }, headers: { 'If-Match': '"1"' } }],
  ['PATCH', '', { body: { title: 'Taken over' }, headers: { 'If-Match': '"99"' } }],
  ['PATCH', '', { body: { title: '' } }],
  ['DELETE', ''],
  ['DELETE', '', { headers: { 'If-Match': '"99"' } }],
  ['POST', '/restore'],
  ['GET', '/history'],
  ['GET', '/history?limit=1'],
  ['GET', '/access'],
  ['GET', '/shares'],
  ['POST', '/shares', { body: { to: '00000000-0000-7000-8000-000000000000', mayEdit: false, reason: 'Mine' } }],
  ['DELETE', '/shares/00000000-0000-7000-8000-000000000000'],
  ['GET', '/files/c_file'],
  ['GET', '/files/h_file'],
  ['GET', '/files/zq'],
  ['POST', '/reveal/c_encrypted_text', { body: {} }],
  ['POST', '/reveal/h_encrypted_text', { body: {} }],
];

const send = (who: string, object: string, id: string, [method, path, asked]: (typeof ABOUT_ONE)[number]): Promise<Exchange> =>
  system.call(who, method, `/records/${object}/${id}${path}`, asked);
const idOf = (owner: string, status = 'won') =>
  system.records.find((record) => record.object === SPECIMEN && record.owner === owner && record.status === status)?.id ?? '';

describe('A-09: a record that may not be read', () => {
  it.each(['canary_own', 'canary_team', 'canary_clerk'])('is like one that never was, whatever is asked about it, for %s', async (who) => {
    const before = await system.test.sql('select count(*)::int as rows, sum(version)::int as versions from sp1.sys_history');
    for (const call of ABOUT_ONE) {
      const random = newId();
      // Whoever explains access to others knows that there is a record to explain.
      if (who === 'canary_clerk' && call[1] === '/access') continue;
      const absent = shapeOf(await send(who, SPECIMEN, random, call), random);
      for (const id of [idOf('rival'), idOf('rival', 'open'), idOf('other_admin', 'open'), newId(), crypto.randomUUID()]) {
        const hidden = await send(who, SPECIMEN, id, call);
        expect([call.slice(0, 2), shapeOf(hidden, id)]).toEqual([call.slice(0, 2), absent]);
        expect(hidden.status, JSON.stringify(call)).toBeGreaterThanOrEqual(400);
      }
      const malformed = await send(who, SPECIMEN, 'no-id', call);
      // Whether one may reveal anything is asked before which record, and after whether that is one.
      if (!call[1].startsWith('/reveal')) expect([call.slice(0, 2), malformed.status]).toEqual([call.slice(0, 2), JSON.parse(absent)[0]]);
    }
    expect(system.leaks).toEqual([]);
    expect(await system.test.sql('select count(*)::int as rows, sum(version)::int as versions from sp1.sys_history')).toEqual(before);
  });

  it('of an object that may not be read is like one of an object that is not there', async () => {
    for (const who of ['canary_own', 'canary_none', 'canary_builder']) {
      const objects = who === 'canary_own' ? [VAULT] : [VAULT, BADGE, PLACE, SPECIMEN];
      for (const object of objects) {
        const id = system.records.find((record) => record.object === object)?.id ?? '';
        for (const call of ABOUT_ONE) {
          const [hidden, none] = [await send(who, object, id, call), await send(who, 'zq_object', id, call)];
          expect([who, call.slice(0, 2), shapeOf(hidden, object)]).toEqual([who, call.slice(0, 2), shapeOf(none, 'zq_object')]);
        }
        for (const [method, path, asked] of [
          ['GET', '', {}],
          ['GET', '', { query: { view: 'all' } }],
          ['GET', '', { query: { limit: 'x' } }],
          ['POST', '', { body: { name: 'x' } }],
          ['POST', '', { body: {} }],
          ['POST', '/query', { body: {} }],
          ['POST', '/query', { body: { filter: { '==': [{ var: 'name' }, 'x'] } } }],
          ['POST', '/aggregate', { body: { measures: [{ op: 'count', as: 'n' }] } }],
          ['GET', '/board', { query: { by: 'region' } }],
        ] as const) {
          const [hidden, none] = [
            await system.call(who, method, `/records/${object}${path}`, asked),
            await system.call(who, method, `/records/zq_object${path}`, asked),
          ];
          expect([who, object, method, path, shapeOf(hidden, object)]).toEqual([who, object, method, path, shapeOf(none, 'zq_object')]);
        }
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('is found by nobody as the target of a link, a share or an explanation', async () => {
    const [own, hidden, other, random] = [idOf('canary_own', 'open'), idOf('rival'), idOf('other_admin', 'open'), newId()];
    const vault = system.records.find(({ object }) => object === VAULT)?.id ?? '';
    for (const [field, ids] of [
      ['part_of', [hidden, other]],
      ['vault', [vault]],
    ] as const) {
      const none = await system.call('canary_own', 'PATCH', `/records/${SPECIMEN}/${own}`, { body: { [field]: random } });
      expect(none.status).toBe(422);
      for (const id of ids) {
        const reply = await system.call('canary_own', 'PATCH', `/records/${SPECIMEN}/${own}`, { body: { [field]: id } });
        expect([field, shapeOf(reply, id)]).toEqual([field, shapeOf(none, random)]);
      }
    }
    // By somebody who may give a link to one of several objects: the name of one that is not there for them is the name of none.
    const shut = (value: unknown) =>
      system.call('canary_shut', 'PATCH', `/records/${SPECIMEN}/${idOf('canary_shut', 'open') || own}`, { body: { c_polymorphic: value } });
    const [object, name] = [await shut({ object: VAULT, id: vault }), await shut({ object: 'canary_vaulx', id: vault })];
    expect([object.status, shapeOf(object, VAULT)]).toEqual([422, shapeOf(name, 'canary_vaulx')]);
    for (const question of ['read', 'update', 'delete']) {
      const about = (record: string) =>
        system.call('canary_own', 'POST', '/access/explain', { body: { object: SPECIMEN, record, do: question } });
      const [other, none] = [await about(idOf('other_admin', 'open')), await about(random)];
      expect(shapeOf(other)).toBe(shapeOf(none));
    }
    expect(system.leaks).toEqual([]);
  });
});

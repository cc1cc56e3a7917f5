import { json } from '../../engine/src/app/leaks/caller.js';
import { SPECIMEN, VAULT } from '../../engine/src/app/leaks/canary-model.js';
import { SEAL } from './deed-system.js';
import { REACHES, type Deed, type Deeds } from './stage.js';

const ADMINS = ['admin', 'other_admin'];
const CREATORS = [...REACHES, 'canary_own', 'canary_team', 'mate', 'canary_wide', 'canary_clerk', 'other_admin', 'other_own'];
const on = (id: string, more: Readonly<Record<string, string>> = {}) => ({ values: { object: SPECIMEN, id, ...more } });
const ofVaults = (body: unknown): Deed => ({ values: { object: VAULT }, asked: { body }, may: ADMINS });

/** Records, and what is done with them. */
export const RECORD_DEEDS: Deeds = {
  'POST /records/{object}': ({ fresh }) => [
    ofVaults({ name: fresh() }),
    { values: { object: SPECIMEN }, asked: { body: { title: fresh(), parts: [{ title: fresh() }] } }, may: CREATORS },
  ],
  'POST /records/{object}/query': () => [ofVaults({})],
  'POST /records/{object}/aggregate': () => [ofVaults({ measures: [{ op: 'count', as: 'n' }] })],
  'POST /access/explain': () => [{ asked: { body: { object: VAULT, do: 'read' } }, may: [...ADMINS, 'canary_clerk'], refused: 400 }],
  'POST /records/{object}/bulk': async ({ specimen, fresh }) => {
    const { id } = await specimen();
    const gone = await specimen();
    const operations = [
      { op: 'update', id, values: { title: fresh() } },
      { op: 'delete', id: gone.id },
    ];
    return [
      ofVaults({ mode: 'all', operations: [{ op: 'create', values: { name: fresh() } }] }),
      { values: { object: SPECIMEN }, asked: { body: { mode: 'each', operations } }, may: REACHES, each: true },
      { values: { object: SPECIMEN }, asked: { body: { mode: 'all', operations: operations.slice(0, 1) } }, may: REACHES },
    ];
  },
  'PATCH /records/{object}/{id}': async ({ specimen, fresh }) => [
    { ...on((await specimen()).id), asked: { body: { title: fresh() } }, may: REACHES },
  ],
  'DELETE /records/{object}/{id}': async ({ specimen }) => [{ ...on((await specimen()).id), may: REACHES }],
  'POST /records/{object}/{id}/restore': async ({ specimen, done }) => {
    const { id } = await specimen();
    await done('DELETE', `/records/${SPECIMEN}/${id}`);
    return [{ ...on(id), may: REACHES }];
  },
  'POST /records/{object}/{id}/restore-version': async ({ specimen, done, fresh }) => {
    const { id } = await specimen();
    await done('PATCH', `/records/${SPECIMEN}/${id}`, { body: { title: fresh() } });
    return [{ ...on(id), asked: { body: { version: 1, fields: ['title'] } }, may: REACHES }];
  },
  'POST /records/{object}/{id}/reveal/{field}': async ({ specimen, fresh }) => {
    const { id } = await specimen({ h_encrypted_text: fresh(), c_encrypted_text: fresh() });
    return ['h_encrypted_text', 'c_encrypted_text'].map((field) => ({ ...on(id, { field }), asked: { body: {} }, may: ['admin'] }));
  },
  'POST /records/{object}/{id}/shares': async ({ specimen, system }) => {
    const body = { to: system.person('canary_own').id, mayEdit: true, reason: 'Helps' };
    return [{ ...on((await specimen()).id), asked: { body }, may: REACHES }];
  },
  'DELETE /records/{object}/{id}/shares/{to}': async ({ specimen, system, done }) => {
    const [{ id }, to] = [await specimen(), system.person('mate').id];
    await done('POST', `/records/${SPECIMEN}/${id}/shares`, { body: { to } });
    return [{ ...on(id, { to }), may: [...REACHES, 'mate'] }];
  },
  'POST /records/{object}/{id}/clone': async ({ specimen, fresh }) => [
    { ...on((await specimen()).id), asked: { body: { values: { title: fresh() }, include: [] } }, may: REACHES },
  ],
  'POST /records/{object}/{id}/actions/{action}': async ({ specimen, fresh }) => [
    { ...on((await specimen()).id, { action: SEAL }), asked: { body: { word: fresh() } }, may: ['admin'] },
  ],
  'POST /records/{object}/{id}/merge': async ({ specimen, fresh }) => {
    const [{ id }, from] = [await specimen(), await specimen()];
    return [{ ...on(id), asked: { body: { from: [from.id], values: { title: fresh() } } }, may: REACHES }];
  },
  'POST /recycle-bin/restore': async ({ specimen, done }) => {
    const { id } = await specimen();
    await done('DELETE', `/records/${SPECIMEN}/${id}`);
    return [{ asked: { body: { records: [{ object: SPECIMEN, id }] } }, may: REACHES, each: true }];
  },
  'POST /recycle-bin/purge/preview': () => [{ asked: { body: { all: true } }, may: 'signed-in' }],
  'POST /recycle-bin/purge': async ({ specimen, done }) => {
    const { id } = await specimen();
    await done('DELETE', `/records/${SPECIMEN}/${id}`);
    return [
      { asked: { body: { records: [{ object: SPECIMEN, id }] } }, may: REACHES, each: true },
      { asked: { body: { all: true, object: VAULT, until: '2000-01-01T00:00:00Z' } }, may: ADMINS },
    ];
  },
  'POST /operations/{id}/undo': async ({ specimen, done, fresh }) => {
    const { id } = await specimen();
    const changed = await done('PATCH', `/records/${SPECIMEN}/${id}`, { body: { title: fresh() } });
    return [{ values: { id: changed.headers.get('operation-id') ?? '' }, may: REACHES }];
  },
  'POST /files': ({ fresh }) => [{ asked: { query: { name: 'x.txt' }, bytes: new TextEncoder().encode(fresh()) }, may: 'signed-in' }],
  'POST /search/recent/records': async ({ specimen }) => [{ asked: { body: { object: VAULT, id: (await specimen()).id } }, may: ADMINS }],
  'POST /search/recent/searches': ({ fresh }) => [{ asked: { body: { q: fresh(), object: VAULT } }, may: ADMINS }],
  'DELETE /search/recent': () => [{ may: 'signed-in' }],
  'POST /search/saved': ({ fresh }) => [{ asked: { body: { q: fresh(), name: fresh(), object: VAULT } }, may: ADMINS }],
  'DELETE /search/saved/{id}': async ({ done, fresh }) => {
    const kept = await done('POST', '/search/saved', { body: { q: fresh(), name: fresh() } });
    return [{ values: { id: String(json(kept)['id']) }, may: ['admin'] }];
  },
};

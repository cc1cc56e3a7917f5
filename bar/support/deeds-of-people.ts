import { json } from '../../engine/src/app/leaks/caller.js';
import type { Deeds, Stage } from './stage.js';

const MANAGERS = ['admin', 'canary_clerk', 'other_admin'];
const OWN_MANAGERS = ['admin', 'canary_clerk'];

const newUser = ({ fresh }: Stage) => ({
  email: `${fresh()}@trial.example`,
  name: fresh(),
  roles: ['canary_none'],
  password: 'a password of the bar 1',
});
const team = async (stage: Stage): Promise<string> =>
  String(json(await stage.done('POST', '/teams', { body: { name: stage.fresh(), kind: 'team', roles: ['canary_none'] } }))['id']);
const user = async (stage: Stage): Promise<string> =>
  String(json<{ user: { id: string } }>(await stage.done('POST', '/users', { body: newUser(stage) })).user.id);

/** People, their sessions, and settings of the tenant. */
export const PEOPLE_DEEDS: Deeds = {
  'POST /auth/login': ({ system }) => [
    { asked: { body: { email: system.person('canary_none').email, password: system.trial.password } }, may: 'anybody' },
  ],
  'POST /auth/logout': () => [{ may: 'anybody' }],
  'POST /auth/view-as': ({ system }) => [
    { asked: { body: { user: system.person('canary_none').id, reason: 'Helps' } }, may: OWN_MANAGERS, bySession: true },
  ],
  'DELETE /auth/view-as': () => [{ may: 'signed-in', bySession: true }],
  'PATCH /me': () => [{ asked: { body: { locale: null, timeZone: 'Europe/Zurich' } }, may: 'signed-in' }],
  'POST /users': (stage) => [{ asked: { body: newUser(stage) }, may: MANAGERS }],
  'PATCH /users/{id}': async (stage) => [
    {
      values: { id: await user(stage) },
      asked: { body: { name: stage.fresh(), roles: [], isActive: false, territories: ['North'], managerId: null } },
      may: OWN_MANAGERS,
    },
  ],
  'POST /teams': (stage) => [{ asked: { body: { name: stage.fresh(), kind: 'queue', roles: [] } }, may: MANAGERS }],
  'PATCH /teams/{id}': async (stage) => [
    {
      values: { id: await team(stage) },
      asked: { body: { name: stage.fresh(), members: [stage.system.person('canary_none').id], roles: [] } },
      may: OWN_MANAGERS,
    },
  ],
  'DELETE /teams/{id}': async (stage) => {
    const id = await team(stage);
    // With somebody in it, of whom there is something to forget.
    await stage.done('PATCH', `/teams/${id}`, { body: { members: [stage.system.person('canary_none').id] } });
    return [{ values: { id }, may: OWN_MANAGERS }];
  },
  'PATCH /settings/currencies': () => [{ asked: { body: { base: 'CHF' } }, may: MANAGERS }],
  'PUT /settings/currencies/rates': () => [
    { asked: { body: { rates: [{ currency: 'USD', from: '2026-01-01', rate: '1.1' }] } }, may: MANAGERS },
  ],
  'DELETE /settings/currencies/rates/{currency}/{from}': async ({ done }) => {
    await done('PUT', '/settings/currencies/rates', { body: { rates: [{ currency: 'GBP', from: '2026-01-01', rate: '1.1' }] } });
    return [{ values: { currency: 'GBP', from: '2026-01-01' }, may: OWN_MANAGERS }];
  },
};

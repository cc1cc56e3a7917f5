import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { CANARY_ADMIN, CANARY_ROLES, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import type { CanarySystem } from './support/canary-system.js';
import { DEEDS } from './support/deeds.js';
import { openDeedSystem, somebody } from './support/deed-system.js';
import { changedBy, changes, SESSIONS, stateOf } from './support/frozen.js';
import { act, openStage, sessionOf, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
/** Somebody who manages people and reaches records by this rule. */
const manager = (who: string, read: string) => {
  const { documents } = somebody(who, { [SPECIMEN]: { create: true, read, update: read, delete: 'none', actions: ['share'] } });
  const [role, ...rest] = documents as [object, ...object[]];
  return { who, documents: [{ ...role, capabilities: ['manage_users'] }, ...rest] };
};
let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem({
    extras: [manager('bar_team', 'team'), manager('bar_below', 'below'), manager('bar_own', 'own'), somebody('bar_plain', {})],
  });
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

const idOf = (who: string) => system.person(who).id;
const as = (who: string, method: string, path: string, body?: unknown) =>
  system.call(who, method, path, body === undefined ? {} : { body });
const done = ({ status }: Exchange) => status < 300;
const newPerson = (roles: readonly string[], more: object = {}) => ({
  email: `${stage.fresh()}@trial.example`,
  name: stage.fresh(),
  roles,
  ...more,
});

/** What "canary_clerk" may give, written down by hand: all that it allows the clerk may, too. */
const CLERK_GIVES = ['canary_own', 'canary_clerk', 'canary_none', 'bar_plain'];
const ROLES = [...CANARY_ROLES, CANARY_ADMIN, 'bar_team', 'bar_below', 'bar_own', 'bar_plain'];

describe('B-06: a role', { timeout: 180_000 }, () => {
  it('is given by whoever has all of it, and by nobody else, by whichever way', async () => {
    const wrong: string[] = [];
    for (const [giver, gives] of [
      ['canary_clerk', CLERK_GIVES],
      ['bar_own', ['bar_own', 'bar_plain', 'canary_none']],
      // To manage people is not enough to make somebody who manages metadata.
      ['bar_team', ['bar_team', 'bar_plain', 'canary_none']],
      ['admin', ROLES],
    ] as const) {
      const user = json<{ user: { id: string } }>(await stage.done('POST', '/users', { body: newPerson([]) })).user.id;
      for (const role of giver === 'admin' ? [CANARY_ADMIN] : ROLES) {
        await stage.done('PATCH', `/users/${user}`, { body: { roles: [] } });
        const [bare, empty] = [stage.fresh(), stage.fresh()];
        const team = json(await stage.done('POST', '/teams', { body: { name: bare, kind: 'team', members: [user] } }))['id'];
        const given = json(await stage.done('POST', '/teams', { body: { name: empty, kind: 'team', roles: [role] } }))['id'];
        const tries: readonly (readonly [what: string, answer: Exchange])[] = [
          ['a new person', await as(giver, 'POST', '/users', newPerson([role]))],
          ['a person', await as(giver, 'PATCH', `/users/${user}`, { roles: [role] })],
          ['a new team', await as(giver, 'POST', '/teams', { name: stage.fresh(), kind: 'team', roles: [role], members: [user] })],
          ['a team', await as(giver, 'PATCH', `/teams/${String(team)}`, { roles: [role] })],
          ['a member of a team that has it', await as(giver, 'PATCH', `/teams/${String(given)}`, { members: [user] })],
        ];
        const isAllowed = (gives as readonly string[]).includes(role);
        for (const [what, answer] of tries)
          if (done(answer) !== isAllowed)
            wrong.push(`${giver} gives ${role} to ${what}: ${String(answer.status)} ${answer.text.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is not taken by oneself', async () => {
    const harmless = ['canary_none', 'bar_plain'];
    const changed = await changedBy(system, async () => {
      for (const who of ['canary_clerk', 'bar_own', 'bar_team', 'canary_own', 'canary_builder']) {
        const given = who === 'canary_clerk' ? CLERK_GIVES : harmless;
        for (const role of ROLES.filter((each) => each !== who && !given.includes(each))) {
          const body = { roles: [who, role] };
          for (const answer of [await as(who, 'PATCH', `/users/${idOf(who)}`, body), await as(who, 'PATCH', '/me', body)])
            expect([who, role, answer.status >= 400]).toEqual([who, role, true]);
        }
      }
    });
    expect(changed).toEqual([]);
  });

  it('is not come by through the account of somebody who has it', async () => {
    for (const who of ['admin', 'canary_wide', 'canary_team', 'canary_builder', 'bar_team']) {
      for (const body of [{ password: 'a password of somebody else 1' }, { isActive: false }, { name: 'Renamed' }, { roles: [] }]) {
        const answer = await as('canary_clerk', 'PATCH', `/users/${idOf(who)}`, body);
        expect([who, body, answer.status]).toEqual([who, body, 403]);
      }
    }
    expect(done(await as('canary_clerk', 'PATCH', `/users/${idOf('canary_none')}`, { password: 'a password of somebody else 1' }))).toBe(
      true,
    );
  });
});

describe('B-06: what one reaches', { timeout: 180_000 }, () => {
  /** Ids of what somebody reads. */
  const reached = async (who: string): Promise<string[]> => {
    const answer = await system.call(who, 'GET', at, { query: { fields: 'id', limit: '200' } });
    return json<{ data: { id: string }[] }>(answer).data.map(({ id }) => id);
  };

  it('is not widened by oneself: by no team, no queue, no line of reporting, no territory', async () => {
    // Somebody whom they may all change, with a record.
    const rival = json<{ user: { id: string } }>(await stage.done('POST', '/users', { body: newPerson([]) })).user.id;
    await stage.specimen({ owner: rival });
    const people = ['bar_team', 'bar_own', 'bar_below'];
    const tries: (readonly [who: string, method: string, path: string, body: object])[] = [];
    for (const who of people) {
      const me = idOf(who);
      // Somebody who reports to them, and a team that they are in: others let them in there.
      const below = json<{ user: { id: string } }>(await stage.done('POST', '/users', { body: newPerson([], { managerId: me }) })).user.id;
      const lower = json<{ user: { id: string } }>(await stage.done('POST', '/users', { body: newPerson([], { managerId: below }) })).user
        .id;
      const team = async (kind: string, members: readonly string[]) =>
        String(json(await stage.done('POST', '/teams', { body: { name: stage.fresh(), kind, members } }))['id']);
      const [own, others, queue] = [await team('team', [me]), await team('team', [rival]), await team('queue', [])];
      await stage.specimen({ owner: queue });
      tries.push(
        [who, 'PATCH', `/teams/${own}`, { members: [me, rival] }],
        [who, 'PATCH', `/teams/${others}`, { members: [rival, me] }],
        [who, 'PATCH', `/teams/${queue}`, { members: [me] }],
        [who, 'POST', '/teams', { name: stage.fresh(), kind: 'team', members: [me, rival] }],
        [who, 'PATCH', `/users/${rival}`, { managerId: me }],
        [who, 'PATCH', `/users/${rival}`, { managerId: below }],
        [who, 'PATCH', `/users/${rival}`, { managerId: lower }],
        [who, 'POST', '/users', newPerson([], { managerId: me })],
        [who, 'POST', '/users', newPerson([], { managerId: lower })],
        [who, 'PATCH', `/users/${me}`, { territories: ['North', 'South'] }],
      );
    }
    await forget();
    const before = await Promise.all(people.map(reached));
    // Those who reach nothing by such a way may do it: who would reach more by a line comes last, so that nobody undoes it.
    for (const [who, method, path, body] of tries) await as(who, method, path, body);
    await forget();
    expect(await Promise.all(people.map(reached))).toEqual(before);
  });

  it('is not given on: a share gives no more than one has, and only those who may share', async () => {
    const shared = system.records.find(({ sharedWith }) => sharedWith.includes('canary_own'))?.id ?? '';
    const [own, hidden] = [system.records.find(({ owner }) => owner === 'canary_own')?.id ?? '', (await stage.specimen()).id];
    const to = idOf('rival');
    const changed = await changedBy(system, async () => {
      const tries = [
        // To edit what one may only read; to give what one may not read; without the right to share.
        await as('canary_own', 'POST', `${at}/${shared}/shares`, { to, mayEdit: true }),
        await as('canary_own', 'POST', `${at}/${hidden}/shares`, { to }),
        await as('bar_plain', 'POST', `${at}/${own}/shares`, { to }),
        await as('canary_none', 'POST', `${at}/${own}/shares`, { to: idOf('canary_none') }),
        await as('canary_builder', 'POST', `${at}/${own}/shares`, { to: idOf('canary_builder') }),
        // To somebody whose roles do not let it work.
        await as('canary_own', 'POST', `${at}/${own}/shares`, { to: idOf('canary_none') }),
        // Taking back what one may not see.
        await as('canary_own', 'DELETE', `${at}/${hidden}/shares/${idOf('canary_own')}`),
      ];
      expect(tries.map(({ status }) => status)).toEqual([403, 404, 404, 404, 404, 422, 404]);
    });
    expect(changed).toEqual([]);
  });

  const forget = async () => {
    // What was remembered of somebody is looked up anew after that.
    await new Promise((resolve) => setTimeout(resolve, 2_600));
  };
});

describe('B-06: the screens of somebody else', { timeout: 180_000 }, () => {
  it('are looked at by those who see all of that themselves', async () => {
    const seen: string[] = [];
    for (const who of [...system.people.keys(), 'bar_team', 'bar_own', 'bar_plain']) {
      const headers = await sessionOf(system, 'canary_clerk');
      const answer = await system.call(null, 'POST', '/auth/view-as', { headers, body: { user: idOf(who), reason: 'Helps' } });
      if (done(answer)) {
        seen.push(who);
        expect(done(await system.call(null, 'DELETE', '/auth/view-as', { headers }))).toBe(true);
      }
    }
    // Own records are another person's: who sees their own does not see theirs.
    expect(seen.sort()).toEqual(['bar_plain', 'canary_none']);
  });

  it('are looked at and nothing else: no call does anything there', async () => {
    const headers = await sessionOf(system, 'admin');
    const body = { user: idOf('canary_shut'), reason: 'Helps' };
    const deeds: (readonly [string, Awaited<ReturnType<(typeof DEEDS)[string]>>[number]])[] = [];
    for (const [channel, deedsOf] of Object.entries(DEEDS)) for (const deed of await deedsOf(stage)) deeds.push([channel, deed]);
    expect(done(await system.call(null, 'POST', '/auth/view-as', { headers, body }))).toBe(true);
    const READS = ['query', 'aggregate'].map((what) => `POST /records/{object}/${what}`);
    READS.push('POST /access/explain', 'POST /recycle-bin/purge/preview');
    const before = await stateOf(system, SESSIONS);
    const wrong: string[] = [];
    for (const [channel, deed] of deeds) {
      if (/\/auth\//.test(channel) || READS.includes(channel)) continue;
      const { status } = await act(system, 'admin', channel, { ...deed, bySession: true });
      if (status !== 403) wrong.push(`${channel}: ${String(status)}`);
    }
    expect([wrong, changes(before, await stateOf(system, SESSIONS))]).toEqual([[], []]);
    expect(done(await system.call(null, 'DELETE', '/auth/view-as', { headers }))).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { readBoard } from '../../src/records/read-board.js';
import { accessOf } from '../../src/rules/access.js';
import { addUser, openSpace, type TestSpace } from '../support/space.js';

let space: TestSpace;
beforeAll(async () => {
  space = await openSpace();
});
afterAll(() => space.close());

async function personOf(role: string): Promise<RequestContext> {
  const active = space.activeModels.current(space.space);
  const userId = await addUser(space, [active.model.roles.get(role)?.id ?? '']);
  return {
    actor: {
      kind: 'user',
      userId,
      name: role,
      tenantId: space.tenantId,
      roles: [role],
      epoch: 1,
      locale: 'en',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      cause: { kind: 'user' },
    },
    active,
    data: space.database.data,
    clock: systemClock,
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  };
}

describe('the packs', () => {
  it('have views that answer for every role that may read their object', async () => {
    const { model } = space.activeModels.current(space.space);
    const answered: string[] = [];
    for (const role of model.roles.keys()) {
      const person = await personOf(role);
      for (const object of model.objects.values()) {
        if (accessOf(model, person.actor, object.name).read.kind === 'none') continue;
        await listRecords(person, object.name, { q: 'x', count: 'capped' });
        for (const view of object.views) {
          await listRecords(person, object.name, { view: view.name, count: 'exact' });
          if (view.type === 'board') await readBoard(person, object.name, { view: view.name });
          answered.push(`${role} ${object.name}.${view.name}`);
        }
      }
    }
    expect(answered.length).toBeGreaterThan(40);
  });
});

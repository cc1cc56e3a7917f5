import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseAggregateQuery } from '../../src/records/aggregate-query.js';
import { aggregateRecords } from '../../src/records/aggregate-records.js';
import { parseListQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { saveRates } from '../../src/people/currencies.js';
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

describe('docs/queries.md', () => {
  type Body = Record<string, unknown>;
  const text = readFileSync(new URL('../../../docs/queries.md', import.meta.url), 'utf8');
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp('```' + language + '\\n([^]*?)```', 'g'))].map(([, block = '']) => block);
  const calls = blocks('sh').flatMap((block) =>
    block
      .split('curl ')
      .slice(1)
      .map((call) => ({
        path: /\/api\/v1(\/[^'\s]+)/.exec(call)?.[1] ?? '',
        body: JSON.parse(/-d '([^]*)'/.exec(call)?.[1] ?? '{}') as Body,
      })),
  );

  it('asks for what the packs answer', async () => {
    const ctx = await personOf('admin');
    expect(calls.map(({ path }) => path.split('?')[0])).toEqual([
      '/records/deal',
      '/records/deal/query',
      '/records/deal/aggregate',
      '/settings/currencies',
      '/settings/currencies/rates',
    ]);
    const [list, query, aggregate, , rates] = calls;
    await listRecords(ctx, 'deal', parseListQuery(new Map(new URLSearchParams(list?.path.split('?')[1]))));
    await listRecords(ctx, 'deal', parseListQuery(new Map(Object.entries(query?.body ?? {}))));
    await aggregateRecords(ctx, 'deal', parseAggregateQuery(aggregate?.body ?? {}));
    await saveRates({ pool: space.database.pool, tenantId: space.tenantId }, null, rates?.body ?? {});
  });

  it('shows related lists that there are', async () => {
    const body = JSON.parse(blocks('json').find((block) => block.includes('"include"')) ?? '{}') as Body;
    const asked = parseListQuery(new Map(Object.entries(body)));
    expect(asked.include?.map(({ relation }) => relation)).toEqual(['lines']);
    await listRecords(await personOf('admin'), 'deal', asked);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPackData } from '../../src/app/load-pack-data.js';
import { readDemoUsers } from '../../src/app/read-pack-data.js';
import type { Actor } from '../../src/kernel/actor.js';
import { fixedClock, type Clock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { updateRecord } from '../../src/records/write-record.js';
import { addUser, openSpace, PACKS, type TestSpace } from '../support/space.js';

describe('the records of the packs', () => {
  let s: TestSpace;
  let users: { id: string; role: string }[];
  const clock: Clock = fixedClock('2026-03-15T10:00:00Z');
  const context = (): RequestContext => {
    const actor: Actor = {
      kind: 'system',
      userId: users[0]?.id ?? '',
      name: 'System',
      tenantId: s.tenantId,
      roles: [],
      epoch: 1,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: 'pack' },
    };
    const refresh = () => s.activeModels.refresh(s.space);
    return { actor, active: s.activeModels.current(s.space), data: s.database.data, clock, cursorKey: 'key of the test', refresh };
  };
  const count = async (object: string, filter?: object): Promise<number> => {
    const query = { fields: ['id'], limit: 1, count: 'exact' as const, ...(filter ? { filter } : {}) };
    const { page } = JSON.parse(await listRecords(context(), object, query)) as { page: { count: number } };
    return page.count;
  };
  const v = (name: string) => ({ var: name });

  beforeAll(async () => {
    s = await openSpace();
    users = await Promise.all((await readDemoUsers(PACKS)).map(async ({ role }) => ({ id: await addUser(s, [`rol_${role}`]), role })));
  });
  afterAll(() => s.close());

  it('are the stages first, without a demo', async () => {
    expect(await loadPackData(s.database, context(), PACKS, { demo: false, users })).toBe(13);
    expect(await count('pipeline_stage', { '==': [v('is_won'), true] })).toBe(2);
    expect(await count('account')).toBe(0);
  });

  it('are some thousand for the demo, and obey every rule', async () => {
    const written = await loadPackData(s.database, context(), PACKS, { demo: true, users });
    expect(written).toBeGreaterThan(3_500);
    expect(await count('deal')).toBe(640);
    expect(await count('deal', { '==': [v('stage.is_lost'), true] })).toBeGreaterThan(20);
    expect(await count('deal', { and: [{ '==': [v('stage.is_won'), true] }, { is_empty: [v('amount')] }] })).toBe(0);
  });

  it('are loaded once', async () => {
    expect(await loadPackData(s.database, context(), PACKS, { demo: true, users })).toBe(0);
  });

  it('continue after a load that was cut short', async () => {
    await s.test.sql(`delete from meta.data_install where source like '%/lead.json'`);
    const before = await count('lead');
    await loadPackData(s.database, context(), PACKS, { demo: true, users });
    expect(await count('lead')).toBe(before);
  });

  it('start no workflows, although there are won deals and hot leads among them', async () => {
    expect(await count('lead', { '==': [v('rating'), 'hot'] })).toBeGreaterThan(10);
    expect(await s.test.sql('select id from meta.wf_run')).toEqual([]);
  });

  it('start one when a person makes a lead hot, and the write says so', async () => {
    const [lead] = await s.test.sql<{ record_id: string }>(
      `select record_id from sp1.sys_history h join meta.binding b on b.object_number = h.object_no and b.element_id = 'obj_lead'
       where (diff #>> '{fld_lead_score,1}')::int < 40 and diff #>> '{fld_lead_status,1}' = 'new' limit 1`,
    );
    let started = 0;
    const ctx = context();
    const person: RequestContext = {
      ...ctx,
      actor: { ...ctx.actor, cause: { kind: 'user' } },
      runsStarted: () => {
        started += 1;
      },
    };
    await updateRecord(person, 'lead', lead?.record_id ?? '', { priority: 'low' });
    expect(started).toBe(0);
    await updateRecord(person, 'lead', lead?.record_id ?? '', { score: 90 });
    expect(started).toBe(1);
    expect(await s.test.sql('select workflow_id, status from meta.wf_run')).toEqual([{ workflow_id: 'wfl_hot_lead', status: 'ready' }]);
  });

  it('belong to several people and lie around today', async () => {
    const owners = await s.test.sql<{ n: number }>(
      `select count(distinct (select owner_id from sp1."${await tableOf('obj_deal')}" x where x.id = d.id))::int as n from sp1."${await tableOf('obj_deal')}" d`,
    );
    expect(owners[0]?.n).toBe(3);
    const soon = { between: [v('expected_close_date'), '2026-03-15', '2026-07-15'] };
    expect(await count('deal', soon)).toBeGreaterThan(200);
    expect(await count('activity', { '>': [v('due_at'), '2026-04-16T00:00:00Z'] })).toBe(0);
  });

  async function tableOf(id: string): Promise<string> {
    const rows = await s.test.sql<{ table_name: string }>(`select table_name from meta.binding where element_id = $1 and kind = 'table'`, [
      id,
    ]);
    return rows[0]?.table_name ?? '';
  }
});

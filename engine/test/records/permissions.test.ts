import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reach } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { listRecords } from '../../src/records/list-records.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { accessOf } from '../../src/rules/access.js';
import { personById } from '../../src/store/identity.js';
import { PERMISSIONS, permissionDocuments } from './permissions-documents.js';
import { makeWorld, type World } from './world.js';

type Who = 'ann' | 'bob' | 'cara' | 'dan';
type Deal = {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly region: string;
  readonly stage: string;
  readonly margin: number;
};

/**
 * Ann leads Bob, Bob leads Cara. Bob and Dan are a team. Cara takes from the queue. Dan has the north. One deal of Ann's is shared with Cara to read, one
 * with the team to edit, one with Cara until yesterday.
 */
const people = {} as Record<Who, RequestContext>;
const ids = {} as Record<Who | 'queue' | 'team', string>;
const deals: Deal[] = [];
let world: World;
let admin: RequestContext;

beforeAll(async () => {
  world = await makeWorld(permissionDocuments);
  const { sql } = world.test;
  admin = await world.person('Ada', ['admin']);
  for (const name of ['ann', 'bob', 'cara', 'dan'] as const) {
    people[name] = await world.person(name, []);
    ids[name] = people[name].actor.userId;
  }
  ids.queue = newId();
  ids.team = newId();
  await sql(`insert into meta.user (id, tenant_id, name, kind) values ($1, 1, 'Inbox', 'queue')`, [ids.queue]);
  for (const [id, kind] of [
    [ids.queue, 'queue'],
    [ids.team, 'team'],
  ] as const) {
    await sql(`insert into meta.team (id, tenant_id, name, kind) values ($1, 1, $2, $2)`, [id, kind]);
  }
  for (const [team, user] of [
    [ids.queue, ids.cara],
    [ids.team, ids.bob],
    [ids.team, ids.dan],
  ] as const) {
    await sql('insert into meta.team_member (team_id, user_id, tenant_id) values ($1, $2, 1)', [team, user]);
  }
  for (const [manager, user] of [
    [ids.ann, ids.bob],
    [ids.ann, ids.cara],
    [ids.bob, ids.cara],
  ] as const) {
    await sql('insert into meta.user_below (manager_id, user_id, tenant_id) values ($1, $2, 1)', [manager, user]);
  }
  await sql(`update meta.user set territories = '{north}' where id = $1`, [ids.dan]);
  let margin = 100;
  for (const owner of ['ann', 'bob', 'cara', 'dan', 'queue'] as const) {
    for (const [region, stage] of [
      ['north', 'open'],
      ['south', 'won'],
      [null, 'open'],
      ['north', 'won'],
    ] as const) {
      margin += 1;
      const values = { name: `${owner} ${region ?? 'nowhere'} ${stage}`, region, stage, margin, owner: ids[owner] };
      const { id } = await createRecord(admin, 'deal', values);
      deals.push({ ...values, id, region: region ?? '' });
    }
  }
  const share = (at: number, principal: string, mayEdit: boolean, expires: string | null = null) =>
    sql(
      `insert into meta.record_share (tenant_id, object_id, record_id, principal_id, may_edit, expires_at) values (1, 'obj_deal', $1, $2, $3, $4)`,
      [deals[at]?.id, principal, mayEdit, expires],
    );
  await share(0, ids.cara, false);
  await share(1, ids.team, true);
  await share(2, ids.cara, true, '2020-01-01');
  for (const name of ['ann', 'bob', 'cara', 'dan'] as const) {
    const person = await personById(world.database.pool, ids[name]);
    if (person === undefined) throw new Error('nobody there');
    people[name] = { ...people[name], actor: { ...people[name].actor, reach: person.reach } };
  }
});
afterAll(() => world.close());

const as = (who: Who, ...roles: string[]): RequestContext => ({ ...people[who], actor: { ...people[who].actor, roles } });
const listed = async (ctx: RequestContext, filter?: unknown): Promise<{ id: string; name: string; margin?: number | null }[]> =>
  (
    JSON.parse(await listRecords(ctx, 'deal', { limit: 200, ...(filter === undefined ? {} : { filter }) })) as {
      data: { id: string; name: string }[];
    }
  ).data;
const names = async (ctx: RequestContext) => (await listed(ctx)).map(({ name }) => name).sort();
const of = (...owners: string[]) => deals.filter(({ name }) => owners.includes(name.split(' ')[0] ?? '')).map(({ name }) => name);
const id = (name: string) => deals.find((deal) => deal.name === name)?.id ?? '';

describe('ways to records', () => {
  it('are found with the person', () => {
    const reach = (who: Who): Reach | undefined => people[who].actor.reach;
    expect(reach('ann')).toEqual({ queues: false, team: false, below: true, shared: [] });
    expect(reach('bob')).toEqual({ queues: false, team: true, below: true, shared: ['obj_deal'] });
    expect(reach('cara')).toEqual({ queues: true, team: false, below: false, shared: ['obj_deal'] });
  });

  it.each<[string, Who, string[], () => string[]]>([
    ['own records', 'ann', ['reads_own'], () => of('ann')],
    ['those of a queue one is in, and what is shared', 'cara', ['reads_own'], () => [...of('cara', 'queue'), 'ann north open']],
    ['what is shared with a team', 'dan', ['reads_own'], () => [...of('dan'), 'ann south won']],
    ['those of the team', 'bob', ['reads_team'], () => [...of('bob', 'dan'), 'ann south won']],
    ['of no team, own ones', 'ann', ['reads_team'], () => of('ann')],
    ['those of everybody below', 'ann', ['reads_below'], () => of('ann', 'bob', 'cara')],
    [
      'by territory',
      'dan',
      ['reads_territory'],
      () => [...deals.filter(({ region }) => region === 'north').map(({ name }) => name), 'ann south won'],
    ],
    ['of no territory, none but those shared', 'cara', ['reads_territory'], () => ['ann north open']],
    ['a role includes others, even in a circle', 'bob', ['includes_both'], () => [...of('bob', 'dan'), 'ann south won']],
    [
      'what is denied stays away from those who may see all',
      'ann',
      ['reads_all', 'not_south'],
      () => deals.filter(({ region }) => region !== 'south').map(({ name }) => name),
    ],
    ['also when it is shared', 'dan', ['reads_own', 'not_south'], () => of('dan').filter((name) => !name.includes('south'))],
  ])('%s', async (_what, who, roles, expected) => {
    expect(await names(as(who, ...roles))).toEqual([...new Set(expected())].sort());
  });

  it('nothing without a role', async () => {
    await expect(names(as('cara'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(names(as('cara', 'not_south'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a share of another record, object or person opens nothing', async () => {
    await expect(readRecord(as('cara', 'reads_own'), 'deal', id('ann south won'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(readRecord(as('cara', 'reads_own'), 'deal', id('ann nowhere open'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a shared record is changed only by those it was shared with for that', async () => {
    const change = (ctx: RequestContext, name: string) => updateRecord(ctx, 'deal', id(name), { margin: 7 });
    await expect(change(as('cara', 'edits_own'), 'ann north open')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await change(as('dan', 'edits_own'), 'ann south won')).version).toBe(2);
    await expect(deleteRecord(as('dan', 'edits_own'), 'deal', id('ann south won'))).rejects.toMatchObject({ code: 'forbidden' });
    await updateRecord(admin, 'deal', id('ann south won'), { margin: 102 });
  });
});

describe('what is taken away', () => {
  const visible = async (who: Who, ...roles: string[]) => {
    const rows = await listed(as(who, ...roles));
    return rows.filter(({ margin }) => margin !== undefined && margin !== null).length;
  };
  it.each<[string, string[], number]>([
    ['a field on every record', ['edits_all', 'no_margin'], 0],
    ['a field on some', ['edits_all', 'no_margin_in_north'], 10],
    ['nothing of a field that may be read but not changed', ['edits_all', 'margin_as_it_is'], 20],
  ])('%s', async (_what, roles, count) => {
    expect(await visible('ann', ...roles)).toBe(count);
  });

  it('a denied field is one that does not exist', async () => {
    const ctx = as('ann', 'edits_all', 'no_margin');
    await expect(listed(ctx, { '>': [{ var: 'margin' }, 1] })).rejects.toMatchObject({ issues: [{ code: 'unknown_field' }] });
    await expect(updateRecord(ctx, 'deal', id('ann north open'), { margin: 1 })).rejects.toMatchObject({ issues: [{ path: '/margin' }] });
  });

  it('a field that is masked on some records tells nothing by a filter', async () => {
    const found = await listed(as('ann', 'edits_all', 'no_margin_in_north'), { '>': [{ var: 'margin' }, 0] });
    expect(found).toHaveLength(10);
  });

  it('creating, deleting and actions', async () => {
    const ctx = as('ann', 'edits_all', 'nothing_new');
    await expect(createRecord(ctx, 'deal', { name: 'New' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(deleteRecord(ctx, 'deal', id('ann north open'))).rejects.toMatchObject({ code: 'forbidden' });
    expect([...accessOf(world.active.model, ctx.actor, 'deal').actions]).toEqual(['merge']);
  });

  it('changes of some records, before and after', async () => {
    const ctx = as('ann', 'edits_all', 'won_stays');
    await expect(updateRecord(ctx, 'deal', id('ann south won'), { margin: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(updateRecord(ctx, 'deal', id('ann north open'), { stage: 'won' })).rejects.toMatchObject({ code: 'forbidden' });
    expect((await updateRecord(ctx, 'deal', id('ann north open'), { margin: 101 })).version).toBeGreaterThan(0);
  });
});

describe('fields on some records only', () => {
  it('are read where the rule holds', async () => {
    const rows = await listed(as('ann', 'sees_margin_of_won'));
    expect(rows.map(({ name, margin }) => [name, margin ?? null])).toEqual(
      expect.arrayContaining([
        ['ann north won', 104],
        ['ann south won', 102],
        ['ann north open', null],
      ]),
    );
  });

  it('are changed where it holds on the record as it stands', async () => {
    const ctx = as('ann', 'edits_margin_until_won');
    await expect(updateRecord(ctx, 'deal', id('ann north won'), { margin: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    expect((await updateRecord(ctx, 'deal', id('ann north won'), { name: 'ann north won' })).version).toBe(1);
  });

  it('are judged on a new record as it will be', async () => {
    const ctx = as('ann', 'edits_margin_until_won');
    await expect(createRecord(ctx, 'deal', { name: 'N', stage: 'won', margin: 5 })).rejects.toMatchObject({ code: 'forbidden' });
    await deleteRecord(admin, 'deal', (await createRecord(ctx, 'deal', { name: 'N', stage: 'open', margin: 5 })).id);
  });
});

/** What the permissions say, worked out one record at a time without SQL. */
function mayRead(who: Who, roles: readonly string[], deal: Deal): boolean {
  const me = ids[who];
  const isShared = (deal === deals[0] && who === 'cara') || (deal === deals[1] && (who === 'bob' || who === 'dan'));
  const own = deal.owner === me || (who === 'cara' && deal.owner === ids.queue);
  const below: Partial<Record<Who, readonly string[]>> = { ann: [ids.bob, ids.cara], bob: [ids.cara] };
  const isTeam = (who === 'bob' || who === 'dan') && (deal.owner === ids.bob || deal.owner === ids.dan);
  const ways: Readonly<Record<string, boolean>> = {
    reads_own: own,
    reads_team: own || isTeam,
    reads_below: own || (below[who] ?? []).includes(deal.owner),
    reads_all: true,
    reads_territory: who === 'dan' && deal.region === 'north',
    reads_own_and_north: own || deal.region === 'north',
    edits_own: own,
    edits_all: true,
    sees_margin_of_won: own,
    edits_margin_until_won: true,
  };
  const granting = roles.filter((role) => role in ways);
  const isGranted = granting.some((role) => ways[role] === true) || (granting.length > 0 && isShared);
  return isGranted && !(roles.includes('not_south') && deal.region === 'south');
}

function mayReadMargin(who: Who, roles: readonly string[], deal: Deal): boolean {
  const giving = roles.filter(
    (role) => !['reads_below', 'reads_all'].includes(role) && (role !== 'sees_margin_of_won' || deal.stage === 'won'),
  );
  if (roles.includes('no_margin') || (roles.includes('no_margin_in_north') && deal.region === 'north')) return false;
  return giving.some((role) => mayRead(who, [role], deal)) && mayRead(who, roles, deal);
}

describe('any roles together', () => {
  it('show the records and values that the permissions say one by one', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<Who>('ann', 'bob', 'cara', 'dan'), fc.subarray(Object.keys(PERMISSIONS)), async (who, roles) => {
        const ctx = as(who, ...roles);
        const { fields, read } = accessOf(world.active.model, ctx.actor, 'deal');
        if (read.kind === 'none') {
          expect(deals.filter((deal) => mayRead(who, roles, deal))).toEqual([]);
          return;
        }
        const isHidden = fields.get('margin')?.read.kind === 'none';
        const rows = await listed(ctx);
        const seen = rows.map((row) => `${row.name} ${isHidden || row.margin === null || row.margin === undefined ? '-' : '+'}`).sort();
        const expected = deals
          .filter((deal) => mayRead(who, roles, deal))
          .map((deal) => `${deal.name} ${mayReadMargin(who, roles, deal) ? '+' : '-'}`);
        expect(seen).toEqual(expected.sort());
      }),
      { numRuns: 400 },
    );
  });

  it('name the tenant with every table', () => {
    expect(world.aliasesWithoutTenant()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Automation } from '../../src/workflow/automation.js';
import { addUser } from '../support/space.js';
import { openWorld, until, type World } from './world.js';

describe('the workflows that ship', () => {
  let world: World;
  let automation: Automation;
  let rep: string;
  beforeAll(async () => {
    world = await openWorld();
    rep = await addUser(world.space);
    automation = world.automation();
  });
  afterAll(() => world.close());

  const settled = async (workflow: string) => {
    automation.kick();
    await until(async () => {
      const runs = await world.runs(`r.workflow_id = '${workflow}'`);
      return runs.length > 0 && runs.every((run) => run['ended']);
    }, `${workflow} to end`);
    const runs = await world.runs(`r.workflow_id = '${workflow}'`);
    expect(runs.map((run) => [run['status'], run['error']])).toEqual([['done', null]]);
  };

  it('a deal that is won gets a follow-up and its owner a mail, once', async () => {
    const pipeline = await world.create('pipeline', { name: 'Sales' });
    const open = await world.create('pipeline_stage', { name: 'Open', pipeline, order: 1 });
    const won = await world.create('pipeline_stage', { name: 'Won', pipeline, order: 2, is_won: true, probability: '100' });
    const account = await world.create('account', { name: 'Acme' });
    const amount = { amount: '1200.00', currency: 'EUR' };
    const deal = await world.create('deal', {
      name: 'Engine',
      account,
      pipeline,
      stage: open,
      owner: rep,
      amount,
      expected_close_date: '2027-01-31',
    });
    expect(await world.runs(`r.workflow_id = 'wfl_deal_won'`)).toEqual([]);
    await world.update('deal', deal, { stage: won });
    await settled('wfl_deal_won');
    const activities = await world.rows('activity');
    expect(activities).toMatchObject([{ subject: 'Follow up: Engine', related_to: deal, account, owner: rep, assignee: rep }]);
    const days = (new Date(String(activities[0]?.['due_at'])).getTime() - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(3, 1);
    expect(world.mails.map((message) => message.to)).toEqual([[`${rep}@example.test`]]);
    expect(world.mails[0]?.raw).toContain('Subject: Won: Engine');
    expect(world.mails[0]?.raw).toContain('Account: Acme\r\nAmount: =E2=82=AC1,200.00');
    await world.update('deal', deal, { name: 'Engines' });
    expect(await world.runs(`r.workflow_id = 'wfl_deal_won'`)).toHaveLength(1);
  });

  it('a lead that is hot is assigned, and its owner is told', async () => {
    const lead = await world.create('lead', {
      name: 'Ada Lovelace',
      email: 'ada@example.test',
      company: 'Acme',
      score: 85,
      status: 'new',
      owner: rep,
    });
    await settled('wfl_hot_lead');
    const [row] = await world.rows('lead');
    expect(row).toMatchObject({ id: lead, status: 'working', priority: 'urgent' });
    expect(row?.['assigned_at']).not.toBeNull();
    expect((await world.rows('activity')).filter((each) => each['type'] === 'call' && each['priority'] === 'urgent')).toMatchObject([
      { assignee: rep, related_to: lead },
    ]);
    expect(world.mails.at(-1)?.raw).toContain('Subject: Hot lead:');
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

const fits = async ({ page }: Pick<Person, 'page'>) => {
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  expect(scroll).toBeLessThanOrEqual(client);
};

const send = async ({ api }: Person, method: 'post' | 'patch', path: string, data: object, origin: string) => {
  const reply = await api[method](`/api/v1/records/${path}`, { data, headers: { Origin: origin } });
  expect(reply.ok(), await reply.text()).toBe(true);
  return (await reply.json()) as { id: string };
};

test('somebody sees what happens around a record while it happens, and brings a version of before back by keyboard', async ({
  person,
  baseURL,
}) => {
  test.slow();
  const origin = baseURL ?? '';
  const owner = await person('Hilda History', ['sales_rep']);
  const account = await send(owner, 'post', 'account', { name: 'Quarry Ltd', industry: 'energy' }, origin);
  await send(owner, 'patch', `account/${account.id}`, { industry: 'retail', description: 'Sells stones' }, origin);

  const { page } = owner;
  await page.goto(`/o/account/${account.id}`);
  await page.getByRole('tab', { name: 'Related' }).press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Timeline' })).toBeFocused();
  const timeline = page.locator('fs-timeline');
  await expect(timeline.getByRole('listitem')).toHaveCount(2);
  await isClean(owner);

  // It comes by itself.
  await send(owner, 'post', 'note', { title: 'Met at the fair', related_to: { object: 'account', id: account.id } }, origin);
  await expect(timeline.getByRole('link', { name: 'Met at the fair' })).toBeVisible();
  await timeline.getByRole('button', { name: 'Notes' }).press('Enter');
  await expect(timeline.getByRole('listitem')).toHaveCount(1);
  await timeline.getByRole('button', { name: 'Files' }).press('Space');
  await timeline.getByRole('button', { name: 'Notes' }).press('Space');
  await expect(timeline.getByText('Nothing of what you chose has happened here.')).toBeVisible();
  await isClean(owner);

  await page.getByRole('tab', { name: 'Timeline' }).press('ArrowRight');
  const history = page.locator('fs-history');
  await history.getByRole('button', { name: 'Bring version 1 back' }).press('Enter');
  const dialog = page.locator('fs-version-dialog');
  await expect(page.getByRole('dialog', { name: 'Bring version 1 back' })).toBeVisible();
  await expect(dialog.getByRole('checkbox')).toHaveCount(2);
  await isClean(owner);
  await dialog.getByRole('checkbox', { name: /Description/ }).press('Space');
  await dialog.getByRole('button', { name: 'Bring back', exact: true }).press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(history.getByText('and brought version 1 back')).toBeVisible();
  await expect(page.locator('fs-field-list')).toContainText('Sells stones');
  await expect(page.locator('fs-field-list')).toContainText('Energy');
});

test('somebody follows what a workflow did back to what they did themselves', async ({ person, baseURL }) => {
  test.slow();
  const origin = baseURL ?? '';
  const owner = await person('Wanda Why', ['sales_rep']);
  const account = await send(owner, 'post', 'account', { name: 'Causes Inc' }, origin);
  const deal = await send(
    owner,
    'post',
    'deal',
    { name: 'Big one', account: account.id, amount: '100', expected_close_date: '2030-01-01' },
    origin,
  );
  const stages = (await (await owner.api.get('/api/v1/records/pipeline_stage?fields=name,pipeline.is_default&limit=50')).json()) as {
    data: { id: string; name: string; pipeline: { is_default: boolean } }[];
  };
  for (const name of ['Needs analysis', 'Proposal', 'Negotiation', 'Won']) {
    const stage = stages.data.find((each) => each.name === name && each.pipeline.is_default);
    await send(owner, 'patch', `deal/${deal.id}`, { stage: stage?.id }, origin);
  }
  const followUps = async () => {
    const filter = JSON.stringify({ '==': [{ var: 'related_to' }, deal.id] });
    const reply = await owner.api.get(`/api/v1/records/activity?fields=subject&filter=${encodeURIComponent(filter)}`);
    return ((await reply.json()) as { data: { id: string }[] }).data;
  };
  await expect.poll(async () => (await followUps()).length).toBe(1);
  const [followUp] = await followUps();

  const { page } = owner;
  await page.goto(`/o/activity/${followUp?.id ?? ''}`);
  await page.getByRole('tab', { name: 'History' }).click();
  const history = page.locator('fs-history');
  await history.getByRole('button', { name: 'Why version 1?' }).press('Enter');
  const chain = history.getByRole('list', { name: 'What led to it, nearest first' });
  await expect(chain.getByRole('listitem')).toHaveCount(2);
  await expect(chain).toContainText('Because of the workflow Deal won');
  await expect(chain).toContainText('Because Wanda Why changed Deal Big one');
  await isClean(owner);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 320, height: 800 });
    await fits(owner);
    await isClean(owner);
  }
  await chain.getByRole('link', { name: 'Big one' }).click();
  await expect(page.getByRole('heading', { name: 'Big one' })).toBeVisible();
});

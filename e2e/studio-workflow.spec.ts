import { expect, test } from './support/people.js';

test('a workflow is drawn, refuses a circle, is published, and shows what its run did', async ({ admin }) => {
  const { page, api } = admin;
  const origin = () => ({ Origin: new URL(page.url()).origin });
  await page.goto('/studio/workflows');

  await test.step('a workflow with a branch and a step', async () => {
    await page.getByRole('button', { name: 'New workflow' }).click();
    await page.getByLabel('Label', { exact: true }).fill('Greet accounts');
    await page.getByLabel('About records of').selectOption({ label: 'Account' });
    await page.getByRole('button', { name: 'Add workflow' }).click();
    const palette = page.getByRole('group', { name: 'Add a step' });
    await palette.getByRole('button', { name: 'Branch' }).click();
    await page.getByLabel('Field', { exact: true }).selectOption({ label: 'Account name' });
    await page.getByLabel('Test', { exact: true }).selectOption({ label: 'starts with' });
    await page.getByLabel('Value', { exact: true }).fill('Greet');
    await palette.getByRole('button', { name: 'Update a record' }).click();
    await page.getByLabel('Field to set').selectOption({ label: 'Website' });
    await page.getByRole('button', { name: 'Add field' }).click();
    await page.getByLabel('Value of Website').fill('https://hello.example');
    await expect(page.locator('.react-flow__edge')).toHaveCount(2);
  });

  await test.step('a connection that makes a circle is refused with the reason', async () => {
    const end = await page
      .locator('.react-flow__node-step', { hasText: 'Update a record' })
      .locator('.react-flow__handle.source')
      .boundingBox();
    const start = await page.locator('.react-flow__node-step', { hasText: 'Branch' }).locator('.react-flow__handle.target').boundingBox();
    if (end === null || start === null) throw new Error('the steps are not drawn');
    await page.mouse.move(end.x + 5, end.y + 5);
    await page.mouse.down();
    await page.mouse.move(start.x + 40, start.y + 5, { steps: 10 });
    await page.mouse.move(start.x + 5, start.y + 5, { steps: 5 });
    await page.mouse.up();
    await expect(page.getByRole('alert')).toHaveText('This would make a circle: the steps would run for ever.');
    await expect(page.locator('.react-flow__edge')).toHaveCount(2);
  });

  await test.step('a step is removed with the Delete key and comes back by undo', async () => {
    await page.locator('.react-flow__node-step', { hasText: 'Update a record' }).click();
    await page.keyboard.press('Delete');
    await expect(page.locator('.react-flow__node-step')).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expect(page.locator('.react-flow__node-step')).toHaveCount(2);
  });

  await test.step('it is published like everything else', async () => {
    await page.getByRole('link', { name: /^Review/ }).click();
    await expect(page.getByText('Adds workflow “Greet accounts”')).toBeVisible();
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
  });

  await test.step('a new record starts it, and the run shows its path', async () => {
    const made = await api.post('/api/v1/records/account', { data: { name: 'Greet me' }, headers: origin() });
    expect(made.status()).toBe(201);
    const { id } = (await made.json()) as { id: string };
    await expect
      .poll(async () => ((await (await api.get(`/api/v1/records/account/${id}?fields=website`)).json()) as { website: unknown }).website)
      .toBe('https://hello.example');
    await page.goto('/studio/workflows/greet_accounts?side=runs');
    const run = page.getByRole('complementary').getByRole('listitem').first();
    await expect(run).toContainText('Done');
    await run.getByRole('link').click();
    await expect(page.locator('.run-done')).toHaveCount(2);
    await page.getByRole('button', { name: /^Update a record/ }).click();
    await expect(page.getByText('https://hello.example')).toBeVisible();
  });
});

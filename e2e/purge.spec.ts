import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

test('records are deleted for good: one by key, the chosen ones, and all that is found', async ({ admin, person, baseURL }) => {
  test.slow();
  const { page, api } = admin;
  const headers = { Origin: baseURL ?? '' };
  const mark = crypto.randomUUID().slice(0, 8);
  const deleted = async (name: string) => {
    const { id } = (await (await api.post('/api/v1/records/account', { data: { name: `${name} ${mark}` }, headers })).json()) as {
      id: string;
    };
    await api.delete(`/api/v1/records/account/${id}`, { headers });
    return id;
  };
  for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) await deleted(name);
  await page.goto('/trash');
  await expect(page.getByText('What was deleted 30 days ago goes for good.')).toBeVisible();
  await page.getByRole('searchbox').fill(mark);
  const list = page.getByRole('list', { name: 'Deleted records' });
  await expect(list.getByRole('listitem')).toHaveCount(5);
  await isClean(admin);

  // Escape and the first button change nothing.
  await page.getByRole('button', { name: `Delete Five ${mark} for good` }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.locator('fs-purge-dialog');
  await expect(dialog.getByText('1 record is deleted for good.')).toBeVisible();
  await isClean(admin);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(list.getByRole('listitem')).toHaveCount(5);
  await page.getByRole('button', { name: `Delete Five ${mark} for good` }).click();
  await dialog.getByRole('button', { name: 'Delete 1 record for good' }).click();
  await expect(dialog).toHaveCount(0);
  // It is said to screen readers besides.
  await expect(page.getByRole('region', { name: 'Messages' }).getByText(`Five ${mark} is deleted for good.`)).toBeVisible();
  await expect(list.getByRole('listitem')).toHaveCount(4);

  for (const name of ['One', 'Two']) await page.getByRole('checkbox', { name: `Choose ${name} ${mark}` }).check();
  await page.getByRole('button', { name: 'Delete chosen for good' }).click();
  await dialog.getByRole('button', { name: 'Delete 2 records for good' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(2);

  await page.getByRole('button', { name: 'Delete what is found for good' }).click();
  await expect(dialog.getByText('2 records are deleted for good.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete 2 records for good' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await isClean(admin);

  // Whoever may not do it is offered none of it.
  const rep = await person('Rita Restores', ['sales_rep']);
  const own = (await (
    await rep.api.post('/api/v1/records/lead', { data: { name: `Own ${mark}`, email: 'own@example.com' }, headers })
  ).json()) as { id: string };
  await rep.api.delete(`/api/v1/records/lead/${own.id}`, { headers });
  await rep.page.goto('/trash');
  await expect(rep.page.getByRole('button', { name: `Restore Own ${mark}` })).toBeVisible();
  await expect(rep.page.getByRole('button', { name: /for good|Empty the recycle bin/ })).toHaveCount(0);
});

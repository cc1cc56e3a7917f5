import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

const unique = (name: string) => `${name} ${crypto.randomUUID().slice(0, 8)}`;

test('a change is taken back and done again by key, and what others changed since stays', async ({ admin, baseURL }) => {
  test.slow();
  const { page, api } = admin;
  const headers = { Origin: baseURL ?? '' };
  const name = unique('Undo');
  const made = await api.post('/api/v1/records/account', { data: { name, website: 'https://one.example' }, headers });
  const { id } = (await made.json()) as { id: string };
  await page.goto(`/o/account/${id}`);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText(name);

  const edit = async (values: Record<string, string>) => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.locator('fs-record-dialog');
    for (const [label, value] of Object.entries(values)) await dialog.getByRole('textbox', { name: label }).fill(value);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
  };
  await edit({ 'Account name': `${name} B` });
  await expect(heading).toHaveText(`${name} B`);
  await page.locator('main').focus();
  await page.keyboard.press('Control+z');
  await expect(heading).toHaveText(name);
  await expect(page.getByRole('status')).toHaveText('Undone.');
  await page.keyboard.press('Control+Shift+z');
  await expect(heading).toHaveText(`${name} B`);

  await edit({ 'Account name': `${name} C`, Website: 'https://two.example' });
  await expect(heading).toHaveText(`${name} C`);
  await api.patch(`/api/v1/records/account/${id}`, { data: { website: 'https://three.example' }, headers });
  await page.getByRole('button', { name: 'Undo' }).click();
  const told = page.locator('fs-undo');
  await expect(told.getByText('Website: was changed since and stays as it is')).toBeVisible();
  await expect(told.getByText('As it was: Account name')).toBeVisible();
  await isClean(admin);
  await page.keyboard.press('Escape');
  await expect(told).toHaveCount(0);
  await expect(heading).toHaveText(`${name} B`);
  const now = (await (await api.get(`/api/v1/records/account/${id}`)).json()) as { website: string };
  expect(now.website).toBe('https://three.example');
});

test('records are merged, found in the recycle bin, and parted again', async ({ admin, baseURL }) => {
  test.slow();
  const { page, api } = admin;
  const headers = { Origin: baseURL ?? '' };
  const [stays, goes] = [unique('Stays'), unique('Goes')];
  const make = async (data: object) => ((await (await api.post('/api/v1/records/account', { data, headers })).json()) as { id: string }).id;
  const id = await make({ name: stays });
  const other = await make({ name: goes, website: 'https://goes.example' });
  const child = await make({ name: unique('Child'), parent: other });

  await page.goto(`/o/account/${id}`);
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Merge with…' }).click();
  const dialog = page.locator('fs-merge-dialog');
  const find = dialog.getByRole('combobox', { name: 'Records to merge into it' });
  await expect(find).toBeFocused();
  await find.fill(goes);
  await expect(dialog.getByRole('option', { name: goes })).toBeVisible();
  await find.press('Enter');
  // What the others have and this one has not is taken over, unless somebody chooses otherwise.
  const website = dialog.getByRole('group', { name: 'Website' });
  await expect(website.getByRole('radio', { name: 'https://goes.example' })).toBeChecked();
  await expect(dialog.getByRole('group', { name: 'Account name' }).getByRole('radio', { name: stays }).first()).toBeChecked();
  await expect(dialog.getByText(/: 1$/)).toBeVisible();
  await isClean(admin);
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const read = async (of: string) =>
    (await (await api.get(`/api/v1/records/account/${of}`)).json()) as Record<string, { id: string } | string>;
  expect(await read(id)).toMatchObject({ name: stays, website: 'https://goes.example' });
  expect(await read(child)).toMatchObject({ parent: { id } });

  await page.goto(`/o/account/${other}`);
  await expect(page.getByText('was merged into another one')).toBeVisible();
  await page.getByRole('button', { name: stays }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(stays);

  await page.getByRole('button', { name: 'Account of' }).click();
  await page.getByRole('menuitem', { name: 'Recycle bin' }).click();
  await page.getByRole('searchbox').fill(goes);
  await expect(page.getByRole('listitem').filter({ hasText: goes })).toHaveCount(1);
  await isClean(admin);
  await page.getByRole('button', { name: `Undo merge: ${goes}` }).click();
  await expect(page.getByText('Nothing matches')).toBeVisible();
  expect(await read(other)).toMatchObject({ name: goes });
  expect(await read(child)).toMatchObject({ parent: { id: other } });
  expect(await read(id)).toMatchObject({ website: null });

  // Several at once.
  for (const each of [child, other]) await api.delete(`/api/v1/records/account/${each}`, { headers });
  await page.getByRole('searchbox').fill('');
  await page.reload();
  await page.getByRole('checkbox', { name: `Choose ${goes}` }).check();
  await page.getByRole('button', { name: 'Restore chosen' }).click();
  await expect(page.getByText(`${goes} is back.`).first()).toBeVisible();
  expect(await read(other)).toMatchObject({ name: goes });
});

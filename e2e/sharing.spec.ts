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

const makeLead = async ({ api }: Person, name: string, origin: string) => {
  const made = await api.post('/api/v1/records/lead', {
    data: { name, email: `${crypto.randomUUID()}@example.com` },
    headers: { Origin: origin },
  });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { id: string }).id;
};

test('somebody shares a record with a colleague until a day, by keyboard, and takes it back', async ({ person, baseURL }) => {
  test.slow();
  const owner = await person('Olga Owner', ['sales_rep']);
  const colleague = await person('Carl Colleague', ['sales_rep']);
  const reader = await person('Rosalind Reader', ['read_only']);
  const id = await makeLead(owner, 'Harbour crane', baseURL ?? '');
  expect((await colleague.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(404);

  const { page } = owner;
  await page.goto(`/o/lead/${id}`);
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Share…' }).press('Enter');
  const dialog = page.locator('fs-rights-dialog');
  const whom = dialog.getByRole('combobox', { name: 'Person, team or queue' });
  await expect(whom).toBeFocused();
  await isClean(owner);
  // Nothing chosen, and a day that is over.
  await dialog.getByLabel('Until the end of').fill('2020-01-01');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('Choose whom to share with.')).toBeVisible();
  await expect(dialog.getByText('Choose a day that is not over.')).toBeVisible();
  await isClean(owner);
  // Somebody whose roles would make a share do nothing.
  await dialog.getByLabel('Until the end of').fill('2099-01-31');
  await whom.fill('Rosalind Rea');
  await dialog.getByRole('option', { name: 'Rosalind Reader' }).click();
  await dialog.getByRole('combobox', { name: 'Access' }).click();
  await dialog.getByRole('option', { name: 'Read and edit' }).click();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('The roles of Rosalind Reader do not let them')).toBeVisible();
  expect((await reader.api.patch(`/api/v1/records/lead/${id}`, { data: {}, headers: { Origin: baseURL ?? '' } })).status()).not.toBe(200);

  await whom.fill('Carl');
  await expect(dialog.getByRole('option', { name: 'Carl Colleague' })).toBeVisible();
  await whom.press('Enter');
  await dialog.getByLabel('Reason').fill('Covers for me');
  await dialog.getByLabel('Reason').press('Enter');
  const shares = dialog.getByRole('listitem');
  await expect(shares).toHaveCount(1);
  await expect(shares).toContainText('Carl Colleague');
  await expect(shares).toContainText('Read and edit');
  await expect(shares).toContainText('until 31 Jan 2099');
  await expect(shares).toContainText('by Olga Owner');
  await expect(shares).toContainText('Covers for me');
  await isClean(owner);
  await expect.poll(async () => (await colleague.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(200);

  // Less than before, then nothing.
  await dialog.getByRole('button', { name: 'Change the share of Carl Colleague' }).click();
  await dialog.getByRole('combobox', { name: 'Access' }).click();
  await dialog.getByRole('option', { name: 'Read', exact: true }).click();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(shares).not.toContainText('Read and edit');
  await dialog.getByRole('button', { name: 'Take back the share of Carl Colleague' }).click();
  await expect(dialog.getByText('It is shared with nobody.')).toBeVisible();
  await expect.poll(async () => (await colleague.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(404);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('whoever may only read is told why, and is offered no sharing', async ({ admin, person, baseURL }) => {
  const id = await makeLead(admin, 'Only to look at', baseURL ?? '');
  const reader = await person('Nora Novice', ['read_only']);
  const account = (await (
    await admin.api.post('/api/v1/records/account', { data: { name: 'Quiet harbour' }, headers: { Origin: baseURL ?? '' } })
  ).json()) as { id: string };
  expect((await reader.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(404);
  const { page } = reader;
  await page.goto(`/o/account/${account.id}`);
  await page.getByRole('button', { name: 'Read only' }).click();
  const dialog = page.locator('fs-rights-dialog');
  await expect(dialog.getByRole('tab')).toHaveCount(1);
  const change = dialog.getByRole('listitem').filter({ hasText: 'Change this record' });
  await expect(change).toContainText('No');
  await expect(change).toContainText('What would change it');
  await isClean(reader);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menuitem', { name: 'Share…' })).toBeHidden();
  await expect(page.getByRole('menuitem', { name: 'Who can see this?' })).toBeHidden();
});

test('an administrator sees who can see a record, in the dark, in German and on a telephone', async ({ admin, baseURL }) => {
  const id = await makeLead(admin, 'Under observation', baseURL ?? '');
  const { page } = admin;
  await page.goto(`/o/lead/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Who can see this?' }).click();
  const dialog = page.locator('fs-rights-dialog');
  await expect(dialog.getByRole('list', { name: 'Who can see this' })).toContainText('Administrator: all records');
  await page.emulateMedia({ colorScheme: 'dark' });
  await isClean(admin);
  // Arrow keys go round.
  await dialog.getByRole('tab', { name: 'Who can see this' }).press('ArrowRight');
  await expect(dialog.getByRole('tab', { name: 'What I may do' })).toBeFocused();
  await isClean(admin);
  await page.setViewportSize({ width: 320, height: 700 });
  await fits(admin);

  await admin.api.patch('/api/v1/me', { data: { locale: 'de' }, headers: { Origin: baseURL ?? '' } });
  await page.reload();
  await page.getByRole('button', { name: 'Weitere Aktionen' }).click();
  await page.getByRole('menuitem', { name: 'Teilen …' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Person, Team oder Warteschlange' })).toBeFocused();
  await fits(admin);
  await isClean(admin);
  await dialog.getByRole('tab', { name: 'Was ich darf' }).click();
  await expect(dialog.getByText('alle Datensätze').first()).toBeVisible();
  await admin.api.patch('/api/v1/me', { data: { locale: null }, headers: { Origin: baseURL ?? '' } });
});

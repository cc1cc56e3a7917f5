import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

const newLead = async ({ api }: Person, origin: string, values: Record<string, unknown>) => {
  const made = await api.post('/api/v1/records/lead', {
    data: { email: `${crypto.randomUUID()}@example.com`, ...values },
    headers: { Origin: origin },
  });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { id: string }).id;
};

test('a sales rep converts a qualified lead: a workflow makes the account and the contact', async ({ person, baseURL }) => {
  test.slow();
  const rita = await person('Rita Converts', ['sales_rep']);
  const { page, api } = rita;
  const id = await newLead(rita, baseURL ?? '', { name: 'Lena Lift', last_name: 'Lift', company: 'Lift & Crane Ltd', status: 'working' });
  await page.goto(`/o/lead/${id}`);
  await expect(page.getByRole('heading', { name: 'Lena Lift' })).toBeVisible();
  // A lead that is not qualified is not converted.
  await expect(page.getByRole('button', { name: 'Convert', exact: true })).toBeHidden();
  await api.patch(`/api/v1/records/lead/${id}`, { data: { status: 'qualified' }, headers: { Origin: baseURL ?? '' } });

  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const dialog = page.locator('fs-action-dialog');
  await expect(dialog.getByText('Makes a contact of the person')).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Account' })).toBeFocused();
  await isClean(rita);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 700 });
  await isClean(rita);
  await dialog.getByRole('button', { name: 'Convert', exact: true }).press('Enter');
  await expect(page.getByText('Convert: done.').first()).toBeVisible();
  await expect(dialog).toBeHidden();

  await expect
    .poll(async () => (await (await api.get(`/api/v1/records/lead/${id}`)).json()) as Record<string, { label?: string } | null>, {
      timeout: 20_000,
    })
    .toMatchObject({ status: 'converted', converted_account: { label: 'Lift & Crane Ltd' }, converted_contact: { label: 'Lift' } });
  await page.setViewportSize({ width: 1280, height: 800 });
  // A menu has what was offered when it was opened: the page has to have heard of it.
  await expect(page.getByText('Converted', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Convert' })).toBeHidden();
});

test('an administrator makes an action with values it asks for, gives it to a role, and takes it back', async ({ admin }) => {
  test.slow();
  const { page } = admin;
  await page.goto('/studio/objects/note/actions');
  await page.getByRole('button', { name: 'Add action' }).click();
  await page.getByLabel('Label', { exact: true }).fill('Rename');
  await page.getByLabel('API name').fill('rename');
  await page.getByLabel('API name').blur();
  await expect(page.getByText('It does nothing yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add value' }).click();
  const asked = page.getByRole('group', { name: /^Value / });
  await asked.getByLabel('Label').fill('New title');
  await asked.getByLabel('Name').fill('words');
  await asked.getByLabel('Name').blur();
  await asked.getByLabel('Required').check();
  await page.getByLabel('Set another field').selectOption({ index: 1 });
  const sets = page.getByRole('region', { name: 'Sets' });
  await sets.getByLabel('To').selectOption('input');
  await expect(sets.getByLabel('Filled in as')).toHaveValue('words');
  await expect(page.getByText('It does nothing yet')).toBeHidden();
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
  await page.goto('/studio/objects/note/actions');
  await expect(page.getByRole('row').filter({ hasText: 'Rename' })).toContainText('New title');
  await page.goto('/studio/drafts');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Current' })
    .getByRole('button', { name: /^Discard / })
    .click();
  await expect(page.getByText('is discarded.')).toBeVisible();
});

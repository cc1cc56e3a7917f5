import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

test('an administrator finds out why somebody does not see a record, shares it, and looks at their screens', async ({
  admin,
  person,
  baseURL,
}) => {
  test.slow();
  const headers = { Origin: baseURL ?? '' };
  const rita = await person('Rita Rights', ['sales_rep']);
  const made = await admin.api.post('/api/v1/records/lead', { data: { name: 'Bridge of rights', email: 'bridge@example.com' }, headers });
  expect(made.status(), await made.text()).toBe(201);
  const { id } = (await made.json()) as { id: string };
  expect((await rita.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(404);

  const { page } = admin;
  await page.goto('/studio/access');
  await page.getByLabel('Who').selectOption({ label: 'Rita Rights' });
  await page.getByLabel('Object').selectOption('lead');
  await page.getByLabel('Record', { exact: true }).fill(`${baseURL ?? ''}/o/lead/${id}`);
  await page.getByRole('button', { name: 'Explain' }).click();
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer.getByText('No', { exact: true }).first()).toBeVisible();
  await expect(answer.getByText('their own records')).toBeVisible();
  await expect(answer.getByText('Share this record with Rita Rights.')).toBeVisible();
  await isClean(admin);

  const shared = await admin.api.post(`/api/v1/records/lead/${id}/shares`, { data: { to: rita.id }, headers });
  expect(shared.status()).toBe(200);
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(answer.getByText('Yes', { exact: true }).first()).toBeVisible();
  await expect.poll(async () => (await rita.api.get(`/api/v1/records/lead/${id}`)).status()).toBe(200);

  await page.goto('/studio/users');
  await page.getByRole('button', { name: 'View as Rita Rights' }).click();
  const asked = page.getByRole('dialog');
  await asked.getByRole('button', { name: 'View as Rita Rights' }).click();
  await expect(asked.getByRole('alert')).toHaveText('Say why you look at the screens of this person: the reason is kept.');
  await expect(asked.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
  await isClean(admin);
  await asked.getByLabel('Reason').fill('Rita does not find her bridge');
  await asked.getByRole('button', { name: 'View as Rita Rights' }).click();
  await expect(page.getByText('You see the screens of Rita Rights. Nothing can be changed.')).toBeVisible();
  await page.goto(`/o/lead/${id}`);
  await expect(page.getByText('Bridge of rights').first()).toBeVisible();
  expect((await admin.api.patch(`/api/v1/records/lead/${id}`, { data: { name: 'Changed' }, headers })).status()).toBe(403);
  await page.getByRole('button', { name: 'Back to my own' }).click();
  await expect(page.getByText('You see the screens of')).toBeHidden();
  expect((await admin.api.patch(`/api/v1/records/lead/${id}`, { data: { name: 'Changed' }, headers })).status()).toBe(200);

  await page.goto('/studio/viewings');
  const row = page.getByRole('row', { name: 'Rita does not find her bridge' });
  await expect(row.getByRole('cell', { name: 'Rita Rights' })).toBeVisible();
  await expect(row.getByText('Looks now')).toBeHidden();
  await isClean(admin);
});

test('a team is made, and a queue owns records', async ({ admin, person }) => {
  const theo = await person('Theo Team', ['sales_rep']);
  const { page } = admin;
  await page.goto('/studio/teams');
  await page.getByRole('button', { name: 'New team or queue' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Inbound');
  await dialog.getByLabel('Kind').selectOption('queue');
  await dialog.getByLabel('Theo Team').check();
  await isClean(admin);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('cell', { name: 'Inbound', exact: true })).toBeVisible();
  const teams = (await (await admin.api.get('/api/v1/teams')).json()) as { data: { id: string; members: { id: string }[] }[] };
  expect(teams.data[0]?.members).toEqual([expect.objectContaining({ id: theo.id })]);
  await isClean(admin);
});

test('a plan says who gains and loses what', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/studio/objects/contact/access');
  await page.getByLabel('Sales rep: access to Mobile phone').selectOption('none');
  await page.getByRole('link', { name: /^Review \d+ change/ }).click();
  const effect = page.getByRole('region', { name: 'Effect on rights' });
  await expect(effect.getByText('Contacts: read Mobile phone')).toBeVisible();
  await isClean(admin);
  await page.goto('/studio/drafts');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Current' })
    .getByRole('button', { name: /^Discard / })
    .click();
  await expect(page.getByText('is discarded.')).toBeVisible();
});

test('an administrator says in forms which records a role reaches, what it may run and what is taken away', async ({ admin }) => {
  test.slow();
  const { page } = admin;
  await page.goto('/studio/objects/contact/access');
  const details = page.getByRole('region', { name: 'In detail' });
  await details.getByLabel('Role or permission set').selectOption({ label: 'Sales rep' });
  await details.getByRole('button', { name: 'Add a rule: May read' }).click();
  const reads = details.getByRole('group', { name: 'May read', exact: true });
  await reads.getByLabel('May read, rule 2', { exact: true }).selectOption('territory');
  await reads.getByLabel('May read, rule 2: field with the territory').selectOption({ label: 'Department' });
  await details.getByRole('group', { name: 'May run' }).getByLabel('merge').check();
  await details.getByRole('button', { name: 'Add a rule: Never deletes' }).click();
  await details.getByRole('group', { name: 'Never deletes' }).getByLabel('Never deletes', { exact: true }).last().selectOption('all');
  await details.getByLabel('A field on some records only').selectOption({ label: 'Birthday' });
  await details.getByLabel('Take a field away').selectOption({ label: 'LinkedIn page' });
  await isClean(admin);
  await details.getByRole('link', { name: 'Who gains and loses what' }).click();
  const effect = page.getByRole('region', { name: 'Effect on rights' });
  await expect(effect.getByText('Contacts: merge')).toBeVisible();
  await expect(effect.getByText('Contacts: edit LinkedIn page', { exact: true })).toBeVisible();
  await page.goto('/studio/drafts');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Current' })
    .getByRole('button', { name: /^Discard / })
    .click();
  await expect(page.getByText('is discarded.')).toBeVisible();
});

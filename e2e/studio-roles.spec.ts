import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

type Change = { id: string; document: Record<string, unknown> | null };
const changesOf = async ({ api }: Pick<Person, 'api'>): Promise<Change[]> =>
  ((await (await api.get('/api/v1/metadata/draft')).json()) as { changes: Change[] }).changes;

const discard = async ({ page }: Pick<Person, 'page'>) => {
  await page.goto('/studio/drafts');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Current' })
    .getByRole('button', { name: /^Discard / })
    .click();
  await expect(page.getByText('is discarded.')).toBeVisible();
};

test('an administrator makes a permission set, and is told at the control what is wrong with it', async ({ admin, baseURL }) => {
  test.slow();
  const { page, api } = admin;
  await page.goto('/studio/objects');
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Roles', exact: true }).getByText('Sales rep')).toBeVisible();
  await isClean(admin);
  await page.getByRole('button', { name: 'New permission set' }).first().click();
  await page.getByLabel('Label').fill('Keeps the books');
  await page.getByLabel('API name').fill('bookkeeping');
  await page.getByRole('group', { name: 'Includes' }).getByLabel('Sales rep').check();
  await page.getByRole('group', { name: 'Besides working with records it may' }).getByLabel('Manage settings, such as currencies').check();
  const defaults = page.getByRole('region', { name: 'Every object' });
  await defaults.getByLabel('May read').selectOption('all');
  await defaults.getByLabel('Fields').selectOption('read');
  await defaults.getByRole('group', { name: 'May run' }).getByLabel('export').check();
  const made = {
    kind: 'role',
    name: 'bookkeeping',
    label: 'Keeps the books',
    set: true,
    includes: ['sales_rep'],
    capabilities: ['manage_settings'],
    default: { read: 'all', fields: 'read', actions: ['export'] },
  };
  await expect.poll(async () => (await changesOf(admin)).map(({ document }) => document)).toEqual([expect.objectContaining(made)]);
  await isClean(admin);

  // What somebody else wrote into the draft, as a file would: no form lets that through.
  const [change] = await changesOf(admin);
  const document = { ...change?.document, includes: ['sales_rep', 'nobody'], default: { ...made.default, actions: ['export', 'zq'] } };
  const { revision } = (await (await api.get('/api/v1/metadata/source')).json()) as { revision: number };
  const saved = await api.put('/api/v1/metadata/draft/role/bookkeeping', {
    data: { baseRevision: revision, document },
    headers: { Origin: baseURL ?? '' },
  });
  expect(saved.ok(), await saved.text()).toBe(true);
  await page.reload();
  await expect(page.getByRole('group', { name: 'Includes' }).getByRole('alert')).toContainText('There is no role "nobody".');
  await expect(page.getByRole('group', { name: 'May run' }).getByRole('alert')).toContainText('There is no action "zq".');
  await isClean(admin);
  await page.getByRole('group', { name: 'May run' }).getByLabel('share').check();
  await expect(page.getByRole('group', { name: 'May run' }).getByRole('alert')).toBeHidden();
  await expect(page.getByRole('group', { name: 'Includes' }).getByRole('alert')).toBeVisible();
  await page.getByRole('group', { name: 'Includes' }).getByLabel('Sales rep').uncheck();
  await expect(page.getByRole('group', { name: 'Includes' }).getByRole('alert')).toBeHidden();
  await page.getByRole('button', { name: 'Retire' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(page.getByRole('link', { name: 'Keeps the books' })).toBeVisible();
  await discard(admin);
});

test('a field is taken away on some records only', async ({ admin }) => {
  test.slow();
  const { page } = admin;
  await page.goto('/studio/objects/contact/access');
  const details = page.getByRole('region', { name: 'In detail' });
  await details.getByLabel('Role or permission set').selectOption({ label: 'Sales rep' });
  await details.getByLabel('Take a field away').selectOption({ label: 'LinkedIn page' });
  await details.getByLabel('LinkedIn page: taken away').selectOption('some');
  const some = details.getByRole('group', { name: 'LinkedIn page taken away on some records' });
  await some.getByLabel('Never changes LinkedIn page', { exact: true }).last().selectOption('territory');
  await some.getByLabel('Never changes LinkedIn page: field with the territory').selectOption({ label: 'Department' });
  await some.getByRole('button', { name: 'Add a rule: Never reads LinkedIn page' }).click();
  await isClean(admin);
  const deny = {
    fields: { linkedin: { edit: { where: { in: [{ var: 'department' }, { var: '$user.territories' }] } }, read: 'own' } },
  };
  await expect.poll(async () => (await changesOf(admin)).map(({ document }) => document?.['deny'])).toEqual([deny]);
  await details.getByRole('link', { name: 'Who gains and loses what' }).click();
  await expect(page.getByRole('region', { name: 'Effect on rights' })).toBeVisible();
  await page.goto('/studio/objects/contact/access');
  await details.getByLabel('Role or permission set').selectOption({ label: 'Sales rep' });
  await some.getByRole('button', { name: 'Remove LinkedIn page taken away on some records' }).click();
  await expect(some).toBeHidden();
  await discard(admin);
});

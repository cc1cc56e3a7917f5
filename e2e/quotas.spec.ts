import { AxeBuilder } from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/people.js';

const BIN = fileURLToPath(new URL('../engine/bin/fieldstone.mjs', import.meta.url));
/** As whoever runs the installation types it. */
const fieldstone = (...args: string[]) =>
  execFileSync(process.execPath, [BIN, ...args], {
    env: { ...process.env, FIELDSTONE_DATA_DIR: process.env['E2E_DATA_DIR'] },
    encoding: 'utf8',
  });

/** What the one tenant of the journeys may have. */
const setRecords = (most: string) => fieldstone('quota', 'set', 'records', most, '--tenant', '1');

test.afterAll(() => {
  setRecords('default');
});

test('an organisation is warned before it has all the records it may have, and told what helps when it has', async ({ admin, person }) => {
  // How many records there are is counted once a minute.
  test.setTimeout(180_000);
  const { page, api } = admin;
  type Usage = { data: { name: string; used: number }[] };
  const used = async () =>
    ((await (await api.get('/api/v1/settings/usage')).json()) as Usage).data.find(({ name }) => name === 'records')?.used ?? 0;
  const notice = page.getByRole('region', { name: 'Quotas' });
  const isShown = async (text: RegExp) => {
    await expect(async () => {
      await page.goto('/studio/objects');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(notice.getByText(text)).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 90_000, intervals: [3_000] });
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  };

  setRecords('1000000');
  await expect.poll(used, { timeout: 90_000, intervals: [3_000] }).toBeGreaterThan(0);
  await page.goto('/studio/objects');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(notice).toBeHidden();

  setRecords(String(Math.ceil((await used()) / 0.9)));
  await isShown(/^Records: [\d,]+ of [\d,]+\. That is most of what your organisation may have\.$/);

  setRecords('1');
  await isShown(/No new records can be made\. Empty the recycle bin/);
  expect(fieldstone('quota', 'list')).toMatch(/records.*\b1\b/);

  await test.step('who makes a record is told so in the form, and loses nothing', async () => {
    const rep = await person('Quota Rep', ['sales_rep']);
    await rep.page.goto('/o/account');
    await rep.page.getByRole('button', { name: 'New Account' }).first().click();
    const dialog = rep.page.locator('fs-record-dialog');
    await dialog.getByLabel('Account name').fill('One too many');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(dialog.getByRole('alert')).toContainText(/records/i);
    await expect(dialog.getByLabel('Account name')).toHaveValue('One too many');
    await rep.page.goto('/studio/objects');
    await expect(rep.page.getByRole('region', { name: 'Quotas' })).toBeHidden();
  });

  setRecords('default');
  await expect(async () => {
    await page.goto('/studio/objects');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(notice).toBeHidden({ timeout: 1_000 });
  }).toPass({ timeout: 90_000, intervals: [3_000] });
  const made = await api.post('/api/v1/records/account', { data: { name: 'One more' }, headers: { Origin: new URL(page.url()).origin } });
  expect(made.status()).toBe(201);
});

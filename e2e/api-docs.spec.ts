import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

test('the page about the API is searched, read and tried as whoever is signed in', async ({ person, baseURL }) => {
  test.slow();
  const rita = await person('Rita Reads', ['sales_rep']);
  const { page } = rita;
  const elsewhere: string[] = [];
  page.on('request', (request) => request.url().startsWith(baseURL ?? '') || elsewhere.push(request.url()));
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto('/docs/api');
  // Operations that are not hers are not there.
  await expect(page.getByText('/api/v1/teams', { exact: true })).toHaveCount(0);
  await isClean(rita);

  await page.keyboard.press('/');
  await page.getByLabel('Search operations').fill('post records/account makes');
  await expect(page.getByRole('status').first()).toHaveText(/^\d operations?$/);
  const make = page.locator('#postRecordsAccount');
  await make.locator('summary').first().press('Enter');
  await expect(make.getByRole('heading', { name: 'Body' })).toBeVisible();
  await make.getByText('Members').first().click();
  await expect(make.getByRole('cell', { name: 'name (required)' })).toBeVisible();
  await make.getByText('Example').last().click();
  await isClean(rita);
  // A call that changes something is sent on the second press.
  await make.getByLabel('Body (JSON)').fill('{ "name": "Tried harbour" }');
  await make.getByRole('button', { name: 'Send' }).click();
  await make.getByRole('button', { name: 'This changes something' }).click();
  await expect(make.getByText('"Tried harbour"')).toBeVisible();
  await expect(make.getByText('201', { exact: true })).toBeVisible();
  await make.getByLabel('Body (JSON)').fill('{ "nam": 1 }');
  await make.getByRole('button', { name: 'Send' }).click();
  await make.getByRole('button', { name: 'This changes something' }).click();
  await expect(make.getByText('"code": "malformed"')).toBeVisible();
  await isClean(rita);

  // A link to an operation opens it.
  await page.goto('/docs/api#getMe');
  await page.reload();
  const me = page.locator('#getMe');
  await me.getByRole('button', { name: 'Send' }).click();
  await expect(me.getByText('"Rita Reads"')).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 700 });
  await isClean(rita);
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  expect(scroll).toBeLessThanOrEqual(client);
  expect(elsewhere).toEqual([]);
  expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
});

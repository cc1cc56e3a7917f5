import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './support/people.js';

test('an administrator keeps rates, sees which one counts on a day, and takes a removal back', async ({ admin, baseURL }) => {
  const { page, api } = admin;
  const isClean = async () => expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  const rates = async () => ((await (await api.get('/api/v1/settings/currencies')).json()) as { rates: unknown[] }).rates;
  await page.goto('/studio/objects');
  await page.getByRole('link', { name: 'Currencies' }).click();
  await expect(page.getByRole('heading', { name: 'No rates yet' })).toBeVisible();
  await isClean();

  await page.getByRole('button', { name: 'New rate' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('From').fill('2026-01-01');
  await dialog.getByLabel(/^One unit in/).fill('nought');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Is not an ISO 4217 currency code, such as "EUR".')).toBeVisible();
  await expect(dialog.getByLabel('Currency')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel(/^One unit in/)).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('From')).not.toHaveAttribute('aria-invalid', 'true');
  await isClean();
  await dialog.getByLabel('Currency').selectOption('USD');
  await dialog.getByLabel(/^One USD in/).fill('0.95');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();

  const card = page.getByRole('region', { name: 'Rates of USD' });
  await card.getByRole('button', { name: 'Add a rate of USD' }).click();
  await dialog.getByLabel('From').fill('2026-02-01');
  await dialog.getByLabel(/^One USD in/).fill('0.9');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const counting = card.getByRole('row').filter({ hasText: 'Counts on this day' });
  for (const [day, rate] of [
    ['2026-01-31', '0.95'],
    ['2026-02-01', '0.9'],
  ] as const) {
    await page.getByLabel('Rates that count on').fill(day);
    await expect(counting.getByRole('cell', { name: rate, exact: true })).toBeVisible();
  }
  await page.getByLabel('Rates that count on').fill('2025-12-31');
  await expect(card.getByText('No rate on 31 Dec 2025: its amounts are not added up')).toBeVisible();
  await isClean();

  await card.getByRole('button', { name: 'Change the rate of USD from 1 Feb 2026' }).click();
  await dialog.getByLabel(/^One USD in/).fill('0.91');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByRole('cell', { name: '0.91', exact: true })).toBeVisible();

  const both = [
    { currency: 'USD', from: '2026-02-01', rate: '0.91' },
    { currency: 'USD', from: '2026-01-01', rate: '0.95' },
  ];
  expect(await rates()).toEqual(both);
  await card.getByRole('button', { name: 'Remove the rate of USD from 1 Jan 2026' }).click();
  await expect.poll(rates).toEqual(both.slice(0, 1));
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect.poll(rates).toEqual(both);

  const { base } = (await (await api.get('/api/v1/settings/currencies')).json()) as { base: string };
  await page.getByRole('button', { name: 'Choose another' }).click();
  await dialog.getByLabel('Base currency').selectOption('CHF');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'No rates yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(page.getByRole('region', { name: 'Base currency' }).getByText(base, { exact: true })).toBeVisible();
  for (const { currency, from } of both) {
    await api.delete(`/api/v1/settings/currencies/rates/${currency}/${from}`, { headers: { Origin: baseURL ?? '' } });
  }
});

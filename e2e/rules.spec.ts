import type { RecordBody } from '@fieldstone/metadata/types/wire.js';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const first = async ({ api }: Person, object: string, filter: object): Promise<RecordBody> => {
  const answer = await api.get(`/api/v1/records/${object}?limit=1&filter=${encodeURIComponent(JSON.stringify(filter))}`);
  const [record] = ((await answer.json()) as { data: RecordBody[] }).data;
  if (record === undefined) throw new Error(`there is no such ${object}`);
  return record;
};

test('screens offer the legal moves only: the path, the form, the menu and the keys of a board', async ({ admin }) => {
  const { page } = admin;
  const lead = await first(admin, 'lead', { '==': [{ var: 'status' }, 'working'] });
  await page.goto(`/o/lead/${lead.id}`);
  const converted = page.getByRole('list', { name: /Status/ }).getByRole('button', { name: 'Converted' });
  await expect(converted).toHaveAttribute('aria-disabled', 'true');
  await expect(converted).toHaveAttribute('title', /From “Working”, Status can change to .* only/);
  await converted.click({ force: true });
  await expect(page.getByRole('list', { name: /Status/ }).getByRole('button', { name: /^Working/ })).toHaveAttribute(
    'aria-current',
    'step',
  );

  await page.keyboard.press('e');
  const form = page.locator('fs-record-dialog');
  await form.getByRole('combobox', { name: /^Status/ }).click();
  await expect(form.getByRole('option', { name: 'Qualified', exact: true })).toBeVisible();
  await expect(form.getByRole('option', { name: 'Converted', exact: true })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await page.goto('/o/lead?view=board');
  const columns = page.locator('fs-board-column');
  const working = columns.filter({ has: page.getByRole('heading', { name: /^Working/ }) });
  await working.locator('.card').first().locator('.menu').click();
  await expect(page.getByRole('menuitem', { name: 'Qualified', exact: true })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Converted' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await working.locator('.card').first().focus();
  await page.keyboard.press(' ');
  const barred = columns.filter({ has: page.getByRole('heading', { name: /^Converted/ }) });
  await expect(barred).toHaveClass('barred');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(columns.filter({ has: page.getByRole('heading', { name: /^Lost/ }) })).toHaveClass('over');
  await page.keyboard.press('Escape');
  await expect(barred).not.toHaveClass('barred');
});

test('a move that lacks something opens the form at once; giving up leaves the card where it was', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/o/deal?view=board');
  const columns = page.locator('fs-board-column');
  const lost = columns.filter({ hasText: 'Lost' });
  await expect(columns.first().locator('.card').first()).toBeVisible();
  const counts = [await columns.first().locator('.count').innerText(), await lost.locator('.count').innerText()];
  await columns.first().locator('.card').first().locator('.menu').click();
  await page.getByRole('menuitem', { name: 'Lost' }).click();
  const form = page.locator('fs-record-dialog');
  await expect(form.getByRole('alert')).toContainText('Say why the deal was lost.');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.getByRole('button', { name: 'Discard' }).click();
  await expect(form).toHaveCount(0);
  expect([await columns.first().locator('.count').innerText(), await lost.locator('.count').innerText()]).toEqual(counts);
});

test('an administrator changes a process, and takes it back', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/studio/processes/prc_lead_status');
  const box = page.getByRole('checkbox', { name: 'New to Converted' });
  await expect(box).not.toBeChecked();
  await box.check();
  await page.getByRole('button', { name: 'What New to Converted asks for' }).click();
  const panel = page.getByRole('region', { name: 'The move from New to Converted' });
  await panel.getByRole('group', { name: 'Fields that must have a value' }).getByRole('checkbox', { name: 'Budget' }).check();
  await expect(page.getByRole('button', { name: 'What New to Converted asks for' })).toHaveText('asks');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(box).not.toBeChecked();
  await expect(page.getByText('No changes')).toBeVisible();
});

test('an object gets record types, and a new record asks which it is', async ({ admin }) => {
  const { page } = admin;
  for (const label of ['For resellers', 'For everybody']) {
    await page.goto('/studio/objects/price_book/types');
    await page.getByRole('button', { name: 'Add record type' }).click();
    await page.getByLabel('Label').fill(label);
    await page.getByLabel('Label').blur();
    await expect(page.getByRole('heading', { name: label, level: 1 })).toBeVisible();
  }
  await page.getByRole('link', { name: /^Review/ }).click();
  await page.getByRole('button', { name: /^Publish/ }).click();
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible({ timeout: 30_000 });

  await page.goto('/o/price_book');
  await page.getByRole('button', { name: 'New Price book' }).click();
  const dialog = page.locator('fs-record-dialog');
  await expect(dialog.getByText('What kind of record is it?')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await dialog.getByRole('button', { name: 'For everybody' }).click();
  await dialog.getByLabel('Name').fill('Everybody pays this');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'Everybody pays this', level: 1 })).toBeVisible();
  const made = await first(admin, 'price_book', { '==': [{ var: 'name' }, 'Everybody pays this'] });
  expect(made['record_type']).toMatch(/^rty_/);
});

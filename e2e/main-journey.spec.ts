import { expect, test, type Person } from './support/people.js';
import type { Locator, Page } from '@playwright/test';

const DEAL = 'Greenhouse controls';
const FIELD = 'Handover note';
const NOTE = 'Keys are with the caretaker';

/** Publishes what the review page shows, confirming whatever it asks for. */
async function publish(page: Page): Promise<void> {
  for (const box of await page.getByRole('region', { name: 'To confirm' }).getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
}

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (start === null || end === null) throw new Error('nothing to drag, or nowhere to drop it');
  await page.mouse.move(start.x + start.width / 2, start.y + 12);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 2 + 20, start.y + 20, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 120, { steps: 12 });
  await page.mouse.up();
}

const dealsOf = async ({ api }: Person): Promise<{ id: string; name: string; [field: string]: unknown }[]> => {
  const filter = JSON.stringify({ '==': [{ var: 'name' }, DEAL] });
  const answer = await api.get(`/api/v1/records/deal?filter=${encodeURIComponent(filter)}`);
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { data: { id: string; name: string }[] }).data;
};

test('the metadata changes while people work, and everybody sees what is theirs to see', async ({ admin, person }) => {
  test.setTimeout(180_000);
  const rita = await person('Rita Rep', ['sales_rep']);
  const omar = await person('Omar Other', ['sales_rep']);
  const studio = admin.page;
  const crm = rita.page;
  for (const page of [studio, crm, omar.page]) page.setDefaultTimeout(15_000);

  await test.step('a rep has the CRM open', async () => {
    await crm.goto('/o/deal?view=mine');
    await expect(crm.getByRole('heading', { name: 'Deals', level: 1 })).toBeVisible();
  });

  await test.step('the administrator adds an object and a field, reads the SQL and publishes', async () => {
    await studio.goto('/studio/');
    await studio.getByRole('button', { name: 'New object' }).click();
    await studio.getByLabel('Label', { exact: true }).fill('Site visit');
    await studio.getByRole('dialog').getByRole('button', { name: 'Add object' }).click();
    await expect(studio.getByRole('heading', { name: 'Site visits' })).toBeVisible();

    await studio.goto('/studio/objects/deal');
    await studio.getByRole('button', { name: 'Add field' }).click();
    await studio.getByLabel('Label', { exact: true }).fill(FIELD);
    await studio.getByRole('checkbox', { name: 'As a column of the lists' }).check();
    await studio.getByRole('dialog').getByRole('button', { name: 'Add field' }).click();
    await expect(studio.getByText('Draft saved')).toBeVisible();

    await studio.getByRole('link', { name: /^Review \d+ changes$/ }).click();
    await expect(studio.getByText(/create table "sp1"\."site_visit_/)).toBeVisible();
    await expect(studio.getByText(/alter table "sp1"\."deal_\w+" add column "handover_note_/)).toBeVisible();
    await publish(studio);
  });

  await test.step('the rep meets the new field without loading anything anew', async () => {
    await crm.getByRole('button', { name: 'New Deal' }).first().click();
    await expect(crm.locator('fs-record-dialog').getByLabel(FIELD)).toBeVisible();
  });

  await test.step('a validation stops the rep, with its message at the field', async () => {
    const form = crm.locator('fs-record-dialog');
    await form.getByLabel('Deal name').fill(DEAL);
    await form.getByRole('combobox', { name: /^Account/ }).fill('Alpine');
    await crm
      .getByRole('option', { name: /^Alpine/ })
      .first()
      .click();
    await form.getByLabel('Amount: amount').fill('48000');
    await form.getByLabel(FIELD).fill(NOTE);
    await form.getByRole('button', { name: 'Create' }).click();
    await expect(form.getByLabel('Expected close')).toHaveAccessibleDescription(/Say when you expect to close this deal/);
    expect(await dealsOf(rita)).toEqual([]);

    await form.getByLabel('Expected close').fill('2030-01-31');
    await form.getByRole('button', { name: 'Create' }).click();
    await expect(form).toBeHidden();
  });

  const [deal] = await dealsOf(rita);
  if (deal === undefined) throw new Error('the deal was not made');

  await test.step('drags it to won', async () => {
    await crm.goto('/o/deal?view=board');
    const column = (name: string) => crm.getByRole('region', { name: new RegExp(`^${name}, `) });
    await expect(column('Qualification').getByText(DEAL)).toBeVisible();
    await drag(crm, column('Qualification').getByText(DEAL), column('Won'));
    await expect(column('Won').getByText(DEAL)).toBeVisible();
    await expect(column('Won')).toHaveAccessibleName(/^Won, 1 record/);
    await expect.poll(async () => (await dealsOf(rita))[0]?.['stage']).toMatchObject({ label: 'Won' });
  });

  await test.step('and finds the follow-up that the workflow made, and the mail it sent', async () => {
    await crm.goto(`/o/deal/${deal.id}`);
    await expect(crm.getByRole('link', { name: `Follow up: ${DEAL}` })).toBeVisible({ timeout: 20_000 });
    await studio.goto('/studio/outbox');
    await expect(studio.getByRole('heading', { name: `Won: ${DEAL}` })).toBeVisible({ timeout: 20_000 });
    await expect(studio.getByText(rita.email).first()).toBeVisible();
  });

  await test.step('another rep does not see it: not in a list, on the board, by a filter or by its address', async () => {
    await omar.page.goto('/o/deal?view=all');
    await expect(omar.page.getByRole('heading', { name: 'Deals', level: 1 })).toBeVisible();
    await omar.page.getByRole('textbox', { name: 'Search Deals' }).fill('Greenhouse');
    await expect(omar.page.getByText(DEAL)).toHaveCount(0);
    await omar.page.goto('/o/deal?view=board');
    await expect(omar.page.getByRole('region', { name: /^Won, 0 records/ })).toBeVisible();
    await expect(omar.page.getByText(DEAL)).toHaveCount(0);
    expect(await dealsOf(omar)).toEqual([]);
    expect((await omar.api.get(`/api/v1/records/deal/${deal.id}`)).status()).toBe(404);
    await omar.page.goto(`/o/deal/${deal.id}`);
    await expect(omar.page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  });

  await test.step('the administrator returns to the former revision: the field is gone, its data is not', async () => {
    await crm.goto(`/o/deal/${deal.id}`);
    await expect(crm.getByText(NOTE)).toBeVisible();

    await studio.goto('/studio/history');
    await studio.getByRole('link', { name: 'Return to this revision' }).first().click();
    await expect(studio.getByText(`Retires field “${FIELD}” of deal`)).toBeVisible();
    await publish(studio);
    await expect(crm.getByText(NOTE)).toBeHidden();
    expect(await dealsOf(rita)).toMatchObject([{ name: DEAL }]);
    expect((await dealsOf(rita))[0]).not.toHaveProperty('handover_note');

    await studio.goto('/studio/history');
    await studio.getByRole('link', { name: 'Return to this revision' }).first().click();
    await publish(studio);
    await expect(crm.getByText(NOTE)).toBeVisible();
  });
});

import { expect, test } from './support/people.js';

const ELEMENTS = [
  { path: 'validations/val_deal_won_amount', word: 'validation', list: /\/objects\/deal\/validations$/ },
  { path: 'processes/prc_lead_status', word: 'process', list: /\/objects\/lead\/validations$/ },
  { path: 'templates/tpl_deal_won', word: 'template', list: /\/templates$/ },
] as const;

for (const { path, word, list } of ELEMENTS) {
  test(`a ${word} is renamed and retired on its page, and both are taken back`, async ({ admin }) => {
    const { page } = admin;
    await page.goto(`/studio/${path}`);
    const title = page.getByRole('heading', { level: 1 });
    const before = await title.innerText();
    const label = page.getByRole('textbox', { name: 'Label', exact: true });
    await label.fill('');
    await label.blur();
    await expect(page.getByText('A label is needed.')).toBeVisible();
    await label.fill('Another name');
    await label.blur();
    await expect(title).toHaveText('Another name');
    await page.getByRole('textbox', { name: 'API name' }).fill('another_name');
    await page.getByRole('textbox', { name: 'API name' }).blur();
    await expect(page.getByRole('link', { name: /^Review \d+ change/ })).toBeVisible();

    await page.getByRole('button', { name: 'Retire' }).click();
    await expect(page).toHaveURL(list);
    await expect(page.getByText('Another name is retired in this draft.')).toBeVisible();
    await page.goto(`/studio/${path}`);
    await expect(page.getByRole('heading', { name: `There is no such ${word}` })).toBeVisible();

    await page.goto('/studio/drafts');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Current' })
      .getByRole('button', { name: /^Discard / })
      .click();
    await expect(page.getByText('is discarded.')).toBeVisible();
    await page.goto(`/studio/${path}`);
    await expect(title).toHaveText(before);
  });
}

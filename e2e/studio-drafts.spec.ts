import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Person } from './support/people.js';

/** Puts a change of one field into somebody's draft, as the studio does. */
async function change(who: Person, baseURL: string, properties: object): Promise<void> {
  const source = (await (await who.api.get('/api/v1/metadata/source')).json()) as {
    revision: number;
    elements: { name: string; kind: string; document: object }[];
  };
  const field = source.elements.find(({ kind, name }) => kind === 'field' && name === 'deal.description');
  const answer = await who.api.put('/api/v1/metadata/draft/field/deal.description', {
    data: { baseRevision: source.revision, document: { ...field?.document, ...properties } },
    headers: { Origin: baseURL },
  });
  expect(answer.status()).toBe(204);
}

async function publish(page: Page, comment: string): Promise<void> {
  await page.goto('/studio/review');
  await page.getByRole('textbox', { name: 'Comment' }).fill(comment);
  for (const box of await page.getByRole('region', { name: 'To confirm' }).getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
}

const axe = async (page: Page) =>
  (await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()).violations.map(
    ({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`,
  );

test.describe('two administrators', () => {
  test('change different properties of one field, and both are published', async ({ admin, person, baseURL }) => {
    const other = await person('Olga Other', ['admin']);
    await change(admin, baseURL ?? '', { help: 'Shown to everybody' });
    await change(other, baseURL ?? '', { label: 'Summary' });
    await publish(other.page, 'A shorter word');

    await publish(admin.page, 'A hint');
    const answer = (await (await admin.api.get('/api/v1/metadata/source')).json()) as { elements: { name: string; document: object }[] };
    expect(answer.elements.find(({ name }) => name === 'deal.description')?.document).toMatchObject({
      label: 'Summary',
      help: 'Shown to everybody',
    });
  });

  test('change the same property, see it, and decide with the keyboard', async ({ admin, person, baseURL }) => {
    const other = await person('Olga Other', ['admin']);
    await change(admin, baseURL ?? '', { label: 'Mine', help: 'Kept' });
    await change(other, baseURL ?? '', { label: 'Theirs' });
    await publish(other.page, 'The board wants it');

    const { page } = admin;
    await page.goto('/studio/review');
    await page.getByRole('link', { name: 'Decide' }).first().click();
    const conflict = page.getByRole('group', { name: /deal\.description: label/ });
    await expect(conflict).toContainText('The board wants it');
    await expect(conflict).toContainText('Theirs');
    expect(await axe(page)).toEqual([]);
    await expect(page.getByRole('button', { name: 'Merge and review' })).toBeDisabled();

    await conflict.getByRole('radio', { name: /^Theirs/ }).focus();
    await page.keyboard.press('Space');
    await expect(conflict).toContainText('Decided by');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(conflict.getByRole('radio', { name: 'Another value' })).toBeChecked();
    await conflict.getByRole('textbox', { name: 'Value' }).fill('Of both');
    await conflict.getByRole('button', { name: 'Use this value' }).click();
    await expect(conflict).toContainText('Of both.');
    await page.getByRole('button', { name: 'Merge and review' }).click();
    await expect(page.getByRole('region', { name: 'Changes' })).toContainText('label');
    await publish(page, 'Decided together');

    await page.goto('/studio/elements/field/deal.description');
    await page
      .getByRole('region', { name: /^Revision/ })
      .first()
      .locator('summary')
      .first()
      .click();
    await expect(page.getByRole('main')).toContainText('decided /label');
    expect(await axe(page)).toEqual([]);
  });

  test('work in one shared draft, and hear of each other', async ({ admin, person }) => {
    const other = await person('Olga Other', ['admin']);
    const { page } = admin;
    await page.goto('/studio/drafts');
    await page.getByRole('button', { name: 'New draft' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Together');
    await dialog.getByRole('combobox', { name: 'Who else may see it' }).selectOption('edit');
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('combobox', { name: 'Draft' })).toHaveValue(/.+/);

    await other.page.goto('/studio/drafts');
    await other.page.getByRole('button', { name: 'Work in Together' }).click();
    await expect(other.page.getByRole('combobox', { name: 'Draft' })).toContainText('Together');
    await page.goto('/studio/objects');
    await other.page.goto('/studio/objects/deal');
    await other.page.getByRole('button', { name: 'Edit object' }).click();
    const form = other.page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Description' }).fill('What may become a sale.');
    await form.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByText('Olga Other changed object deal in this draft.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Review 1 change' })).toBeVisible();

    await page.goto('/studio/drafts');
    await page.getByRole('button', { name: 'Discard Together' }).click();
    await expect(page.getByText('Together is discarded.')).toBeVisible();
    await page.getByRole('button', { name: 'Bring back Together' }).click();
    await expect(page.getByRole('combobox', { name: 'Draft' })).toContainText('Together, 1 change');
    await page.getByRole('button', { name: 'Discard Together' }).click();
  });
});

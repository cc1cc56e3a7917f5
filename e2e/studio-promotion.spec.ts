import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, test, type Person } from './support/people.js';

type Source = { revision: number; elements: { kind: string; name: string; document: object }[] };

/** Puts a change of one field into somebody's draft, as the studio does. */
async function change(who: Person, baseURL: string, properties: object): Promise<void> {
  const source = (await (await who.api.get('/api/v1/metadata/source')).json()) as Source;
  const field = source.elements.find(({ kind, name }) => kind === 'field' && name === 'account.primary_phone');
  const answer = await who.api.put('/api/v1/metadata/draft/field/account.primary_phone', {
    data: { baseRevision: source.revision, document: { ...field?.document, ...properties } },
    headers: { Origin: baseURL },
  });
  expect(answer.status()).toBe(204);
}

async function publish(page: Page): Promise<void> {
  await page.goto('/studio/review');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
}

const axe = async (page: Page) =>
  (await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()).violations.map(
    ({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`,
  );

/** Presses a button that gives a file, and reads it. */
async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

const drop = async (page: Page, name: string, text: string) => {
  const data = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ''], file ?? '', { type: 'application/json' }));
      return transfer;
    },
    [name, text],
  );
  await page.getByRole('heading', { name: 'Drafts', exact: true }).dispatchEvent('drop', { dataTransfer: data });
};

test.describe('changes for another system', () => {
  test('are exported from a draft, imported again, refused with each difference, and exported from the history', async ({
    admin,
    baseURL,
  }) => {
    const { page } = admin;
    const post = (path: string, data: object) => admin.api.post(`/api/v1${path}`, { data, headers: { Origin: baseURL ?? '' } });
    await post('/metadata/drafts', { name: 'Direct line', description: 'The board asks for it' });
    await change(admin, baseURL ?? '', { label: 'Direct line' });

    await page.goto('/studio/drafts');
    const first = await saved(page, () => page.getByRole('button', { name: 'Export Direct line' }).click());
    expect(first.name).toBe('direct-line.json');
    expect(JSON.parse(first.text)).toMatchObject({ kind: 'change_set', name: 'Direct line', description: 'The board asks for it' });
    const again = await saved(page, () => page.getByRole('button', { name: 'Export Direct line' }).click());
    expect(again.text).toBe(first.text);

    // Where nothing was published since, it can be imported; with the keyboard.
    await page.getByRole('button', { name: 'Import' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Import changes' });
    await expect(dialog.getByRole('button', { name: 'Import as a draft' })).toBeDisabled();
    await page.keyboard.press('Tab');
    await expect(dialog.getByRole('button', { name: 'Choose a file' })).toBeFocused();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    await chooser.setFiles({ name: 'direct-line.json', mimeType: 'application/json', buffer: Buffer.from(first.text) });
    await expect(dialog.getByRole('region', { name: 'What changes here' })).toContainText('1 change');
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Name of the draft' }).fill('From the test system');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/studio\/review$/);
    await expect(page.getByRole('combobox', { name: /draft/i }).first()).toContainText('From the test system');
    await publish(page);

    // There is nothing to do the second time.
    await page.goto('/studio/drafts');
    await drop(page, 'direct-line.json', first.text);
    await expect(dialog).toContainText('Everything is here already');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();

    // Somebody made something else of it: every difference is named.
    await change(admin, baseURL ?? '', { label: 'Landline' });
    await publish(page);
    await page.goto('/studio/drafts');
    await drop(page, 'direct-line.json', first.text);
    const row = dialog.getByRole('region', { name: 'Differences' }).getByRole('row', { name: /account\.primary_phone/ });
    await expect(row).toContainText('Phone');
    await expect(row).toContainText('Landline');
    await expect(row).toContainText('Direct line');
    await expect(dialog.getByRole('button', { name: 'Import as a draft' })).toBeDisabled();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');

    // What is no change set is refused, and says where.
    await drop(page, 'direct-line.json', first.text.replace('"label"', '"lable"').replace('"/label": "Direct', '"/lable": "Direct'));
    await expect(dialog.getByRole('status')).toContainText('overrides/field.account.primary_phone.json');
    await drop(page, 'notes.json', 'not JSON');
    await page.keyboard.press('Escape');

    await page.goto('/studio/history');
    await page.getByRole('button', { name: 'Export changes' }).click();
    expect(await axe(page)).toEqual([]);
    const range = await saved(page, () => page.getByRole('button', { name: 'Export', exact: true }).click());
    expect(JSON.parse(range.text)).toMatchObject({
      files: { 'overrides/field.account.primary_phone.json': { set: { '/label': 'Landline' } } },
    });
  });
});

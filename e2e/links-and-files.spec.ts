import type { Route } from '@playwright/test';
import { expect, test, type Person } from './support/people.js';

type Row = { id: string; [field: string]: unknown };
const rows = async (who: Person, path: string) => ((await (await who.api.get(`/api/v1/records/${path}`)).json()) as { data: Row[] }).data;
/** The smallest picture there is: one pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

test.describe('links to many records and files', () => {
  test('people who take part in an activity are added by keyboard, taken away, and see it on their own page', async ({ admin }) => {
    const { page } = admin;
    const alone = encodeURIComponent(JSON.stringify({ is_empty: [{ var: 'participants' }] }));
    const [activity] = await rows(admin, `activity?limit=1&filter=${alone}`);
    const [first, second] = await rows(admin, 'contact?limit=2&sort=name');
    await page.goto(`/o/activity/${activity?.id ?? ''}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const box = page.getByRole('combobox', { name: 'Participants' });
    for (const contact of [first, second]) {
      await box.fill(String(contact?.['name']));
      await expect(page.getByRole('option', { name: String(contact?.['name']) }).first()).toBeVisible();
      await box.press('Enter');
      await expect(box).toHaveValue('');
    }
    const chosen = page.getByRole('list', { name: 'Participants' });
    await expect(chosen.getByRole('listitem')).toHaveCount(2);
    await page.getByRole('button', { name: `Remove ${String(second?.['name'])}` }).press('Enter');
    await expect(chosen.getByRole('listitem')).toHaveCount(1);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await page
      .getByRole('link', { name: String(first?.['name']), exact: true })
      .first()
      .click();
    await expect(page.getByRole('heading', { name: /Takes part in/ })).toBeVisible();
  });

  test('who saves while a file is still being sent loses nothing: it is waited for, and said when it could not be sent', async ({
    admin,
  }) => {
    const { page } = admin;
    const [contact] = await rows(admin, 'contact?limit=1&sort=name');
    await page.goto(`/o/contact/${contact?.id ?? ''}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const field = page.locator('fs-file-input[data-field=photo]');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const held: Route[] = [];
    await page.route(/\/api\/v1\/files\?/, (route) => void held.push(route));
    const taken = async () => {
      await expect.poll(() => held.length).toBe(1);
      return held.pop();
    };
    const file = { name: 'slow.png', mimeType: 'image/png', buffer: PIXEL };

    await field.locator('input').setInputFiles(file);
    const first = await taken();
    await save.click();
    await first?.abort();
    await expect(field).toContainText('can not be reached');
    await expect(dialog).toBeVisible();

    await field.locator('input').setInputFiles(file);
    const second = await taken();
    await save.click();
    await page.waitForTimeout(300);
    await expect(dialog).toBeVisible();
    await second?.continue();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('img', { name: 'Photo: slow.png' })).toBeVisible();
  });

  test('a picture is sent, shown, and read by others through the record only', async ({ admin, person }) => {
    const { page } = admin;
    const [contact] = await rows(admin, 'contact?limit=1&sort=-name');
    const at = `/o/contact/${contact?.id ?? ''}`;
    await page.goto(at);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const field = page.locator('fs-file-input[data-field=photo]');
    await field.locator('input').setInputFiles({ name: 'no picture.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await expect(field.getByText('no picture.svg')).toBeVisible();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(field).toContainText('This is no picture');
    await field.locator('input').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PIXEL });
    await expect(field.getByText('me.png')).toBeVisible();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    const picture = page.getByRole('img', { name: 'Photo: me.png' });
    await expect(picture).toBeVisible();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    const reader = await person('Rita Reader', ['read_only']);
    const bytes = await reader.api.get(`/api/v1/records/contact/${contact?.id ?? ''}/files/photo`);
    expect([bytes.status(), (await bytes.body()).length]).toEqual([200, PIXEL.length]);
    expect(bytes.headers()['content-disposition']).toContain('attachment');
  });
});

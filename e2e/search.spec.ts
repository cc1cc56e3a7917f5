import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Person } from './support/people.js';

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const isAccessible = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
};

const make = async (who: Person, object: string, data: object): Promise<string> => {
  const reply = await who.api.post(`/api/v1/records/${object}`, { data, headers: { Origin: test.info().project.use.baseURL ?? '' } });
  expect(reply.status(), await reply.text()).toBe(201);
  return ((await reply.json()) as { id: string }).id;
};

test.describe('the search over all objects', () => {
  test('finds what somebody remembers, by the keyboard alone', async ({ admin }) => {
    const { page } = admin;
    const account = await make(admin, 'account', { name: 'Bäckerei Öllinger', primary_phone: '+49 30 9988776' });
    await make(admin, 'contact', { first_name: 'Zoë', last_name: 'Öllinger', email: 'z@example.com', account });
    await page.goto('/o/deal?view=all');
    await expect(page.getByRole('gridcell').first()).toBeVisible();
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Search', exact: true });
    await expect(box).toBeFocused();
    await isAccessible(page);

    // Without umlauts, and not to the end of the word.
    await page.keyboard.type('olling');
    await expect(page.getByRole('option', { name: /Öllinger/ })).toHaveCount(2);
    await expect(page.getByRole('group', { name: 'Accounts' }).getByRole('option').locator('mark')).toHaveText('Ölling');
    await expect(page.getByRole('button', { name: /^Contacts 1/ })).toBeVisible();
    await isAccessible(page);

    // A number as it is dialled here; Enter opens what is chosen.
    await box.fill('030 998 87 76');
    await expect(page.getByRole('option', { name: /^Bäckerei Öllinger/ })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/o/account/${account}$`));
    await expect(page.getByRole('dialog')).toHaveCount(0);

    // On a record page the slash opens it too, with what was looked for last.
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bäckerei Öllinger');
    await page.keyboard.press('/');
    await expect(box).toHaveValue('030 998 87 76');
    // Without a text it shows what was opened and looked for lately.
    await box.fill('');
    await expect(page.getByRole('group', { name: 'Opened lately' }).getByRole('option', { name: /^Bäckerei Öllinger/ })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Looked for lately' }).getByRole('option', { name: '030 998 87 76' })).toBeVisible();
    await isAccessible(page);
    await page.getByRole('button', { name: 'Forget what was opened' }).click();
    await expect(page.getByRole('option')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(box).toBeHidden();

    // Whoever changes their mind while it closes has it back, and keeps it.
    await page.keyboard.press('Control+k');
    await expect(box).toBeFocused();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.waitForTimeout(600);
    await expect(box).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(box).toBeHidden();
  });

  test('offers what was meant, and shows all results on a page of their own', async ({ admin: { page } }) => {
    await page.goto('/o/account');
    await page.getByRole('button', { name: 'Search', exact: true }).first().click();
    const box = page.getByRole('combobox', { name: 'Search', exact: true });
    await box.fill('Ollingre');
    await page.getByRole('button', { name: 'Öllinger' }).click();
    await expect(page.getByRole('option', { name: /Öllinger/ })).toHaveCount(2);
    await page.getByRole('option', { name: 'Show all results' }).click();
    await expect(page).toHaveURL('/search?q=%C3%96llinger');
    await expect(page.getByRole('region', { name: 'Accounts' }).getByRole('link', { name: /^Bäckerei/ })).toBeVisible();
    await isAccessible(page);
    await page.getByRole('button', { name: /^Contacts 1/ }).click();
    await expect(page).toHaveURL('/search?q=%C3%96llinger&in=contact');
    await expect(page.getByRole('region', { name: 'Accounts' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^Contacts 1/ })).toHaveAttribute('aria-pressed', 'true');

    // Kept by a name, it is offered wherever one begins to search.
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('The bakers');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Saved as “The bakers”.')).toBeVisible();
    await isAccessible(page);
    await page.goto('/o/account');
    await expect(page.getByRole('gridcell').first()).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: 'The bakers' }).click();
    await expect(page).toHaveURL('/search?q=%C3%96llinger&in=contact');
    await page.getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('button', { name: 'Save this search' })).toBeVisible();

    await page.goto('/search?q=nothing+of+this+kind+zzq');
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await isAccessible(page);
  });

  test('is there in the dark, on the screen of a telephone', async ({ admin: { page } }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto('/search?q=%C3%96llinger');
    await expect(page.getByRole('link', { name: /^Bäckerei/ })).toBeVisible();
    await isAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('combobox', { name: 'Search', exact: true }).fill('olling');
    await expect(page.getByRole('option', { name: /Öllinger/ }).first()).toBeVisible();
    await isAccessible(page);
  });

  test('tells nobody of what they may not see', async ({ person, admin }) => {
    await make(admin, 'lead', { name: 'Hidden Öllinger', company: 'Secret Works', email: 'h@example.com' });
    const rep = await person('Rita Rep', ['sales_rep']);
    await rep.page.goto('/search?q=Secret+Works');
    await expect(rep.page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await admin.page.goto('/search?q=Secret+Works');
    await expect(admin.page.getByRole('link', { name: /Hidden Öllinger/ })).toBeVisible();
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Person } from './support/people.js';

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page and everything in its shadow roots: no accessibility violation, and no more elements than the budget. */
async function isFit(page: Page, elements: number) {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  const count = await page.evaluate(() => {
    const walk = (root: ParentNode): number =>
      [...root.querySelectorAll('*')].reduce((sum, element) => sum + 1 + (element.shadowRoot ? walk(element.shadowRoot) : 0), 0);
    return walk(document);
  });
  expect(count).toBeLessThanOrEqual(elements);
}

type Row = { id: string; version: number; [field: string]: unknown };
const rows = async (who: Person, path: string) => ((await (await who.api.get(`/api/v1/records/${path}`)).json()) as { data: Row[] }).data;

test.describe('the generated screens', () => {
  test('a person signs in, is told what is wrong, and lands on the first page of the app', async ({ page, admin }) => {
    await page.goto('/');
    await isFit(page, 1500);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Enter your e-mail address.')).toBeVisible();
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await expect(page.getByRole('alert')).toContainText('not right');
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await expect(page.getByRole('navigation', { name: 'Main' }).first()).toBeVisible();
    await expect(page).toHaveURL(/\/o\//);
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`lists, boards and records are accessible and small in ${scheme}`, async ({ admin: { page, api } }) => {
      const refused: string[] = [];
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) refused.push(message.text());
      });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto('/o/deal?view=all');
      await expect(page.getByRole('gridcell').first()).toBeVisible();
      await isFit(page, 1500);
      await page.goto('/o/deal?view=board');
      await expect(page.locator('fs-board-column').first()).toBeVisible();
      await isFit(page, 1500);
      expect(await page.locator('fs-board-column .list').first().locator('sl-button, sl-icon').count()).toBe(0);
      const list = (await (await api.get('/api/v1/records/deal?limit=1')).json()) as { data: Row[] };
      await page.goto(`/o/deal/${list.data[0]?.id}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await isFit(page, 2000);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await isFit(page, 2500);
      expect(refused).toEqual([]);
    });
  }

  test('every page opens with few requests, and a step within the app with fewer', async ({ admin }) => {
    const { page } = admin;
    const [deal] = await rows(admin, 'deal?limit=1');
    let requests: string[] = [];
    // What is fetched ahead when the page stands is counted by nobody who waits. On a slow machine the page stands before this journey hears of it:
    // so nothing is fetched ahead until it says so.
    await page.addInitScript(() => {
      const held: (() => void)[] = [];
      Object.assign(window, {
        requestIdleCallback: (run: () => void) => held.push(run),
        fetchAhead: () => held.splice(0).forEach((run) => run()),
      });
    });
    // Nor is what comes beside a page: its stream of events, and the note that somebody stays with a record.
    page.on('request', (request) => {
      const { pathname, origin, protocol } = new URL(request.url());
      if (protocol === 'data:' || pathname.endsWith('/events') || pathname.endsWith('/search/recent/records')) return;
      expect(origin).toBe(new URL(page.url() === 'about:blank' ? request.url() : page.url()).origin);
      requests.push(pathname);
    });
    const calls = () => requests.filter((path) => path.startsWith('/api/')).length;
    const shown = {
      list: page.getByRole('gridcell').first(),
      board: page.locator('fs-board-column .card').first(),
      record: page.locator('fs-stage-path'),
    };
    for (const [path, ready, most, mostCalls] of [
      ['/o/deal?view=all', shown.list, 8, 2],
      ['/o/deal?view=board', shown.board, 8, 2],
      [`/o/deal/${deal?.id ?? ''}`, shown.record, 8, 3],
    ] as const) {
      requests = [];
      await page.goto(path);
      await expect(ready).toBeVisible();
      expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(most);
      expect(calls(), requests.join(' ')).toBeLessThanOrEqual(mostCalls);
    }

    await page.goto('/o/deal?view=all');
    await expect(shown.list).toBeVisible();
    await expect
      .poll(async () => {
        await page.evaluate(() => (window as unknown as { fetchAhead: () => void }).fetchAhead());
        // The last of what is fetched ahead.
        return requests.some((path) => path.includes('/search-'));
      })
      .toBe(true);
    const main = page.getByRole('navigation', { name: 'Main' }).first();
    for (const [step, ready] of [
      [() => page.getByRole('gridcell').first().click(), shown.record],
      [() => main.getByRole('link', { name: 'Accounts' }).click(), shown.list],
      [() => page.goBack(), shown.record],
    ] as const) {
      requests = [];
      await step();
      await expect(ready).toBeVisible();
      expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(3);
    }
    // The region that takes the focus after a step shows no ring.
    expect(await page.locator('main').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('none');
  });

  test('a list keeps its state in the address', async ({ admin: { page } }) => {
    await page.goto('/o/account');
    await expect(page.getByRole('gridcell').first()).toBeVisible();
    await page.getByRole('columnheader').first().click();
    await expect(page).toHaveURL(/sort=/);
    await page.getByRole('button', { name: 'Mine' }).click();
    await expect(page).toHaveURL(/is_me/);
    await page.goBack();
    await expect(page).not.toHaveURL(/is_me/);
  });

  test('the grid is used by keyboard alone', async ({ admin: { page } }) => {
    await page.goto('/o/account');
    await page.getByRole('gridcell').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    const row = page.getByRole('row').filter({ has: page.locator('[role=gridcell]:focus') });
    await expect(row).toHaveAttribute('aria-rowindex', '3');
    const name = await page.locator('[role=gridcell]:focus').innerText();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  });

  test('a record is made, stopped by its rules at the field, edited, deleted and brought back', async ({ admin: { page } }) => {
    const name = `Journey ${crypto.randomUUID().slice(0, 8)}`;
    await page.goto('/o/account');
    await page.getByRole('button', { name: 'New Account' }).click();
    // What stands in a dialog is slotted: it belongs to the element that fills it.
    const dialog = page.locator('fs-record-dialog');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Account name is required.');
    await dialog.getByLabel('Account name').fill(name);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);

    await page.getByRole('button', { name: 'Edit Account name' }).click();
    await page.getByLabel('Account name').fill(`${name} Ltd`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${name} Ltd`);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${name} Ltd`);
  });

  test('a card moves by pointer and by keyboard; a refused move goes back and can be completed', async ({ admin }) => {
    const { page } = admin;
    await page.goto('/o/deal?view=board');
    const columns = page.locator('fs-board-column');
    await expect(columns.first().locator('.card').first()).toBeVisible();
    const count = async (at: number) => Number((await columns.nth(at).locator('.count').innerText()).replace(/\D/g, ''));
    const before = [await count(0), await count(1), await count(2)];

    const card = columns.nth(0).locator('.card').first();
    const [from, to] = [await card.boundingBox(), await columns.nth(1).boundingBox()];
    if (!from || !to) throw new Error('the board is not on screen');
    await page.mouse.move(from.x + 60, from.y + 60);
    await page.mouse.down();
    await page.mouse.move(from.x + 90, from.y + 70, { steps: 4 });
    await page.mouse.move(to.x + 80, to.y + 160, { steps: 6 });
    await page.mouse.up();
    await expect.poll(() => count(1)).toBe((before[1] ?? 0) + 1);
    expect(await count(0)).toBe((before[0] ?? 0) - 1);

    const second = columns.nth(1).locator('.card').first();
    const name = ((await second.getAttribute('aria-label')) ?? '').split(',')[0] ?? '';
    await second.focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await expect.poll(() => count(2)).toBe((before[2] ?? 0) + 1);
    await expect(page.locator('.card:focus')).toHaveAttribute('aria-label', new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));

    // Losing a deal asks for a reason: the card goes back, and the form takes the move over.
    const lost = columns.filter({ hasText: 'Lost' });
    const lostBefore = await lost.locator('.count').innerText();
    await columns.nth(0).locator('.card').first().locator('.menu').click();
    await page.getByRole('menuitem', { name: 'Lost' }).click();
    await expect(page.getByRole('region', { name: 'Messages' })).toContainText('stays in');
    await expect(lost.locator('.count')).toHaveText(lostBefore);
    const form = page.locator('fs-record-dialog');
    await expect(form.getByRole('alert')).toContainText('attention');
    await form.getByRole('combobox', { name: /Lost reason/ }).click();
    await form.getByRole('option', { name: 'Price', exact: true }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(lost.locator('.count')).toHaveText(String(Number(lostBefore) + 1));
  });

  test('two people change one record: other fields are kept, the same field is asked about', async ({ admin }) => {
    const { page, api } = admin;
    const [account] = await rows(admin, 'account?limit=1&sort=name');
    if (!account) throw new Error('there is no account');
    const patch = (data: Record<string, unknown>) =>
      api.patch(`/api/v1/records/account/${account.id}`, { data, headers: { Origin: new URL(page.url()).origin } });
    await page.goto(`/o/account/${account.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.locator('fs-record-dialog');
    const mine = `Mine ${crypto.randomUUID().slice(0, 6)}`;
    await dialog.getByLabel('Account name').fill(mine);
    expect((await patch({ name: 'Theirs' })).status()).toBe(200);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const chooser = page.locator('fs-conflict');
    await expect(chooser).toContainText('Theirs');
    await chooser.getByRole('button', { name: 'Save my choice' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(mine);
  });

  test('it works at 320 pixels without scrolling sideways', async ({ admin: { page } }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    for (const path of ['/o/deal?view=all', '/o/deal?view=board']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.card').first()).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      await isFit(page, 1500);
    }
    await page.getByRole('button', { name: 'Menu' }).click();
    await expect(page.getByRole('menuitem', { name: 'Accounts' })).toBeVisible();
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Person } from './support/people.js';

type Element = { kind: string; name: string; document: Record<string, unknown> };

/** The next version of the pack lies where packs can be installed from. */
function offer(version: 'v1' | 'v2'): void {
  const folder = process.env['E2E_PACKS_DIR'] ?? '';
  rmSync(join(folder, 'events'), { recursive: true, force: true });
  cpSync(fileURLToPath(new URL(`../engine/test/fixtures/packs/${version}`, import.meta.url)), folder, { recursive: true });
}

async function elements(who: Person): Promise<{ revision: number; elements: Element[] }> {
  return (await (await who.api.get('/api/v1/metadata/source')).json()) as { revision: number; elements: Element[] };
}
const documentOf = async (who: Person, kind: string, name: string): Promise<Record<string, unknown> | undefined> =>
  (await elements(who)).elements.find((element) => element.kind === kind && element.name === name)?.document;

/** Changes elements in somebody's draft, as the studio does. */
async function edit(who: Person, address: string, kind: string, name: string, properties: object): Promise<void> {
  const { revision } = await elements(who);
  const document = { ...(await documentOf(who, kind, name)), ...properties };
  const path = `/api/v1/metadata/draft/${kind}/${name}`;
  const answer = await who.api.put(path, { data: { baseRevision: revision, document }, headers: { Origin: address } });
  expect(answer.status()).toBe(204);
}

async function publish(page: Page): Promise<void> {
  // What is to be confirmed comes with the plan.
  await expect(page.getByRole('button', { name: 'Publish' })).toBeVisible();
  for (const box of await page.getByRole('region', { name: 'To confirm' }).getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
}

async function isAccessible(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Nothing is wider than a small telephone. */
async function fitsSmallScreens(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
}

test('an administrator installs a pack, changes it, decides at its upgrade, and takes it away', async ({ admin, baseURL }) => {
  // Long pages, each looked at whole in two colours.
  test.slow();
  const { page } = admin;
  const address = baseURL ?? '';
  offer('v1');

  await test.step('install', async () => {
    await page.goto('/studio/packs');
    await page.getByRole('link', { name: 'Install Events' }).click();
    await expect(page.getByRole('region', { name: 'Changes' })).toContainText('Adds object “Event”');
    await expect(page.getByText('1 case holds.')).toBeVisible();
    await isAccessible(page);
    await publish(page);
    await expect(page.getByText('2 records of the pack were loaded')).toBeVisible();
    await page.getByRole('link', { name: 'See the pack' }).click();
    await expect(page.getByRole('region', { name: 'History of the pack' })).toContainText('events 1.0.0 installed');
  });

  await test.step('change it', async () => {
    await edit(admin, address, 'field', 'event.starts_at', { label: 'Start' });
    await edit(admin, address, 'field', 'event.name', { maxLength: 60 });
    await edit(admin, address, 'field', 'event.seats', { min: '2' });
    const budget = { kind: 'field', id: 'fld_own_budget', object: 'event', name: 'budget', label: 'Budget', type: 'currency' };
    await edit(admin, address, 'field', 'event.budget', budget);
    const { columns = [] } = (await documentOf(admin, 'view', 'event.all')) as { columns?: object[] };
    await edit(admin, address, 'view', 'event.all', { columns: [{ field: 'budget' }, ...columns] });
    await page.goto('/studio/review');
    await publish(page);
    await page.goto('/studio/packs/events');
    await expect(page.getByRole('region', { name: 'Changed here' })).toContainText('Changes field “Start” of event: label');
    await page.getByRole('button', { name: 'Run now' }).click();
    await expect(page.getByRole('region', { name: 'Cases' })).toContainText('1 of 1 held');
    await isAccessible(page);
    await fitsSmallScreens(page);
  });

  await test.step('see what the new version and they both changed, and decide with the keyboard', async () => {
    offer('v2');
    await page.goto('/studio/packs');
    await expect(page.getByRole('region', { name: 'New versions' })).toContainText('2 properties to decide');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Export what was made here' }).click();
    await page.getByRole('textbox', { name: 'Name of the pack' }).fill('events');
    await page.getByRole('button', { name: 'Download' }).click();
    await expect(page.getByText('There is a pack "events" already')).toBeVisible();
    await page.getByRole('textbox', { name: 'Name of the pack' }).fill('ours');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toBe('ours-1.0.0.json');
    await page.getByRole('link', { name: 'Upgrade Events' }).click();
    await expect(page.getByRole('button', { name: 'Publish' })).toBeDisabled();
    const name = page.getByRole('group', { name: 'Field event.name: maxLength' });
    await expect(name).toContainText('The pack had 120');
    await expect(name.getByRole('radio', { name: 'Yours 60' })).not.toBeChecked();
    await expect(name.getByRole('radio', { name: 'Theirs 160' })).not.toBeChecked();
    await isAccessible(page);
    await fitsSmallScreens(page);

    await name.getByRole('radio', { name: 'Theirs 160' }).focus();
    await page.keyboard.press('Space');
    await expect(page.getByText('1 of 2 to decide.')).toBeVisible();
    // It is kept, also when the page is left.
    await page.reload();
    await expect(name.getByRole('radio', { name: 'Theirs 160' })).toBeChecked();
    await name.getByRole('radio', { name: 'Another value' }).check();
    await name.getByRole('textbox', { name: 'Value' }).fill('90');
    await name.getByRole('button', { name: 'Use this value' }).click();
    await page.getByRole('button', { name: 'Keep yours in the last one' }).click();
    await expect(page.getByRole('group', { name: 'Field event.seats: min' }).getByRole('radio', { name: 'Yours 2' })).toBeChecked();
    const looks = page.getByRole('region', { name: 'Looks that both changed' });
    await expect(looks.getByRole('radio', { name: 'Yours Start' })).toBeChecked();

    await page.getByRole('button', { name: 'Make the plan with these decisions' }).click();
    await expect(page.getByText('1 of 2 cases fails: see below.')).toBeVisible();
    await expect(page.getByRole('region', { name: 'To confirm' })).toContainText('does not hold with what you changed');
    await isAccessible(page);
    await publish(page);
  });

  await test.step('have what they made and what the pack made', async () => {
    expect(await documentOf(admin, 'field', 'event.name')).toMatchObject({ maxLength: 90, help: 'As it stands on the invitation.' });
    expect(await documentOf(admin, 'field', 'event.seats')).toMatchObject({ min: '2' });
    expect(await documentOf(admin, 'field', 'event.starts_at')).toMatchObject({ label: 'Start' });
    const { columns } = (await documentOf(admin, 'view', 'event.all')) as { columns: { field: string }[] };
    expect(columns.map(({ field }) => field)).toEqual(['budget', 'name', 'starts_at', 'closes_on', 'status', 'seats', 'owner']);
    const party = { name: 'Summer party', seats: 5, budget: { amount: '800', currency: 'EUR' } };
    const made = await admin.api.post('/api/v1/records/event', { data: party, headers: { Origin: address } });
    expect(made.status()).toBe(201);
    await page.goto('/o/event');
    await expect(page.getByRole('columnheader', { name: 'Budget' })).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Start' })).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Registration until' })).toBeVisible();

    await page.goto('/studio/packs/events');
    await expect(page.getByRole('region', { name: 'History of the pack' })).toContainText('events 1.0.0 → 1.1.0');
    await expect(page.getByRole('region', { name: 'Changed here' })).toContainText('Field event.name: maxLength is yours.');
    await page.goto('/studio/history');
    await expect(page.getByRole('link', { name: 'events 1.0.0 → 1.1.0' })).toBeVisible();
  });

  await test.step('take it away, and see what stays and why', async () => {
    await page.goto('/studio/packs/events');
    await page.getByRole('link', { name: 'Uninstall Events' }).click();
    await expect(page.getByRole('region', { name: 'What stays and becomes yours, and why' })).toContainText('field event.budget');
    await expect(page.getByRole('region', { name: 'What goes' })).toContainText('3 records are no longer seen. Nothing is deleted');
    await isAccessible(page);
    await fitsSmallScreens(page);
    await publish(page);
    expect(await documentOf(admin, 'object', 'event')).toBeDefined();
    expect(await documentOf(admin, 'object', 'event_kind')).toBeUndefined();
    await page.goto('/studio/packs');
    await expect(page.getByRole('region', { name: 'Not installed' })).toContainText('Events');
  });
});

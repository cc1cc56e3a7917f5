import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './support/people.js';

const PAGES = [
  'objects',
  'diagram',
  'objects/deal',
  'objects/deal/layouts',
  'objects/deal/validations',
  'objects/deal/types',
  'objects/deal/access',
  'objects/lead/actions',
  'actions/act_lead_convert',
  'layouts/lay_deal_record',
  'validations/val_deal_won_amount',
  'processes/prc_lead_status',
  'processes/prc_deal_stage',
  'workflows',
  'workflows/deal_won',
  'workflows/deal_won?view=list&side=settings',
  'templates',
  'templates/tpl_deal_won',
  'outbox',
  'review',
  'drafts',
  'conflicts',
  'elements/object/deal',
  'history',
  'packs',
  'packs/base',
  'packs/deals/uninstall',
  'translations',
  'database',
  'users',
  'there/is/no/such/page',
  'teams',
  'access',
  'viewings',
  'currencies',
  'roles',
  'roles/rol_sales_rep',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page of the studio is accessible in ${colorScheme} colours`, async ({ admin }) => {
    // Eighteen pages, each looked at whole: a busy machine needs its time.
    test.setTimeout(600_000);
    const { page } = admin;
    await page.emulateMedia({ colorScheme });
    const found: string[] = [];
    for (const path of PAGES) {
      await page.goto(`/studio/${path}`);
      await expect(page.getByRole('main')).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      found.push(...violations.map((violation) => `${path}: ${violation.id} ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`));
    }
    expect(found).toEqual([]);
  });
}

test('every page of the studio can be used at 320 pixels, and its place is in sight', async ({ admin }) => {
  test.slow();
  const { page } = admin;
  await page.setViewportSize({ width: 320, height: 700 });
  const wide: string[] = [];
  for (const path of PAGES) {
    await page.goto(`/studio/${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const [scrollWidth, clientWidth] = await page.evaluate(
      () => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const,
    );
    if (scrollWidth > clientWidth) wide.push(`${path} is ${scrollWidth} wide`);
    const place = page.locator('.nav a.active');
    if ((await place.count()) > 0) await expect(place).toBeInViewport({ ratio: 0.9 });
  }
  expect(wide).toEqual([]);
});

test('the forms are accessible while they are open and wrong', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/studio/objects/deal');
  await page.getByRole('button', { name: 'Add field' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByText('Give the field a name for people.')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((violation) => violation.id)).toEqual([]);
});

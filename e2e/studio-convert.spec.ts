import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Person } from './support/people.js';

/** Enough that the publish takes some seconds, also on a fast machine. */
const RECORDS = 3_000;
const counted = (records: number) => records.toLocaleString('en-GB');
/** Empty fields that change with it, so that the publish takes long enough to be watched. */
const OTHERS = 48;
const object = { kind: 'object', id: 'obj_parcel', name: 'parcel', label: 'Parcel', pluralLabel: 'Parcels', nameField: 'title' };
const field = (name: string, label: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_parcel_${name}`,
  object: 'parcel',
  name,
  label,
  type: 'text',
  ...more,
});

const axe = async (page: Page) =>
  (await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()).violations.map(
    ({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`,
  );

/** An object may have twenty indexes. */
const INDEXED = 16;
const others = (more: object = {}, indexed: object = {}) =>
  Array.from({ length: OTHERS }, (_, n) => field(`c${n}`, `Other ${n}`, n < INDEXED ? { ...more, ...indexed } : more));

async function draft({ api }: Person, origin: string, documents: { kind: string; name: string; object?: string }[]): Promise<void> {
  const { revision } = (await (await api.get('/api/v1/metadata/source')).json()) as { revision: number };
  for (const document of documents) {
    const name = document.object === undefined ? document.name : `${document.object}.${document.name}`;
    const data = { baseRevision: revision, document };
    const put = await api.put(`/api/v1/metadata/draft/${document.kind}/${name}`, { data, headers: { Origin: origin } });
    expect(put.status()).toBe(204);
  }
}

/** Publishes an object as the API does, and fills it with records, some of whose weights are no numbers. */
async function prepare(who: Person, origin: string): Promise<void> {
  const headers = { Origin: origin };
  const { api } = who;
  await draft(who, origin, [object, field('title', 'Title'), field('weight', 'Weight'), ...others()]);
  const plan = (await (await api.post('/api/v1/metadata/draft/plan', { data: {}, headers })).json()) as { hash: string };
  expect((await api.post('/api/v1/metadata/draft/publish', { data: { plan: plan.hash, confirm: [] }, headers })).status()).toBe(200);
  for (let n = 0; n < RECORDS; n += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, k) => {
        const weight = n + k < 3 ? ['heavy', '1,5 kg', '?'][n + k] : n + k < 5 ? '2.5' : String(n + k);
        const data = { title: `Parcel ${n + k}`, weight };
        expect((await api.post('/api/v1/records/parcel', { data, headers })).status()).toBe(201);
      }),
    );
  }
}

test('a type is changed over records: counted, looked at, approved, followed and finished', async ({ admin, person, baseURL }) => {
  test.slow();
  const { page, api } = admin;
  const other = await person('Olga Other', ['admin']);
  await prepare(admin, baseURL ?? '');
  await draft(admin, baseURL ?? '', others({ type: 'integer' }, { indexed: true }));

  await page.goto('/studio/objects/parcel/fields');
  await page.getByRole('button', { name: 'Edit Weight' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: 'Link to a record', exact: true })).toBeDisabled();
  await dialog.getByText('Whole number', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
  await page
    .getByRole('link', { name: /Review/ })
    .first()
    .click();

  const confirm = page.getByRole('region', { name: 'To confirm' });
  await expect(confirm).toContainText('Do not convert');
  await expect(confirm.locator('dl')).toHaveText(
    new RegExp(`Convert\\s*${counted(RECORDS - 3)}\\s*Rounded or shortened\\s*2\\s*Do not convert\\s*3`),
  );
  await confirm.locator('summary').click();
  for (const value of ['heavy', '1,5 kg', '?']) await expect(confirm.getByRole('cell', { name: value, exact: true })).toBeVisible();
  await expect(confirm.getByRole('link', { name: 'Parcel 0' })).toHaveAttribute('href', /\/o\/parcel\//);
  expect(await axe(page)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('review.png'), fullPage: true });

  const publish = page.getByRole('button', { name: 'Publish' });
  await expect(publish).toBeDisabled();
  for (const box of await confirm.getByRole('checkbox').all()) await box.check();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Weights are numbers');
  // Somebody else follows it.
  await other.page.goto('/studio/review');
  const underWay = other.page.getByRole('region', { name: 'Publish under way' });
  await publish.click();
  await expect(underWay.getByRole('status')).toHaveText(/^Step \d+ of \d{2,3}, by /);
  await expect(underWay.getByText(`of ${counted(RECORDS)} records`).first()).toBeVisible();
  await other.page.screenshot({ path: test.info().outputPath('under-way.png') });
  expect(await axe(other.page)).toEqual([]);
  await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible({ timeout: 90_000 });
  expect(await axe(page)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('live.png'), fullPage: true });

  await expect(underWay).toBeHidden();

  // Every step is told, with the records that were gone through, to whoever asks afterwards.
  const told = (await (await api.get('/api/v1/metadata/publication')).json()) as {
    state: string;
    steps: { state: string; rows?: { done: number; total: number } }[];
  };
  expect(told.state).toBe('done');
  expect(told.steps.every(({ state }) => state === 'done')).toBe(true);
  expect(told.steps.flatMap(({ rows }) => rows ?? [])).toEqual(
    Array.from({ length: 1 + OTHERS }, () => ({ done: RECORDS, total: RECORDS })),
  );

  const list = (await (await api.get('/api/v1/records/parcel?sort=-weight&limit=1&fields=title,weight')).json()) as { data: object[] };
  expect(list.data).toEqual([expect.objectContaining({ title: `Parcel ${RECORDS - 1}`, weight: RECORDS - 1 })]);
});

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './support/people.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

test('a form works out what formulas read over links, before anything is saved', async ({ admin }) => {
  const { page, api } = admin;
  const open = {
    and: [{ '==': [{ var: 'stage.is_won' }, false] }, { '==': [{ var: 'stage.is_lost' }, false] }, { is_empty: [{ var: 'probability' }] }],
  };
  const asked = `fields=id,stage.probability&limit=1&filter=${encodeURIComponent(JSON.stringify(open))}`;
  const answer = await api.get(`/api/v1/records/deal?${asked}`);
  const [deal] = ((await answer.json()) as { data: { id: string; stage: { probability: string } }[] }).data;
  await page.goto(`/o/deal/${deal?.id ?? ''}`);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: /^Amount/ }).fill('1000');
  const weighted = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR' }).format(Number(deal?.stage.probability) * 10);
  await expect(page.locator('.section').filter({ hasText: 'Weighted amount' }).getByText(weighted)).toBeVisible();
});

test('who writes before the editor is there goes on in it, where they are, and is offered names', async ({ admin }) => {
  const { page } = admin;
  let letItCome = (): void => undefined;
  const mayCome = new Promise<void>((resolve) => (letItCome = resolve));
  await page.route(/\/FormulaEditor-.*\.js$/, (route) => mayCome.then(() => route.continue()));
  await page.goto('/studio/objects/deal');
  await page.getByRole('button', { name: 'Add field' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('group', { name: 'Type' }).getByText('Formula', { exact: true }).click();
  const formula = dialog.getByRole('textbox', { name: 'Formula' });
  await formula.click();
  await page.keyboard.type('1 + amou');
  await page.keyboard.press('Control+Space');
  await expect(formula).toHaveValue('1 + amou');

  letItCome();
  await expect(page.getByRole('option', { name: /amount/ }).first()).toBeVisible();
  await page.keyboard.type('n');
  await expect(formula).toHaveText('1 + amoun');
  await expect(formula).toBeFocused();
});

test('an administrator writes a formula by keyboard, is told what is wrong and where, tries it, publishes it, and sorts by it', async ({
  admin,
}) => {
  const { page } = admin;
  await page.goto('/studio/objects/deal');
  await page.getByRole('button', { name: 'Add field' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('group', { name: 'Type' }).getByText('Formula', { exact: true }).click();
  await dialog.getByLabel('Label', { exact: true }).fill('Double');
  const editor = dialog.getByRole('textbox', { name: 'Formula' });

  await test.step('names are completed', async () => {
    await editor.click();
    await page.keyboard.type('amou');
    await page.keyboard.press('Control+Space');
    await expect(page.getByRole('option', { name: /amount/ }).first()).toBeVisible();
    // The editor takes no key for a completion that only just appeared.
    await page.waitForTimeout(200);
    await page.keyboard.press('Enter');
    await expect(editor).toHaveText('amount');
  });

  await test.step('what is wrong is said with its place and the nearest name', async () => {
    await page.keyboard.type(' * probabilty');
    await expect(dialog.getByText(/Line 1, column 10: .*probability/)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('dialog').withTags(RULES).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    for (let left = 'probabilty'.length; left > 0; left -= 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('2');
    await expect(dialog.getByText(/Line 1/)).toBeHidden();
  });

  await test.step('it is tried on a record', async () => {
    await dialog.getByLabel('Record', { exact: true }).selectOption({ index: 1 });
    await expect(dialog.getByText(/^Value: \d/)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('dialog').withTags(RULES).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  await test.step('it is published, listed and sorted by', async () => {
    await dialog.getByRole('button', { name: 'Add field' }).click();
    await page.getByRole('link', { name: /^Review \d+ changes?$/ }).click();
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
    const answer = await admin.api.get('/api/v1/records/deal?fields=amount,double&sort=-double&limit=2');
    const { data } = (await answer.json()) as { data: { amount: { amount: string }; double: string }[] };
    expect(data.map(({ double }) => Number(double))).toEqual(data.map(({ amount }) => Number(amount.amount) * 2));
    expect(Number(data[0]?.double)).toBeGreaterThanOrEqual(Number(data[1]?.double));
  });
});

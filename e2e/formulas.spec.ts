import { expect, test } from './support/people.js';

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

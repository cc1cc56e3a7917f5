import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const TYPES = ['rich_text', 'time', 'duration', 'score', 'rating', 'address', 'geo_point', 'json', 'tags'] as const;
const label = (type: string) => `A ${type.replace('_', ' ')}`;

/** Publishes an object with a field of each type. */
async function publishSample({ api }: Person, origin: string) {
  const send = async (method: 'put' | 'post', path: string, data: object) => {
    const answer = await api[method](`/api/v1/metadata/draft${path}`, { data, headers: { Origin: origin } });
    expect([path, answer.status(), answer.status() < 300 ? '' : await answer.text()]).toEqual([path, answer.status(), '']);
    return answer;
  };
  const { revision } = (await (await api.get('/api/v1/metadata')).json()) as { revision: number };
  const put = (kind: string, name: string, document: object) =>
    send('put', `/${kind}/${name}`, { baseRevision: revision, document: { kind, ...document } });
  const object = { id: 'obj_sample', name: 'sample', label: 'Sample', pluralLabel: 'Samples', nameField: 'name' };
  await put('object', 'sample', object);
  const field = (name: string, type: string, shown: string, more: object = {}) =>
    put('field', `sample.${name}`, { id: `fld_sample_${name}`, object: 'sample', name, label: shown, type, ...more });
  await field('name', 'text', 'Name', { required: true });
  for (const type of TYPES) await field(`a_${type}`, type, label(type));
  const plan = (await (await send('post', '/plan', {})).json()) as { hash: string };
  await send('post', '/publish', { plan: plan.hash, confirm: [] });
}

test('values of every kind are entered by keyboard, shown, filtered and edited', async ({ admin, baseURL }) => {
  const { page, api } = admin;
  await publishSample(admin, baseURL ?? '');
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text());
  });
  const isAccessible = async () => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  };
  await page.goto('/o/sample');
  await page.getByRole('button', { name: /New/ }).first().click();
  const form = page.locator('fs-record-form');
  const create = page.getByRole('button', { name: 'Create' });
  await form.getByRole('textbox', { name: 'Name' }).fill('First');
  await form.getByLabel(label('time'), { exact: true }).fill('09:30');
  await form.getByRole('textbox', { name: label('duration'), exact: true }).fill('1h 30m');
  await form.getByRole('textbox', { name: label('score'), exact: true }).fill('72');
  // Arrow keys move among the stars.
  await form.getByRole('radio', { name: '1 of 5 stars' }).press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(form.getByRole('radio', { name: '3 of 5 stars' })).toBeChecked();
  const address = form.locator(`fs-field-group[label="${label('address')}"]`);
  await address.getByLabel('Street').fill('1 Main Street');
  await address.getByLabel('City').fill('Bern');
  await address.getByRole('combobox', { name: 'Country' }).fill('switz');
  await expect(address.getByRole('option', { name: 'Switzerland' })).toBeVisible();
  await address.getByRole('combobox', { name: 'Country' }).press('Enter');
  const place = form.locator(`fs-field-group[label="${label('geo_point')}"]`);
  await place.getByLabel('Latitude').fill('46,948');
  await place.getByLabel('Longitude').fill('7.447');
  const tags = form.getByRole('textbox', { name: label('tags'), exact: true });
  await tags.fill('VIP');
  await tags.press('Enter');
  await tags.fill('trade fair, old,');
  await tags.press('Backspace');
  await form.getByRole('textbox', { name: label('json'), exact: true }).fill('{ "plan": }');

  await form.getByRole('button', { name: `Edit ${label('rich_text')}` }).click();
  const editor = page.getByRole('textbox', { name: label('rich_text') });
  await expect(editor).toBeFocused();
  await page.keyboard.type('Agreed: ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('send it');
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Enter');
  const tools = page.getByRole('toolbar', { name: 'Formatting' });
  await tools.getByRole('button', { name: 'Bullets' }).click();
  await expect(tools.getByRole('button', { name: 'Bullets' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await tools.getByRole('button', { name: 'Bold' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(tools.getByRole('button', { name: 'Italic' })).toBeFocused();
  await isAccessible();
  await page.getByRole('button', { name: 'Use this text' }).click();
  await expect(editor).toHaveCount(0);
  await expect(form.locator('fs-rich-input li')).toHaveCount(2);
  await isAccessible();

  // What is no JSON is not sent; the place is said.
  await create.click();
  await expect(form.getByRole('alert')).toContainText('line 1, column 11');
  await form.getByRole('textbox', { name: label('json'), exact: true }).fill('{ "plan": "pro" }');
  await create.click();
  await expect(form).toHaveCount(0);

  const { data } = (await (await api.get('/api/v1/records/sample')).json()) as { data: Record<string, unknown>[] };
  expect(data[0]).toMatchObject({
    a_rich_text: '<p>Agreed: <strong>send it</strong></p><ul><li><p>one</p></li><li><p>two</p></li></ul>',
    a_time: '09:30:00',
    a_duration: 'PT1H30M',
    a_score: 72,
    a_rating: 3,
    a_address: { street: '1 Main Street', city: 'Bern', state: null, postal_code: null, country: 'CH' },
    a_geo_point: { lat: 46.948, lng: 7.447 },
    a_json: { plan: 'pro' },
    a_tags: ['vip', 'trade fair'],
  });

  await page.goto(`/o/sample/${String(data[0]?.['id'])}`);
  await expect(page.getByText('Switzerland')).toBeVisible();
  await expect(page.getByRole('img', { name: '3 of 5 stars' }).first()).toBeVisible();
  await isAccessible();
  // One value by itself: what was typed becomes what it means.
  await page.getByRole('button', { name: `Edit ${label('duration')}`, exact: true }).click();
  await page.getByRole('textbox', { name: label('duration'), exact: true }).fill('45');
  await page.getByRole('textbox', { name: label('duration'), exact: true }).press('Enter');
  await expect(page.getByText('45m', { exact: true })).toBeVisible();

  const filter = (field: string, op: string, value: unknown) =>
    `/o/sample?filter=${encodeURIComponent(JSON.stringify([[field, op, value]]))}`;
  for (const [address_, found] of [
    [filter('a_address.city', 'contains', 'ber'), 1],
    [filter('a_address.country', 'any_of', ['DE']), 0],
    [filter('a_tags', 'has_any', ['vip']), 1],
    [filter('a_tags', 'has_none', ['vip']), 0],
    [filter('a_duration', 'at_most_long', 'PT1H'), 1],
    [filter('a_time', 'from_time', '10:00'), 0],
  ] as const) {
    await page.goto(address_);
    await expect(found === 1 ? page.getByRole('gridcell').first() : page.getByText('Nothing matches')).toBeVisible();
  }
  expect(refused).toEqual([]);
});

test('a name that is typed fast and confirmed at once chooses no other record', async ({ admin, baseURL }) => {
  const { page, api } = admin;
  const run = crypto.randomUUID().slice(0, 8);
  for (const name of [`Only ${run}`, `Twin ${run} A`, `Twin ${run} B`])
    expect((await api.post('/api/v1/records/account', { data: { name }, headers: { Origin: baseURL ?? '' } })).status()).toBe(201);
  await page.goto('/o/account');
  await page.getByRole('button', { name: 'New Account' }).click();
  const dialog = page.locator('fs-record-dialog');
  const parent = dialog.getByRole('combobox', { name: 'Parent account' });
  const offered = dialog.locator('fs-combobox[label="Parent account"] [role=option]');

  await parent.click();
  await page.keyboard.press('ArrowDown');
  await expect(offered.first()).toBeVisible();
  // The only one there is was meant.
  await page.keyboard.insertText(`Only ${run}`);
  await page.keyboard.press('Enter');
  await expect(offered).toHaveCount(0);
  await expect(parent).toHaveValue(`Only ${run}`);

  // Of several, none is chosen that was not seen.
  await parent.fill(`Twin ${run}`);
  await page.keyboard.press('Enter');
  await expect(offered).toHaveCount(2);
  await expect(parent).toHaveValue(`Twin ${run}`);
  const second = (await offered.nth(1).innerText()).trim();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(parent).toHaveValue(second);
});

import { expect, test } from './support/people.js';

const DIALOG = { name: /^(Add field|Add object|Apply|Retire field)$/ };

test('an administrator adds an object and fields, loses nothing on a reload, reads the SQL, publishes, and goes back', async ({
  admin,
}) => {
  const { page, api } = admin;
  await page.goto('/studio/');

  await test.step('a new object comes with a name, a page and a list', async () => {
    await page.getByRole('button', { name: 'New object' }).click();
    await page.getByLabel('Label', { exact: true }).fill('Survey trip');
    await expect(page.getByLabel('API name')).toHaveValue('survey_trip');
    await expect(page.getByLabel('Plural label')).toHaveValue('Survey trips');
    await page.getByRole('dialog').getByRole('button', DIALOG).click();
    await expect(page.getByRole('heading', { name: 'Survey trips' })).toBeVisible();
  });

  await test.step('fields with options of their type', async () => {
    await page.getByRole('button', { name: 'Add field' }).click();
    await page.getByRole('group', { name: 'Type' }).getByText('Choice', { exact: true }).click();
    await page.getByLabel('Label', { exact: true }).fill('Phase');
    await page.getByRole('dialog').getByRole('button', DIALOG).click();
    await expect(page.getByText('Add at least one choice.')).toBeVisible();
    for (const [index, label] of ['Planned', 'Under way'].entries()) {
      await page.getByRole('button', { name: 'Add choice' }).click();
      await page.getByLabel(`Label of choice ${index + 1}`).fill(label);
    }
    await expect(page.getByLabel('Code of choice 2')).toHaveValue('under_way');
    await page.getByRole('dialog').getByRole('button', DIALOG).click();
    await expect(page.getByRole('row', { name: /Phase/ })).toBeVisible();
  });

  await test.step('every edit is undone and done again by keyboard, and survives a reload', async () => {
    await page.keyboard.press('Control+z');
    await expect(page.getByRole('row', { name: /Phase/ })).toBeHidden();
    await page.keyboard.press('Control+Shift+z');
    await expect(page.getByRole('row', { name: /Phase/ })).toBeVisible();
    await expect(page.getByText('Draft saved')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('row', { name: /Phase/ })).toBeVisible();
  });

  await test.step('a rename rewrites what names the field', async () => {
    await page.getByRole('button', { name: 'Edit Phase' }).click();
    await page.getByLabel('API name').fill('stage_of_trip');
    await expect(page.getByText('Renaming rewrites this element')).toBeVisible();
    await page.getByRole('dialog').getByRole('button', DIALOG).click();
    await expect(page.getByRole('row', { name: /stage_of_trip/ })).toBeVisible();
  });

  await test.step('the review shows the statements; publishing makes them true', async () => {
    await page.getByRole('link', { name: /^Review \d+ changes$/ }).click();
    await expect(page.getByText(/create table "sp1"\."survey_trip_/)).toBeVisible();
    await expect(page.getByText('Adds field “Phase” of survey_trip')).toBeVisible();
    await page.getByLabel('Comment').fill('Trips to places');
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
    const made = await api.post('/api/v1/records/survey_trip', {
      data: { name: 'North', stage_of_trip: 'planned' },
      headers: { Origin: new URL(page.url()).origin },
    });
    expect(made.status()).toBe(201);
  });

  await test.step('returning to the former revision is a plan like any other', async () => {
    await page.getByRole('link', { name: 'See the history' }).click();
    await expect(page.getByText('Trips to places')).toBeVisible();
    await page.getByRole('link', { name: 'Return to this revision' }).first().click();
    await expect(page.getByText('Retires object “Survey trip”')).toBeVisible();
    for (const box of await page.getByRole('region', { name: 'To confirm' }).getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByRole('heading', { name: /Revision \d+ is live/ })).toBeVisible();
    expect((await api.get('/api/v1/records/survey_trip')).status()).toBe(404);
  });
});

test('two objects are related by drawing a line between them, or by the form', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/studio/diagram');
  const node = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  await expect(node('obj_product')).toBeVisible();
  const from = await node('obj_product').locator('.react-flow__handle.source').boundingBox();
  const to = await node('obj_account').locator('.react-flow__handle.target').boundingBox();
  if (from === null || to === null) throw new Error('the objects are not drawn');
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x - 20, to.y, { steps: 8 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole('heading', { name: 'Add a field to Product' })).toBeVisible();
  await expect(page.getByLabel('Points to')).toHaveValue('account');
  await page.getByRole('dialog').getByRole('button', DIALOG).click();
  await expect(page.getByRole('link', { name: /^Review \d+ changes$/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Undone: Add field Account')).toBeVisible();
});

test('who may not edit metadata is told so, and who is not signed in can sign in', async ({ person, browser, baseURL }) => {
  const rep = await person('Rita', ['sales_rep']);
  await rep.page.goto('/studio/');
  await expect(rep.page.getByRole('heading', { name: 'You may not edit metadata' })).toBeVisible();

  const context = await browser.newContext({ baseURL: baseURL ?? '' });
  const page = await context.newPage();
  await page.goto('/studio/objects');
  await page.getByLabel('E-mail').fill('admin@example.com');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill('the admin of the journeys');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Objects', level: 1 })).toBeVisible();
  await context.close();
});

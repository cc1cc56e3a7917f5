import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Person } from './support/people.js';

const isClean = async ({ page }: Pick<Person, 'page'>) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
};

const fits = async ({ page }: Pick<Person, 'page'>) => {
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  expect(scroll).toBeLessThanOrEqual(client);
};

const make = async ({ api }: Person, object: string, origin: string, values: object) => {
  const made = await api.post(`/api/v1/records/${object}`, { data: values, headers: { Origin: origin } });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { id: string }).id;
};
const read = async ({ api }: Person, object: string, id: string) =>
  (await (await api.get(`/api/v1/records/${object}/${id}`)).json()) as Record<string, unknown>;

test('somebody changes several records by keyboard, sees which stayed as they were, and undoes it', async ({ admin, baseURL }) => {
  test.slow();
  const origin = baseURL ?? '';
  const [both, mailOnly] = [
    await make(admin, 'lead', origin, { name: 'Severalson Both', email: 'both@example.com', phone: '+49 30 1234567' }),
    await make(admin, 'lead', origin, { name: 'Severalson Mail', email: 'mail@example.com' }),
  ];
  const { page } = admin;
  await page.goto('/o/lead?q=Severalson');
  const rows = page.getByRole('row', { name: /Severalson/ });
  await expect(rows).toHaveCount(2);
  await rows.first().getByRole('gridcell').first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  await expect(page.getByText('2 chosen')).toBeVisible();
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');
  await isClean(admin);

  await page.getByRole('button', { name: 'Edit…' }).press('Enter');
  const dialog = page.locator('fs-bulk-dialog');
  await dialog.getByRole('button', { name: 'Change 2 records' }).click();
  await expect(dialog.getByText('Choose a field first.')).toBeVisible();
  const field = dialog.getByRole('combobox', { name: 'Field' });
  await field.fill('E-mail');
  await expect(dialog.getByRole('option').first()).toBeVisible();
  await field.press('Enter');
  await isClean(admin);
  // Nothing in it: one of them could then not be reached any more.
  await dialog.getByRole('button', { name: 'Change 2 records' }).press('Enter');
  await expect(dialog.getByText('1 record stayed as it was.')).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await expect(dialog.getByRole('listitem')).toContainText('Severalson Mail');
  await expect(dialog.getByRole('listitem')).toContainText('Give an e-mail address or a phone number');
  await isClean(admin);
  expect((await read(admin, 'lead', both))['email']).toBeNull();
  expect((await read(admin, 'lead', mailOnly))['email']).toBe('mail@example.com');
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(dialog).toHaveCount(0);
  // Those that stayed as they were stay chosen.
  await expect(page.getByText('1 chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await read(admin, 'lead', both))['email']).toBe('both@example.com');
});

test('several records get another owner, and go to the recycle bin and back', async ({ admin, person, baseURL }) => {
  test.slow();
  const origin = baseURL ?? '';
  const colleague = await person('Owen Newowner', ['sales_rep']);
  const ids = await Promise.all(
    ['One', 'Two', 'Three'].map((name) =>
      make(admin, 'lead', origin, { name: `Handover ${name}`, email: `${crypto.randomUUID()}@example.com` }),
    ),
  );
  const { page } = admin;
  await page.goto('/o/lead?q=Handover');
  await expect(page.getByRole('row', { name: /Handover/ })).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Choose all' }).check();
  await expect(page.getByText('3 chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Change owner…' }).click();
  const dialog = page.locator('fs-bulk-dialog');
  const owner = dialog.getByRole('combobox', { name: 'Owner' });
  await owner.fill('Owen');
  await dialog.getByRole('option', { name: 'Owen Newowner' }).click();
  await dialog.getByRole('button', { name: 'Change 3 records' }).click();
  await expect(dialog).toHaveCount(0);
  for (const id of ids) expect((await read(colleague, 'lead', id))['owner']).toMatchObject({ label: 'Owen Newowner' });
  await expect(page.getByText('3 chosen')).toBeHidden();

  await page.getByRole('checkbox', { name: 'Choose Handover Two' }).check();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await expect(dialog.getByText('1 record goes to the recycle bin')).toBeVisible();
  await isClean(admin);
  await dialog.getByRole('button', { name: 'Delete 1 record' }).click();
  await expect(page.getByRole('row', { name: /Handover/ })).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('row', { name: /Handover/ })).toHaveCount(3);
});

test('records can be chosen on a narrow screen and in the dark, by those who may', async ({ admin, person, baseURL }) => {
  const origin = baseURL ?? '';
  await make(admin, 'lead', origin, { name: 'Narrow lead', email: 'narrow@example.com' });
  const { page } = admin;
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/o/lead?q=Narrow');
  await page.getByRole('checkbox', { name: 'Choose Narrow lead' }).check();
  await expect(page.getByText('1 chosen')).toBeVisible();
  await isClean(admin);
  await fits(admin);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await expect(page.getByText('1 record goes to the recycle bin')).toBeVisible();
  await isClean(admin);
  await fits(admin);

  const reader = await person('Rita Reader', ['read_only']);
  await reader.page.goto('/o/account');
  await expect(reader.page.getByRole('grid')).toBeVisible();
  await expect(reader.page.getByRole('checkbox')).toHaveCount(0);
});

test('a record is duplicated: the form is filled in, and what is its own is left out', async ({ admin, baseURL }) => {
  const id = await make(admin, 'lead', baseURL ?? '', { name: 'Original lead', email: 'original@example.com', phone: '+49 30 1234567' });
  const { page } = admin;
  await page.goto(`/o/lead/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click();
  const dialog = page.locator('fs-record-dialog');
  await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toHaveValue('original@example.com');
  await isClean(admin);
  const name = dialog.getByRole('textbox', { name: 'Full name' });
  await expect(name).toHaveValue('Original lead');
  await name.fill('Copied lead');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'Copied lead' })).toBeVisible();
  expect(page.url()).not.toContain(id);
});

test('several fields are changed at once, and wrong ones are named where they are', async ({ admin, baseURL }) => {
  test.slow();
  const origin = baseURL ?? '';
  const ids = await Promise.all(
    ['One', 'Two'].map((name) => make(admin, 'account', origin, { name: `Manyfields ${name}`, website: 'https://before.example' })),
  );
  const { page } = admin;
  await page.goto('/o/account?q=Manyfields');
  await expect(page.getByRole('row', { name: /Manyfields/ })).toHaveCount(2);
  await page.getByRole('checkbox', { name: 'Choose all' }).check();
  await page.getByRole('button', { name: 'Edit…' }).click();
  const dialog = page.locator('fs-bulk-dialog');
  const add = async (label: string) => {
    await dialog.getByRole('combobox', { name: /^(Field|Another field)/ }).fill(label);
    await dialog.getByRole('option', { name: label, exact: true }).click();
  };
  await add('Website');
  // The focus is where one goes on.
  await expect(dialog.getByRole('textbox', { name: 'Website' })).toBeFocused();
  await page.keyboard.type('https://after.example');
  await add('Phone');
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('+49 30 7654321');
  await add('Description');
  await isClean(admin);
  await page.setViewportSize({ width: 320, height: 700 });
  await fits(admin);
  await isClean(admin);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Leave Description as it is' }).click();
  await dialog.getByRole('button', { name: 'Change 2 records' }).click();
  await expect(dialog).toHaveCount(0);
  for (const id of ids) {
    expect(await read(admin, 'account', id)).toMatchObject({
      website: 'https://after.example',
      primary_phone: expect.stringContaining('7654321') as unknown,
    });
  }
  await page.getByRole('button', { name: 'Undo' }).last().click();
  for (const id of ids) await expect.poll(async () => (await read(admin, 'account', id))['website']).toBe('https://before.example');
});

test('a value that was chosen stays that of its record, whoever stays and whoever is left out', async ({ admin, baseURL }) => {
  const origin = baseURL ?? '';
  const [one, two, three] = [
    await make(admin, 'account', origin, { name: 'Shiftmerge One', website: 'https://one.example', primary_phone: '+49301111111' }),
    await make(admin, 'account', origin, { name: 'Shiftmerge Two', website: 'https://two.example', primary_phone: '+49302222222' }),
    await make(admin, 'account', origin, { name: 'Shiftmerge Three', website: 'https://three.example', primary_phone: '+49303333333' }),
  ];
  const { page } = admin;
  await page.goto('/o/account?q=Shiftmerge');
  await expect(page.getByRole('row', { name: /Shiftmerge/ })).toHaveCount(3);
  for (const name of ['One', 'Two', 'Three']) await page.getByRole('checkbox', { name: `Choose Shiftmerge ${name}` }).check();
  await page.getByRole('button', { name: 'Merge…' }).press('Enter');
  const dialog = page.locator('fs-merge-dialog');
  const value = (field: string, text: RegExp) => dialog.getByRole('group', { name: field }).getByRole('radio', { name: text });
  await value('Phone', /3333333/).check();

  // Of values that are still those of before, nothing can be chosen.
  let letItCome = (): void => undefined;
  const mayCome = new Promise<void>((resolve) => (letItCome = resolve));
  await page.route(/merge\/preview/, (route) => mayCome.then(() => route.continue()));
  await dialog.getByLabel('Record that stays').selectOption({ label: 'Shiftmerge Two' });
  await expect(value('Website', /one\.example/)).toBeDisabled();
  letItCome();
  await expect(value('Website', /two\.example/)).toBeChecked();
  await expect(value('Website', /two\.example/)).toBeEnabled();
  await expect(value('Phone', /3333333/)).toBeChecked();
  await value('Website', /one\.example/).check();

  await dialog.getByRole('button', { name: /Shiftmerge One/ }).click();
  await expect(value('Website', /one\.example/)).toHaveCount(0);
  await expect(value('Website', /two\.example/)).toBeChecked();
  await expect(value('Phone', /3333333/)).toBeChecked();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(await read(admin, 'account', two)).toMatchObject({ website: 'https://two.example', primary_phone: '+49303333333' });
  expect((await read(admin, 'account', three))['mergedInto']).toMatchObject({ id: two });
  expect((await read(admin, 'account', one))['mergedInto'] ?? null).toBeNull();
});

test('records that are chosen in a list are merged, and parted again', async ({ admin, person, baseURL }) => {
  test.slow();
  const origin = baseURL ?? '';
  const [one, two, three] = [
    await make(admin, 'account', origin, { name: 'Listmerge One', website: 'https://one.example' }),
    await make(admin, 'account', origin, { name: 'Listmerge Two', website: 'https://two.example' }),
    await make(admin, 'account', origin, { name: 'Listmerge Three' }),
  ];
  const { page } = admin;
  await page.goto('/o/account?q=Listmerge');
  const rows = page.getByRole('row', { name: /Listmerge/ });
  await expect(rows).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Choose Listmerge One' }).check();
  await expect(page.getByRole('button', { name: 'Merge…' })).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Choose Listmerge Two' }).check();
  await page.getByRole('checkbox', { name: 'Choose Listmerge Three' }).check();
  await page.getByRole('button', { name: 'Merge…' }).press('Enter');
  const dialog = page.locator('fs-merge-dialog');
  await expect(dialog.getByText('Merge into Listmerge One')).toBeVisible();
  await expect(dialog.getByRole('radio').first()).toBeVisible();
  await isClean(admin);
  await dialog.getByLabel('Record that stays').selectOption({ label: 'Listmerge Two' });
  await expect(dialog.getByText('Merge into Listmerge Two')).toBeVisible();
  await dialog
    .getByRole('group', { name: 'Website' })
    .getByRole('radio', { name: /one\.example/ })
    .check();
  await page.setViewportSize({ width: 320, height: 700 });
  await fits(admin);
  await isClean(admin);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(rows).toHaveCount(1);
  await expect(page.getByText(/\d chosen/)).toHaveCount(0);
  expect(await read(admin, 'account', two)).toMatchObject({ name: 'Listmerge Two', website: 'https://one.example' });
  for (const gone of [one, three]) expect((await read(admin, 'account', gone))['mergedInto']).toMatchObject({ id: two });
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(rows).toHaveCount(3);
  expect(await read(admin, 'account', two)).toMatchObject({ website: 'https://two.example' });

  const rep = await person('Rolf Repper', ['sales_rep']);
  await rep.page.goto('/o/account?q=Listmerge');
  await expect(rep.page.getByRole('row', { name: /Listmerge/ })).toHaveCount(3);
  await expect(rep.page.getByRole('button', { name: 'Merge…' })).toHaveCount(0);
});

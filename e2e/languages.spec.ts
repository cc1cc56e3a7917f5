import { expect, test, type Person } from './support/people.js';

test('a German reads German and an English colleague English, at the same time', async ({ admin, person }) => {
  const rep = await person('Rosa Rep', ['sales_rep']);
  // The representative chooses German from the menu; the administrator keeps English.
  await rep.page.goto('/');
  await rep.page
    .getByRole('button', { name: /^Account of/ })
    .first()
    .click();
  await rep.page.getByRole('menuitemcheckbox', { name: 'Deutsch' }).click();
  await expect(rep.page.getByRole('navigation', { name: 'Hauptnavigation' }).first()).toBeVisible();

  const open = async ({ page }: Person) => page.goto('/o/contact');
  await Promise.all([open(rep), open(admin)]);
  await expect(rep.page.getByRole('heading', { level: 1 })).toContainText('Kontakte');
  await expect(admin.page.getByRole('heading', { level: 1 })).toContainText('Contacts');

  // Labels, options and the message of a rule, each in the language of its reader.
  // What stands in a dialog is slotted: it belongs to the element that fills it.
  const form = ({ page }: Person) => page.locator('fs-record-dialog');
  await rep.page.getByRole('button', { name: 'Kontakt anlegen' }).first().click();
  await form(rep).getByLabel('Nachname').fill('Muster');
  await expect(form(rep).getByText('Bevorzugter Weg')).toBeVisible();
  // What the kit says by itself: its cross.
  await expect(form(rep).getByRole('button', { name: 'Schließen' })).toBeVisible();
  await form(rep).getByRole('button', { name: 'Anlegen' }).click();
  await expect(form(rep).getByText('Geben Sie eine E-Mail-Adresse oder eine Telefonnummer an').first()).toBeVisible();

  await admin.page.getByRole('button', { name: 'New Contact' }).first().click();
  await form(admin).getByLabel('Last name').fill('Example');
  await expect(form(admin).getByRole('button', { name: 'Close' })).toBeVisible();
  await form(admin).getByRole('button', { name: 'Create' }).click();
  await expect(form(admin).getByText('Give an e-mail address or a phone number').first()).toBeVisible();

  // What the API says follows the person too, whatever the page shows.
  const message = async ({ api, page }: Person) => {
    const headers = { Origin: new URL(page.url()).origin };
    const answer = await api.post('/api/v1/records/contact', { data: { last_name: 'Muster' }, headers });
    const { issues } = (await answer.json()) as { issues: { message: string }[] };
    return issues.map((issue) => issue.message).join(' ');
  };
  expect(await message(rep)).toContain('damit der Kontakt erreichbar ist');
  expect(await message(admin)).toContain('so that the contact can be reached');

  // The sentences of the engine too, where a field refuses a value.
  const refused = async ({ api, page }: Person) => {
    const headers = { Origin: new URL(page.url()).origin };
    const answer = await api.post('/api/v1/records/contact', { data: { email: 'none' }, headers });
    const { detail, issues } = (await answer.json()) as { detail: string; issues: { message: string }[] };
    return [detail, ...issues.map((issue) => issue.message)].join(' ');
  };
  expect(await refused(rep)).toContain('Kontakt wurde nicht gespeichert. Muss eine E-Mail-Adresse sein, zum Beispiel ada@example.com.');
  expect(await refused(admin)).toContain('Contact was not saved. Must be an e-mail address, such as ada@example.com.');
});

test('long German words keep to their place beside the values', async ({ person, baseURL }) => {
  const rep = await person('Lotte Lang', ['manager']);
  await rep.api.patch('/api/v1/me', { data: { locale: 'de' }, headers: { Origin: baseURL ?? '' } });
  const { page } = rep;
  const labels = page.locator('fs-field-list dt');
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const object of ['account', 'deal', 'contact']) {
      const { data } = (await (await rep.api.get(`/api/v1/records/${object}?limit=1`)).json()) as { data: { id: string }[] };
      await page.goto(`/o/${object}/${data[0]?.id ?? ''}`);
      await expect(labels.first()).toBeVisible();
      const over = await labels.evaluateAll((found) => found.filter((dt) => dt.scrollWidth > dt.clientWidth).map((dt) => dt.textContent));
      expect(over, `${object} at ${width}`).toEqual([]);
    }
  }
});

test('a page that is not there says so in its heading', async ({ admin: { page } }) => {
  for (const path of ['/o/nothing', '/o/deal/018f0000-0000-7000-8000-000000000000', '/nowhere']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

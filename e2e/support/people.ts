import { test as base, type APIRequestContext, type Browser, type BrowserContext, type Page, expect } from '@playwright/test';

export const ADMIN = { email: 'admin@example.com', password: 'the admin of the journeys' };

/** Somebody in a browser of their own, signed in. `api` calls the API as them: paths below /api/v1. */
export type Person = {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly api: APIRequestContext;
};

type People = {
  /** The administrator, signed in. */
  admin: Person;
  /** Makes a user with these roles and signs them in, in a browser context of their own. */
  person: (name: string, roles: readonly string[]) => Promise<Person>;
};

/** The test of the journeys: who takes part is signed in already; what everybody did in their browser is closed at the end. */
export const test = base.extend<People>({
  admin: async ({ browser, baseURL }, use) => {
    const admin = await enter(browser, baseURL ?? '', { id: '', ...ADMIN });
    const me = (await (await admin.api.get('/api/v1/me')).json()) as { user: { id: string } };
    await use({ ...admin, id: me.user.id });
    await admin.context.close();
  },
  person: async ({ browser, baseURL, admin }, use) => {
    const entered: Person[] = [];
    await use(async (name, roles) => {
      const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${crypto.randomUUID().slice(0, 8)}@example.com`;
      const made = await admin.api.post('/api/v1/users', { data: { email, name, roles }, headers: { Origin: baseURL ?? '' } });
      expect(made.status()).toBe(201);
      const { user, password } = (await made.json()) as { user: { id: string }; password: string };
      const person = await enter(browser, baseURL ?? '', { id: user.id, email, password });
      entered.push(person);
      return person;
    });
    for (const { context } of entered) await context.close();
  },
});

export { expect };

async function enter(browser: Browser, baseURL: string, who: { id: string; email: string; password: string }): Promise<Person> {
  // Calls of `api` carry the cookie, so they must say where they come from, as the pages do by themselves.
  const context = await browser.newContext({ baseURL });
  const login = await context.request.post('/api/v1/auth/login', {
    data: { email: who.email, password: who.password },
    headers: { Origin: baseURL },
  });
  expect(login.status()).toBe(204);
  return { ...who, context, page: await context.newPage(), api: context.request };
}

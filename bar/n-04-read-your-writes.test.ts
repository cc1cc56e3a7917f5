import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf, must, type Caller } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation } from './support/installation.js';

const WRITES = isNight ? 10_000 : 200;
const REVISIONS = isNight ? 50 : 4;
const CHANGES = isNight ? 50 : 2;
/** Metadata and rights may take so long to be everywhere; timed at night, when nobody else needs the machine. */
const EVERYWHERE_MS = 5_000;

const NOTE = objectOf('memo', 'title');
const PAIR = ['one', 'other'] as const;
const pairField = (which: string, revision: number) =>
  fieldOf('memo', which, 'text', { name: `${which}_${String(revision)}`, label: `Label ${String(revision)}` });
const READER = {
  ...{ kind: 'role', id: 'rol_reader', name: 'reader', label: 'Reader', capabilities: [] },
  default: { create: false, read: 'all', update: 'none', delete: 'none', fields: 'read', actions: [] },
};

let product: Installation;
/** The same administrator at two processes. */
let here: Caller;
let there: Caller;
let origins: string[];
beforeAll(async () => {
  product = await openInstallation([
    NOTE,
    fieldOf('memo', 'title', 'text', { required: true }),
    ...PAIR.map((which) => pairField(which, 0)),
    READER,
  ]);
  origins = [(await product.start()).origin, (await product.start()).origin];
  const { authorization } = await product.addPerson('admin');
  [here, there] = origins.map((origin) => callerOf(() => origin, authorization)) as [Caller, Caller];
}, 600_000);
afterAll(() => product.close());

const untilSo = async (is: () => Promise<boolean>): Promise<void> => {
  const from = Date.now();
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 20));
  if (isNight) expect(Date.now() - from).toBeLessThan(EVERYWHERE_MS);
};

it('N-04: what one process has written the other one reads at once', { timeout: WRITES * 1_000 }, async () => {
  const { body: memo } = await must(here, 'POST', '/records/memo', { body: { title: 'start' } });
  const path = `/records/memo/${String(memo['id'])}`;
  for (let n = 0; n < WRITES; n += 1) {
    const title = `title ${String(n)}`;
    const [writer, reader] = n % 2 === 0 ? [here, there] : [there, here];
    const { headers } = await must(writer, 'PATCH', path, { body: { title } });
    if (n % 3 === 0) {
      const filter = { '==': [{ var: 'title' }, title] };
      expect(
        (await must(reader, 'POST', '/records/memo/query', { body: { filter, fields: ['title'], count: 'exact' } })).body,
      ).toMatchObject({
        page: { count: 1 },
      });
    } else {
      const found = await must(reader, 'GET', path);
      expect([found.body['title'], found.headers.get('etag')]).toEqual([title, headers.get('etag')]);
    }
  }
});

it('N-04: metadata is everywhere soon, and no answer is of two versions', { timeout: REVISIONS * 60_000 }, async () => {
  const { body: memo } = await must(here, 'POST', '/records/memo', { body: { title: 'memo', one_0: 'a', other_0: 'b' } });
  const path = `/records/memo/${String(memo['id'])}`;
  const answers: string[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const record = (await must(there, 'GET', path)).body;
      const [names, values] = [
        Object.keys(record).filter((name) => /^(one|other)_/.test(name)),
        PAIR.map((which) => Object.entries(record).find(([name]) => name.startsWith(which))?.[1]),
      ];
      const described = JSON.stringify((await must(there, 'GET', '/metadata')).body);
      const labels = [...new Set([...described.matchAll(/Label (\d+)/g)].map(([, number]) => number))];
      const numbers = new Set(names.map((name) => name.split('_')[1]));
      if (names.length !== 2 || numbers.size !== 1 || labels.length !== 1 || values.join() !== 'a,b')
        answers.push(JSON.stringify({ names, values, labels }));
    }
  })();
  for (let revision = 1; revision <= REVISIONS; revision += 1) {
    const { body: source } = await must(here, 'GET', '/metadata/source');
    for (const which of PAIR) {
      const document = pairField(which, revision);
      await must(here, 'PUT', `/metadata/draft/field/memo.${which}_${String(revision - 1)}`, {
        body: { baseRevision: source['revision'], document },
      });
    }
    const { body: plan } = await must(here, 'POST', '/metadata/draft/plan', { body: {} });
    const confirm = (plan['hazards'] as { code: string }[]).map(({ code }) => code);
    await must(here, 'POST', '/metadata/draft/publish', { body: { plan: plan['hash'], confirm } });
    const name = `one_${String(revision)}`;
    // Who published goes on with it at once; and whoever writes by the new name is understood at the other process too.
    expect((await must(here, 'GET', path)).body).toHaveProperty(name, 'a');
    await untilSo(async () => (await there('PATCH', path, { body: { [name]: 'a' } }))?.status === 200);
  }
  isOver = true;
  await reading;
  expect(answers).toEqual([]);
});

it('N-04: rights that were given or taken at one process hold at the other soon', { timeout: CHANGES * 60_000 }, async () => {
  const person = await product.addPerson('reader');
  const [they] = origins.slice(1).map((origin) => callerOf(() => origin, person.authorization)) as [Caller];
  const create = async () => (await they('POST', '/records/memo', { body: { title: 'theirs' } }))?.status;
  expect(await create()).toBe(403);
  for (let n = 0; n < CHANGES; n += 1) {
    const role = n % 2 === 0 ? 'admin' : 'reader';
    await must(here, 'PATCH', `/users/${person.id}`, { body: { roles: [role] } });
    await untilSo(async () => (await create()) === (role === 'admin' ? 201 : 403));
  }
  await must(here, 'PATCH', `/users/${person.id}`, { body: { isActive: false } });
  await untilSo(async () => (await they('GET', '/records/memo'))?.status === 401);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf, must, type Answer, type Caller } from './support/api.js';
import { fieldOf, objectOf } from './support/documents.js';
import { isNight, openInstallation, type Installation } from './support/installation.js';

const RACES = isNight ? 170 : 15;

const DOCUMENTS = [
  objectOf('page', 'title'),
  fieldOf('page', 'title', 'text', { required: true }),
  fieldOf('page', 'left', 'text'),
  fieldOf('page', 'right', 'text'),
  fieldOf('page', 'form', 'text'),
  fieldOf('page', 'stamp', 'text'),
  // Whoever writes "form" sets off a change of "stamp", by the system.
  {
    ...{ kind: 'workflow', id: 'wfl_stamp', name: 'stamp', label: 'Stamp', object: 'page', runAs: 'system' },
    trigger: { type: 'record', on: ['update'], when: { changed: 'form' } },
    nodes: [{ id: 'set', type: 'record.update@1', input: { set: { stamp: { $template: 'stamp of {{trigger.new.form}}' } } } }],
    ...{ start: 'set', edges: [] },
  },
];

type Entry = { version: number; changes: { field: string; before: unknown; after: unknown }[] };

let product: Installation;
/** Two people, each at another process of the product. */
let editors: [Caller, Caller];
beforeAll(async () => {
  product = await openInstallation(DOCUMENTS);
  const nodes = [await product.start(), await product.start()];
  const callers: Caller[] = [];
  for (const node of nodes) callers.push(callerOf(() => node.origin, (await product.addPerson('admin')).authorization));
  editors = callers as [Caller, Caller];
}, 600_000);
afterAll(() => product.close());

const newPage = async (): Promise<string> =>
  String((await must(editors[0], 'POST', '/records/page', { body: { title: 'page', left: '0', right: '0' } })).body['id']);
const read = async (id: string) => (await must(editors[0], 'GET', `/records/page/${id}`)).body;

/** Every change of a record, in their order; each begins with what the one before left. */
async function historyOf(id: string): Promise<Entry[]> {
  const { body } = await must(editors[0], 'GET', `/records/page/${id}/history?limit=200`);
  const entries = (body['data'] as Entry[]).toReversed();
  const now: Record<string, unknown> = {};
  for (const { changes } of entries) {
    for (const { field, before, after } of changes) {
      expect(now[field] ?? null).toEqual(before);
      now[field] = after;
    }
  }
  expect(await read(id)).toMatchObject(now);
  expect(entries.map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1));
  return entries;
}
const writtenTo = (entries: readonly Entry[], field: string) =>
  entries.slice(1).flatMap(({ changes }) => changes.flatMap((change) => (change.field === field ? [change.after] : [])));

/** Both read the page and then save their change at the same time. */
async function race(id: string, changes: readonly [object, object], hasVersion: boolean): Promise<[Answer, Answer]> {
  const tags = await Promise.all(
    editors.map(async (editor) => (await must(editor, 'GET', `/records/page/${id}`)).headers.get('etag') ?? ''),
  );
  const answers = await Promise.all(
    editors.map((editor, at) =>
      editor('PATCH', `/records/page/${id}`, { body: changes[at], headers: hasVersion ? { 'If-Match': tags[at] ?? '' } : {} }),
    ),
  );
  return answers as [Answer, Answer];
}
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

it('N-01: of two who save what both have read, one is told of the other and what they wrote', { timeout: RACES * 8_000 }, async () => {
  for (let n = 0; n < RACES; n += 1) {
    const id = await newPage();
    // The same field, and two different ones: with a version it is about the record.
    const fields = n % 2 === 0 ? (['left', 'left'] as const) : (['left', 'right'] as const);
    const answers = await race(id, [{ [fields[0]]: `a${String(n)}` }, { [fields[1]]: `b${String(n)}` }], true);
    const won = answers.findIndex(({ status }) => status === 200);
    expect(statuses(answers)).toEqual([200, 409]);
    const value = `${'ab'[won] ?? ''}${String(n)}`;
    const lost = answers[1 - won]?.body;
    expect(lost).toMatchObject({ code: 'version_conflict', current: { [fields[won] ?? '']: value } });
    expect(writtenTo(await historyOf(id), fields[won] ?? '')).toEqual([value]);
  }
});

it(
  'N-01: without a version different fields are merged, of the same field the last one stays, and history has both',
  { timeout: RACES * 8_000 },
  async () => {
    for (let n = 0; n < RACES; n += 1) {
      const [apart, together] = [await newPage(), await newPage()];
      expect(statuses(await race(apart, [{ left: 'a' }, { right: 'b' }], false))).toEqual([200, 200]);
      expect(await read(apart)).toMatchObject({ left: 'a', right: 'b' });
      expect(statuses(await race(together, [{ left: 'a' }, { left: 'b' }], false))).toEqual([200, 200]);
      const wrote = writtenTo(await historyOf(together), 'left');
      expect(wrote.toSorted()).toEqual(['a', 'b']);
      expect(await read(together)).toMatchObject({ left: wrote.at(-1) });
    }
  },
);

it('N-01: a form and a workflow that save the same record lose nothing of each other', { timeout: RACES * 10_000 }, async () => {
  const [editor] = editors;
  for (let n = 0; n < RACES; n += 1) {
    const id = await newPage();
    const first = await must(editor, 'PATCH', `/records/page/${id}`, { body: { form: `a${String(n)}` } });
    // The workflow is on its way; the form saves again with what it was answered.
    const version = first.headers.get('etag') ?? '';
    const second = await editor('PATCH', `/records/page/${id}`, { body: { right: `b${String(n)}` }, headers: { 'If-Match': version } });
    expect([200, 409]).toContain(second?.status);
    const stamp = `stamp of a${String(n)}`;
    if (second?.status === 409) {
      expect(second.body).toMatchObject({ code: 'version_conflict', current: { stamp } });
      await must(editor, 'PATCH', `/records/page/${id}`, { body: { right: `b${String(n)}` } });
    }
    while ((await read(id))['stamp'] !== stamp) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await read(id)).toMatchObject({ form: `a${String(n)}`, right: `b${String(n)}`, stamp });
    const entries = await historyOf(id);
    expect([writtenTo(entries, 'form'), writtenTo(entries, 'right'), writtenTo(entries, 'stamp')]).toEqual([
      [`a${String(n)}`],
      [`b${String(n)}`],
      [stamp],
    ]);
  }
});

it('N-01: a version that can not be one is refused before anything is written', async () => {
  const id = await newPage();
  const answer = await editors[0]('PATCH', `/records/page/${id}`, { body: { left: 'x' }, headers: { 'If-Match': '"yesterday"' } });
  expect([answer?.status, answer?.body['code']]).toEqual([412, 'precondition_failed']);
  expect(await historyOf(id)).toHaveLength(1);
});

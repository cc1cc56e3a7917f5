import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { openStage, type Stage } from './support/stage.js';

const THING = 'bar_thing';
const ROLE = 'bar_keeper';
/** What stood in the former ones: found nowhere in the new ones. */
const FORMER = 'zqformervalue';
let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

type Document = Readonly<Record<string, unknown>> & { readonly kind: string };
const nameOf = ({ kind, name, object, role }: Document): string =>
  kind === 'permission'
    ? `${String(role)}.${String(object)}`
    : kind === 'object' || kind === 'role'
      ? String(name)
      : `${String(object)}.${String(name)}`;

/** The object, its fields and views, the role and its rights; each time with ids of their own. */
const documents = (generation: string): Document[] => [
  { kind: 'object', id: `obj_bar_thing_${generation}`, name: THING, label: 'Thing', pluralLabel: 'Things', icon: 'box', nameField: 'name' },
  {
    kind: 'field',
    id: `fld_bar_thing_name_${generation}`,
    object: THING,
    name: 'name',
    label: 'Name',
    type: 'text',
    required: true,
    searchable: true,
  },
  {
    kind: 'field',
    id: `fld_bar_thing_secret_${generation}`,
    object: THING,
    name: 'secret',
    label: 'Secret',
    type: 'text',
    searchable: true,
    unique: true,
  },
  { kind: 'role', id: `rol_bar_keeper_${generation}`, name: ROLE, label: 'Keeper', default: { read: 'none', fields: 'edit' } },
];
const VIEW: Document = {
  ...{ kind: 'view', id: 'viw_bar_thing_1', object: THING, name: 'secrets', label: 'Secrets', type: 'list' },
  columns: [{ field: 'name' }, { field: 'secret' }],
};
const RIGHTS: Document = {
  kind: 'permission',
  id: 'prm_bar_keeper_1',
  role: ROLE,
  object: THING,
  create: true,
  read: 'all',
  update: 'all',
  delete: 'all',
  actions: ['share', 'bulk'],
};

const done = (answer: Exchange): Exchange => {
  if (answer.status >= 300) throw new Error(`${answer.method} ${answer.path}: ${String(answer.status)} ${answer.text.slice(0, 1_500)}`);
  return answer;
};
/** Publishes documents, or takes away those that are named. */
async function publish(wanted: readonly (readonly [document: Document, isGone: boolean])[]): Promise<void> {
  const { revision } = json<{ revision: number }>(await stage.done('GET', '/metadata/source'));
  for (const [document, isGone] of wanted) {
    const body = { baseRevision: revision, document: isGone ? null : document };
    done(await system.call('admin', 'PUT', `/metadata/draft/${document.kind}/${nameOf(document)}`, { body }));
  }
  const answer = done(await system.call('admin', 'POST', '/metadata/draft/plan'));
  const plan = json<{ hash: string | null; hazards: { code: string }[] }>(answer);
  if (plan.hash === null) throw new Error(answer.text);
  done(
    await system.call('admin', 'POST', '/metadata/draft/publish', {
      body: { plan: plan.hash, confirm: plan.hazards.map(({ code }) => code) },
    }),
  );
  await system.trial.open.models.refresh(1);
}
const make = (all: readonly Document[]) => publish(all.map((document) => [document, false]));
const take = (all: readonly Document[]) => publish(all.map((document) => [document, true]));
const at = `/records/${THING}`;
/** Rights are believed for so long. */
const forget = () => new Promise((resolve) => setTimeout(resolve, 2_600));

describe('B-08: what is called like something that went', { timeout: 300_000 }, () => {
  it('has nothing of it: no record, no value, no history, no right, no view, no share, no search', async () => {
    const [object, name, secret, role] = documents('a') as [Document, Document, Document, Document];
    await make([object, name, secret, role, VIEW, RIGHTS]);
    const keeper = system.person('canary_none').id;
    const team = String(
      json(
        await stage.done('POST', '/teams', { body: { name: 'Keepers', kind: 'team', roles: [ROLE], members: [system.person('mate').id] } }),
      )['id'],
    );
    await stage.done('PATCH', `/users/${keeper}`, { body: { roles: ['canary_none', ROLE] } });
    await forget();
    const record = json(done(await system.call('canary_none', 'POST', at, { body: { name: FORMER, secret: FORMER } })));
    const id = String(record['id']);
    const changed = done(await system.call('canary_none', 'PATCH', `${at}/${id}`, { body: { secret: `${FORMER} changed` } }));
    const deleted = json(done(await system.call('canary_none', 'POST', at, { body: { name: FORMER, secret: `${FORMER} deleted` } })));
    const deletion = done(await system.call('canary_none', 'DELETE', `${at}/${String(deleted['id'])}`));
    await stage.done('POST', `${at}/${id}/shares`, { body: { to: keeper } });
    done(await system.call('canary_none', 'POST', '/search/saved', { body: { q: FORMER, name: 'Former', object: THING } }));
    done(await system.call('canary_none', 'POST', '/search/recent/records', { body: { object: THING, id } }));
    expect((await system.call('mate', 'GET', at)).text).toContain(FORMER);

    await take([RIGHTS, VIEW, secret, name, role, object]);
    await forget();
    // Gone, and not to be told from what never was.
    for (const who of ['admin', 'canary_none', 'mate']) expect([who, (await system.call(who, 'GET', at)).status]).toEqual([who, 404]);

    const [newObject, newName, newSecret, newRole] = documents('b') as [Document, Document, Document, Document];
    await make([newObject, newName, newSecret, newRole]);
    await forget();
    // Nobody has the new role who had the old one, by themselves or by a team; nor has it rights by itself.
    const { data } = json<{ data: { id: string; roles: string[] }[] }>(await stage.done('GET', '/users'));
    expect(data.find((user) => user.id === keeper)?.roles).toEqual(['canary_none']);
    const teams = json<{ data: { id: string; roles: string[] }[] }>(await stage.done('GET', '/teams')).data;
    expect(teams.find((each) => each.id === team)?.roles).toEqual([]);
    for (const who of ['canary_none', 'mate'])
      expect([who, [403, 404].includes((await system.call(who, 'GET', at)).status)]).toEqual([who, true]);
    // Nor is there anything of the former records for whoever may read the new ones: by the old id, its history, the recycle bin, what was done.
    const operations = [changed, deletion].map(({ headers }) => headers.get('operation-id') ?? '');
    const asked: readonly (readonly [method: string, path: string, body?: object])[] = [
      ['GET', at],
      ['GET', `${at}/${id}`],
      ['GET', `${at}/${id}/history`],
      ['GET', `${at}/${id}/history/1`],
      ['GET', `${at}/${id}/timeline`],
      ['GET', `${at}/${id}/shares`],
      ['GET', `${at}/${id}/access`],
      ['GET', `${at}?view=secrets`],
      ['GET', `/recycle-bin?object=${THING}`],
      ['GET', '/recycle-bin'],
      ['GET', `/search?q=${FORMER}`],
      ['GET', '/search/recent'],
      ['POST', `${at}/${id}/restore`],
      ['POST', `${at}/${String(deleted['id'])}/restore`],
      ['POST', '/recycle-bin/restore', { records: [{ object: THING, id: deleted['id'] }] }],
      ['POST', `${at}/aggregate`, { measures: [{ op: 'count', as: 'n' }], groupBy: ['secret'] }],
      ...operations.flatMap((operation) => [
        ['GET', `/operations/${operation}`] as const,
        ['POST', `/operations/${operation}/undo`] as const,
      ]),
      ['GET', at],
    ];
    for (const who of ['admin', 'canary_none', 'mate']) {
      for (const [method, path, body] of asked) {
        const { text } = await system.call(who, method, path, body === undefined ? {} : { body });
        const told = text.replaceAll(path, '');
        expect([who, method, path, told.includes(FORMER)]).toEqual([who, method, path, false]);
      }
    }
    expect(json<{ data: unknown[] }>(await stage.done('GET', at)).data).toEqual([]);
    expect((await system.call('admin', 'GET', `${at}/${id}`)).status).toBe(404);
    // A value that a former record has is free.
    expect((await system.call('admin', 'POST', at, { body: { name: 'New', secret: FORMER } })).status).toBe(201);
    expect((await system.call('admin', 'GET', at, { query: { view: 'secrets' } })).status).toBe(400);
    const tables = await system.test.sql(
      `select element_id from meta.binding where kind = 'table' and element_id like 'obj_bar_thing%' group by 1`,
    );
    expect(tables).toHaveLength(2);
  });

  it('is so of a field alone, too: what is said of the former one by its name is not said of the new one', async () => {
    const [, , secret] = documents('b') as [Document, Document, Document, Document];
    const rights: Document = {
      ...RIGHTS,
      id: 'prm_bar_keeper_2',
      role: 'bar_keeper',
      fields: { default: 'none', only: { name: 'edit', secret: 'edit' } },
    };
    const view = { ...VIEW, id: 'viw_bar_thing_2' };
    await make([rights, view]);
    await stage.done('PATCH', `/users/${system.person('canary_none').id}`, { body: { roles: ['canary_none', ROLE] } });
    await forget();
    const made = json(done(await system.call('canary_none', 'POST', at, { body: { name: 'One', secret: `${FORMER} of a field` } })));
    // As long as anything names the field it can not go: no grant is left behind for the next one that is called so.
    await expect(take([secret])).rejects.toThrow(/secret/);
    await stage.done('DELETE', '/metadata/draft');
    await publish([
      [secret, true],
      [{ ...rights, fields: { default: 'none', only: { name: 'edit' } } }, false],
      [{ ...view, columns: [{ field: 'name' }] }, false],
    ]);
    await make([{ ...secret, id: 'fld_bar_thing_secret_c' }]);
    await forget();
    for (const who of ['admin', 'canary_none']) {
      for (const path of [
        `${at}/${String(made['id'])}`,
        `${at}?view=secrets`,
        `${at}/${String(made['id'])}/history`,
        `${at}/${String(made['id'])}/history/1`,
        `/search?q=${FORMER}`,
      ]) {
        const { text } = await system.call(who, 'GET', path);
        expect([who, path, text.replaceAll(path, '').includes(`${FORMER} of a field`)]).toEqual([who, path, false]);
      }
    }
    expect(json(await system.call('admin', 'GET', `${at}/${String(made['id'])}`))['secret']).toBeNull();
    const back = await system.call('admin', 'POST', `${at}/${String(made['id'])}/restore-version`, { body: { version: 1 } });
    expect(back.text).not.toContain(FORMER);
    // The new one is nobody's to read who was given the former one by its name.
    const keeper = json(await system.call('canary_none', 'GET', `${at}/${String(made['id'])}`));
    expect([keeper['name'], 'secret' in keeper]).toEqual(['One', false]);
    expect((await system.call('canary_none', 'PATCH', `${at}/${String(made['id'])}`, { body: { secret: 'x' } })).status).toBe(400);
  });
});

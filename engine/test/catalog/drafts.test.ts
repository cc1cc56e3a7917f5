import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { draftRoutes } from '../../src/http/routes/drafts.js';
import { metadataRoutes } from '../../src/http/routes/metadata.js';
import { planRoutes } from '../../src/http/routes/plans.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { ActiveModel } from '../../src/model/active.js';
import type { RequestContext } from '../../src/records/context.js';
import type { DraftNotice } from '../../src/store/metadata-channel.js';
import { startTestServer, type Reply, type TestServer } from '../support/server.js';
import { openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text', maxLength: 40 };
const option = (value: string, label = value) => ({ value, label });
const size = {
  kind: 'field',
  id: 'fld_city_size',
  object: 'city',
  name: 'size',
  label: 'Size',
  type: 'picklist',
  options: [option('small'), option('large')],
};
const roles = [
  {
    kind: 'role',
    id: 'rol_boss',
    name: 'boss',
    label: 'Boss',
    capabilities: ['edit_metadata'],
    default: { create: true, read: 'all', update: 'all' },
  },
  { kind: 'role', id: 'rol_rep', name: 'rep', label: 'Rep', default: { read: 'own' } },
];

type Person = Awaited<ReturnType<TestServer['signedIn']>>;

describe('drafts of two people', () => {
  let s: TestSpace;
  let server: TestServer;
  let ann: Person;
  let ben: Person;
  beforeAll(async () => {
    s = await openSpace([city, title, size, ...roles]);
    const contextOf = ({ actor, active }: { actor: Actor; active: ActiveModel }): RequestContext => ({
      actor,
      active,
      data: s.database.data,
      clock: systemClock,
      cursorKey: 'key of the tests',
      refresh: () => s.activeModels.refresh(s.space),
    });
    server = await startTestServer({
      database: s.test,
      get active() {
        return s.activeModels.current(s.space);
      },
      more: [...metadataRoutes(s.catalog), ...draftRoutes(s.catalog), ...planRoutes(s.catalog, contextOf), ...recordRoutes({ contextOf })],
    });
    ann = await server.signedIn(['boss'], 'Ann');
    ben = await server.signedIn(['boss'], 'Ben');
  });
  afterAll(async () => {
    await server.close();
    await s.close();
  });
  beforeEach(async () => {
    for (const person of [ann, ben]) await person.delete('/metadata/draft');
    const now = (await ann.get('/metadata/source')).body.elements.filter(({ id }: { id: string }) => /^(obj|fld)_city/.test(id));
    for (const document of [city, title, size]) {
      const found = now.find(({ id }: { id: string }) => id === document.id)?.document;
      if (JSON.stringify(found) !== JSON.stringify(document)) await put(ann, document);
    }
    if ((await ann.get('/metadata/draft')).body.changes.length > 0) await publish(ann);
  });

  const head = () => s.activeModels.current(s.space).revision;
  const address = (document: { kind: string; name: string; object?: string }) =>
    `/metadata/draft/${document.kind}/${document.kind === 'field' ? `${document.object ?? ''}.` : ''}${document.name}`;
  const put = (
    person: Person,
    document: { kind: string; name: string; object?: string; [property: string]: unknown },
    { revision = head(), query = '', match, comment }: { revision?: number; query?: string; match?: number; comment?: string } = {},
  ): Promise<Reply> =>
    person.put(
      `${address(document)}${query}`,
      { baseRevision: revision, document, ...(comment === undefined ? {} : { comment }) },
      match === undefined ? {} : { 'if-match': `"${match}"` },
    );
  const publish = async (person: Person, comment?: string) => {
    const plan = (await person.post('/metadata/draft/plan', {})).body;
    expect(plan.issues).toEqual([]);
    const confirm = plan.hazards.map(({ code }: { code: string }) => code);
    const answer = await person.post('/metadata/draft/publish', {
      plan: plan.hash,
      confirm,
      ...(comment === undefined ? {} : { comment }),
    });
    expect(answer.status).toBe(200);
    return answer.body.revision as number;
  };
  const published = async (id: string) =>
    (await ann.get('/metadata/source')).body.elements.find((element: { id: string }) => element.id === id)?.document;
  const current = async (person: Person) => (await person.get('/metadata/draft')).body;
  const open = async (person: Person, body: object) => (await person.post('/metadata/drafts', body)).body;

  it('merge by themselves where they changed different properties and different options of one field', async () => {
    await put(ann, { ...title, label: 'Name' });
    await put(ann, { ...size, options: [option('small', 'Little'), option('large'), option('huge')] });
    await put(ben, { ...title, help: 'As on the map', maxLength: 80 });
    await put(ben, { ...size, options: [option('tiny'), option('small'), option('large', 'Big')] });
    await publish(ann);

    expect((await current(ben)).changes.map(({ standing }: { standing: string }) => standing)).toEqual(['behind', 'behind']);
    const { draft } = await current(ben);
    expect((await ben.post(`/metadata/drafts/${draft.id}/rebase`, {})).body).toMatchObject({ merged: 2, conflicts: [], revision: head() });
    const merged = await current(ben);
    expect(merged).toMatchObject({ baseRevision: head(), changes: [{ standing: 'current' }, { standing: 'current' }] });
    await publish(ben);
    expect(await published(title.id)).toEqual({ ...title, label: 'Name', help: 'As on the map', maxLength: 80 });
    expect((await published(size.id)).options).toEqual([option('tiny'), option('small', 'Little'), option('large', 'Big'), option('huge')]);
  });

  it('are planned and published merged without a rebase by hand', async () => {
    await put(ben, { ...title, help: 'Ours' });
    await put(ann, { ...title, label: 'Name' });
    await publish(ann);
    await publish(ben);
    expect(await published(title.id)).toEqual({ ...title, label: 'Name', help: 'Ours' });
  });

  it.each([
    ['mine', { take: 'mine' }, 'Of Ben'],
    ['theirs', { take: 'theirs' }, 'Of Ann'],
    ['another value', { take: 'value', value: 'Of both' }, 'Of both'],
  ])('conflict over the same property until somebody decides for %s', async (_what, decision, label) => {
    await put(ben, { ...title, label: 'Of Ben', help: 'Kept' });
    await put(ann, { ...title, label: 'Of Ann' });
    await publish(ann, 'Because of Ann');

    expect((await ben.post('/metadata/draft/plan', {})).body.issues).toEqual([
      expect.objectContaining({ file: 'field city.title', path: '/label', code: 'changed_since' }),
    ]);
    const { draft } = await current(ben);
    const at = `/metadata/drafts/${draft.id}`;
    const { conflicts } = (await ben.post(`${at}/rebase`, {})).body;
    expect(conflicts).toEqual([
      {
        kind: 'field',
        name: 'city.title',
        id: title.id,
        path: '/label',
        base: 'Title',
        mine: 'Of Ben',
        theirs: 'Of Ann',
        published: expect.objectContaining({ revision: head(), by: 'Ann', comment: 'Because of Ann' }),
        decision: null,
      },
    ]);
    const decided = await ben.put(`${at}/conflicts`, { decisions: [{ id: title.id, path: '/label', ...decision }] });
    expect(decided.body.conflicts).toMatchObject([{ decision: { ...decision, by: 'Ben' } }]);
    expect((await ben.post(`${at}/rebase`, {})).body).toMatchObject({ merged: 1, conflicts: [] });
    const revision = await publish(ben);
    expect(await published(title.id)).toEqual({ ...title, label, help: 'Kept' });
    expect((await ben.get(`/metadata/versions/${revision}`)).body.changes[0].made).toMatchObject({
      by: { name: 'Ben' },
      decisions: [{ path: '/label', by: 'Ben', ...decision }],
    });
  });

  it('ask again when the others changed their value after it was decided about', async () => {
    await put(ben, { ...title, label: 'Of Ben' });
    await put(ann, { ...title, label: 'First' });
    await publish(ann);
    const { draft } = await current(ben);
    await ben.put(`/metadata/drafts/${draft.id}/conflicts`, { decisions: [{ id: title.id, path: '/label', take: 'mine' }] });
    await put(ann, { ...title, label: 'Second' });
    await publish(ann);
    expect((await ben.get(`/metadata/drafts/${draft.id}/conflicts`)).body.conflicts).toMatchObject([{ theirs: 'Second', decision: null }]);
  });

  it('conflict as a whole where one retires what the other changes', async () => {
    await ben.put(address(size), { baseRevision: head(), document: null });
    await put(ann, { ...size, label: 'Extent' });
    await publish(ann);
    const { draft } = await current(ben);
    const at = `/metadata/drafts/${draft.id}`;
    const { conflicts } = (await ben.get(`${at}/conflicts`)).body;
    expect(conflicts).toMatchObject([{ id: size.id, path: '', base: size, theirs: { ...size, label: 'Extent' } }]);
    expect(conflicts[0]).not.toHaveProperty('mine');
    await ben.put(`${at}/conflicts`, { decisions: [{ id: size.id, path: '', take: 'theirs' }] });
    await ben.post(`${at}/rebase`, {});
    expect((await current(ben)).changes).toEqual([]);
  });

  it('take no decision that meets no conflict or makes no document', async () => {
    await put(ben, { ...title, label: 'Of Ben' });
    await put(ann, { ...title, label: 'Of Ann' });
    await publish(ann);
    const { draft } = await current(ben);
    const decide = (decision: object) => ben.put(`/metadata/drafts/${draft.id}/conflicts`, { decisions: [decision] });
    expect((await decide({ id: title.id, path: '/help', take: 'mine' })).body).toMatchObject({
      status: 400,
      issues: [{ path: '/decisions/0', code: 'no_conflict' }],
    });
    expect((await decide({ id: title.id, path: '/label', take: 'value', value: 7 })).status).toBe(422);
    expect((await decide({ id: title.id, path: '/label', take: 'both' })).body.issues).toMatchObject([{ path: '/decisions/0/take' }]);
  });

  it('are many for one person: named, switched, copied, discarded and brought back', async () => {
    await put(ann, { ...title, label: 'First' });
    const first = (await current(ann)).draft;
    expect(first).toMatchObject({
      name: 'Draft',
      isCurrent: true,
      access: 'edit',
      sharing: 'private',
      owner: { name: 'Ann' },
      changeCount: 1,
    });
    const second = await open(ann, { name: 'Second', description: 'Why not' });
    expect(await current(ann)).toMatchObject({ draft: { id: second.id, name: 'Second', description: 'Why not' }, changes: [] });
    await put(ann, { ...title, label: 'Other' });
    const copy = await open(ann, { name: 'Copy', from: first.id });
    expect((await current(ann)).changes).toMatchObject([{ document: { label: 'First' }, by: { name: 'Ann' } }]);

    await ann.post(`/metadata/drafts/${second.id}/select`);
    expect((await current(ann)).changes).toMatchObject([{ document: { label: 'Other' } }]);
    expect((await ann.patch(`/metadata/drafts/${second.id}`, { name: ' Renamed ' })).body.name).toBe('Renamed');
    expect((await ann.post(`/metadata/draft/plan?draft=${copy.id}`, {})).body.changes[0].properties).toMatchObject([{ after: 'First' }]);

    expect((await ann.delete(`/metadata/drafts/${second.id}`)).status).toBe(204);
    expect((await current(ann)).draft).toBeNull();
    expect((await ann.post(`/metadata/drafts/${second.id}/select`)).status).toBe(404);
    const away = (await ann.get('/metadata/drafts')).body.data.find(({ id }: { id: string }) => id === second.id);
    expect(away.discardedAt).toEqual(expect.any(String));
    expect((await ann.post(`/metadata/drafts/${second.id}/restore`)).body).toMatchObject({ discardedAt: null, isCurrent: true });
    expect((await current(ann)).changes).toMatchObject([{ document: { label: 'Other' } }]);
    for (const { id } of [first, second, copy]) await ann.delete(`/metadata/drafts/${id}`);
  });

  it('are gone for good 30 days after they were discarded', async () => {
    const old = await open(ann, { name: 'Old' });
    await ann.delete(`/metadata/drafts/${old.id}`);
    await s.test.sql(`update meta.draft set discarded_at = now() - interval '31 days' where id = $1`, [old.id]);
    expect((await ann.get('/metadata/drafts')).body.data.map(({ id }: { id: string }) => id)).not.toContain(old.id);
    expect((await ann.post(`/metadata/drafts/${old.id}/restore`)).status).toBe(404);
  });

  it('are seen and changed by others only as far as they are shared', async () => {
    await put(ann, { ...title, label: 'Secret' });
    const { draft } = await current(ann);
    const at = `/metadata/drafts/${draft.id}`;
    const query = `?draft=${draft.id}`;
    const tries = async () => [
      (await ben.get(at)).status,
      (await put(ben, { ...size, label: 'Extent' }, { query })).status,
      (await ben.patch(at, { name: 'Mine now' })).status,
      (await ben.delete(at)).status,
    ];
    expect(await tries()).toEqual([404, 404, 404, 404]);
    expect((await ben.get('/metadata/drafts')).body.data.filter(({ owner }: { owner: { id: string } }) => owner.id !== ben.userId)).toEqual(
      [],
    );
    await ann.patch(at, { sharing: 'view' });
    expect(await tries()).toEqual([200, 403, 403, 403]);
    expect((await ben.get(at)).body).toMatchObject({
      draft: { access: 'view', owner: { name: 'Ann' } },
      changes: [{ document: { label: 'Secret' } }],
    });
    const plan = (await ben.post(`/metadata/draft/plan${query}`, {})).body;
    expect((await ben.post('/metadata/draft/publish', { plan: plan.hash })).status).toBe(404);
    await ann.patch(at, { sharing: 'edit' });
    expect(await tries()).toEqual([200, 204, 403, 403]);
    expect((await current(ann)).changes).toMatchObject([{ by: { name: 'Ann' } }, { by: { name: 'Ben' }, document: { label: 'Extent' } }]);
    const rep = await server.signedIn(['rep']);
    for (const path of ['/metadata/drafts', at, `${at}/conflicts`]) expect((await rep.get(path)).status).toBe(403);
    await ann.delete(at);
  });

  it('lose no edit of two people in one shared draft', async () => {
    const shared = await open(ann, { name: 'Together', sharing: 'edit' });
    await ben.post(`/metadata/drafts/${shared.id}/select`);
    expect((await put(ann, { ...title, label: 'A' }, { match: 0 })).headers.get('etag')).toBe('"1"');
    expect((await put(ben, { ...title, label: 'B' }, { match: 0 })).body).toMatchObject({
      status: 412,
      version: 1,
      detail: expect.stringContaining('Ann'),
    });
    expect((await put(ben, { ...title, label: 'B' }, { match: 1 })).headers.get('etag')).toBe('"2"');
    expect((await ann.delete(address(title), undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await ann.get(address(title))).headers.get('etag')).toBe('"2"');
    expect((await put(ann, { ...size, label: 'Extent' }, { match: 0 })).status).toBe(204);
    expect((await put(ann, title, { match: 2 })).headers.get('etag')).toBe('"0"');
    expect((await current(ben)).changes).toMatchObject([{ id: size.id }]);
    await ann.delete(`/metadata/drafts/${shared.id}`);
  });

  it('keep the document an edit started from, whatever was published before it was saved', async () => {
    const seen = head();
    await put(ann, { ...title, label: 'Name' });
    await publish(ann);
    await put(ben, { ...title, help: 'Late' }, { revision: seen, match: 0 });
    await put(ben, { ...title, help: 'Later' }, { match: 1 });
    await publish(ben);
    expect(await published(title.id)).toEqual({ ...title, label: 'Name', help: 'Later' });
  });

  it('tell those who may see them that they changed', async () => {
    const heard: DraftNotice[] = [];
    const stop = s.activeModels.onDraft((notice) => heard.push(notice));
    await put(ann, { ...title, label: 'Quiet' });
    const { draft } = await current(ann);
    await ann.patch(`/metadata/drafts/${draft.id}`, { sharing: 'edit' });
    await put(ben, { ...size, label: 'Loud' }, { query: `?draft=${draft.id}` });
    for (let waited = 0; heard.at(-1)?.by !== ben.userId && waited < 15_000; waited += 25)
      await new Promise((resolve) => setTimeout(resolve, 25));
    stop();
    expect(heard.filter((notice) => notice.draft === draft.id)).toEqual(
      expect.arrayContaining([
        { space: s.space, draft: draft.id, by: ann.userId, owner: ann.userId, isShared: false },
        { space: s.space, draft: draft.id, by: ben.userId, owner: ann.userId, isShared: true },
      ]),
    );
    await ann.delete(`/metadata/drafts/${draft.id}`);
  });

  it('keep who, when and why of every change, up to its revision and the history of its element', async () => {
    const shared = await open(ann, { name: 'Reasons', description: 'Asked for by the board', sharing: 'edit' });
    await put(ann, { ...title, label: 'Name' }, { comment: 'Shorter' });
    await put(ben, { ...size, label: 'Extent' }, { query: `?draft=${shared.id}`, comment: 'Clearer' });
    await put(ann, { ...title, label: 'Names' });
    expect((await ben.get('/metadata/elements/field/city.title/history')).body.drafts).toMatchObject([
      { name: 'Reasons', by: { name: 'Ann' }, comment: 'Shorter' },
    ]);
    const revision = await publish(ann);
    const version = (await ann.get(`/metadata/versions/${revision}`)).body;
    expect(version).toMatchObject({ by: 'Ann', comment: 'Asked for by the board' });
    expect(version.changes.map(({ id, made }: { id: string; made: object }) => ({ id, made }))).toEqual(
      expect.arrayContaining([
        { id: title.id, made: { by: { id: ann.userId, name: 'Ann' }, at: expect.any(String), comment: 'Shorter' } },
        { id: size.id, made: { by: { id: ben.userId, name: 'Ben' }, at: expect.any(String), comment: 'Clearer' } },
      ]),
    );
    const history = (await ben.get('/metadata/elements/field/city.size/history')).body;
    expect(history.drafts).toEqual([]);
    expect(history.data[0]).toMatchObject({
      revision,
      by: 'Ann',
      change: { made: { by: { name: 'Ben' } }, properties: [{ before: 'Size', after: 'Extent' }] },
    });
    expect((await ben.get('/metadata/elements/field/city.nothing/history')).status).toBe(404);
  });

  it('can return to a former revision, with the data of what comes back', async () => {
    const before = head();
    const row = (await ann.post('/records/city', { title: 'Ulm', size: 'small' })).body;
    await ann.put(address(size), { baseRevision: head(), document: null });
    await put(ann, { ...title, label: 'Name' });
    await publish(ann);
    expect((await ann.get(`/records/city/${row.id}`)).body).not.toHaveProperty('size');

    const back = await open(ann, { name: 'Back again', revision: before });
    expect(back.changeCount).toBe(2);
    expect((await ann.post('/metadata/draft/plan', {})).body.changes.map(({ action }: { action: string }) => action).sort()).toEqual([
      'change',
      'restore',
    ]);
    await put(ann, { ...title, label: 'Title and more' }, { match: 1 });
    await publish(ann);
    expect((await published(title.id)).label).toBe('Title and more');
    expect((await ann.get(`/records/city/${row.id}`)).body).toMatchObject({ title: 'Ulm', size: 'small' });
    expect((await ann.post('/metadata/drafts', { name: 'Nowhere', revision: 9_999 })).status).toBe(404);
  });

  it.each([
    ['no name', {}],
    ['an empty name', { name: ' ' }],
    ['a sharing that does not exist', { name: 'A', sharing: 'all' }],
    ['two origins', { name: 'A', from: crypto.randomUUID(), revision: 1 }],
    ['something more', { name: 'A', owner: 'me' }],
  ])('refuse %s', async (_what, body) => {
    expect((await ann.post('/metadata/drafts', body)).status).toBe(400);
  });
});

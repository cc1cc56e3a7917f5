import { fileURLToPath } from 'node:url';
import type { FieldDocument, MetadataDocument, ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackDetail, PackInfo, PackPlanAnswer, PackTestAnswer, RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPackCases } from '../../src/app/run-pack-cases.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { composePacks } from '../../src/planner/compose-packs.js';
import { exportPack } from '../../src/catalog/export-pack.js';
import { readPackState } from '../../src/catalog/pack-state.js';
import { packRoutes } from '../../src/http/routes/packs.js';
import { planRoutes } from '../../src/http/routes/plans.js';
import { draftRoutes } from '../../src/http/routes/drafts.js';
import { metadataRoutes } from '../../src/http/routes/metadata.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestScope } from '../../src/http/route.js';
import type { RequestContext } from '../../src/records/context.js';
import { elementId } from '../../src/model/element.js';
import { packContents, type PackContent, type PackFile } from '../../src/model/pack-content.js';
import { readPackPlaces } from '../../src/model/read-packs.js';
import { contractOf } from '../support/api-contract.js';
import { startTestServer, type Reply, type TestServer } from '../support/server.js';
import { openSpace, PACKS, type TestSpace } from '../support/space.js';

const fixture = (version: string) => fileURLToPath(new URL(`../fixtures/packs/${version}/events`, import.meta.url));

/** A copy of a pack with another version and some elements changed, by id. */
function variant(pack: PackContent, version: string, changes: Record<string, object>): PackContent {
  const files = pack.files.map((file): PackFile => {
    const { document } = file;
    if (document.kind === 'pack') return { ...file, document: { ...document, version } };
    const change = 'id' in document ? changes[document.id] : undefined;
    return change ? { ...file, document: { ...document, ...change } as MetadataDocument } : file;
  });
  const [content] = packContents(files);
  if (!content) throw new Error('a pack stays a pack');
  return content;
}

describe('a pack on a customised system', () => {
  let s: TestSpace;
  let server: TestServer;
  let admin: Awaited<ReturnType<TestServer['signedIn']>>;
  let contract: Awaited<ReturnType<typeof contractOf>> | undefined;
  let shipped: PackContent[];
  let v1: PackContent;
  let v2: PackContent;
  let library: PackContent[];

  const contextOf = ({ actor, active }: RequestScope): RequestContext => ({
    actor,
    active,
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key-of-the-tests',
    refresh: () => s.activeModels.refresh(s.space),
  });

  beforeAll(async () => {
    s = await openSpace();
    [shipped, [v1, v2]] = [
      await readPackPlaces([PACKS]),
      (await Promise.all(['v1', 'v2'].map((v) => readPackPlaces([fixture(v)])))).flat() as [PackContent, PackContent],
    ];
    library = [...shipped, v1];
    const packRecords: Catalog['packRecords'] = {
      runCases: (model, packs, tested) => runPackCases(s.database, model, packs, tested),
      loadData: () => Promise.resolve(0),
    };
    server = await startTestServer({
      database: s.test,
      get active() {
        return s.activeModels.current(s.space);
      },
      more: [
        ...metadataRoutes(s.catalog),
        ...draftRoutes(s.catalog),
        ...planRoutes(s.catalog, contextOf),
        ...packRoutes({ ...s.catalog, packRecords }, () => Promise.resolve(library)),
      ],
    });
    admin = await server.signedIn(['admin']);
  });
  afterAll(async () => {
    await server.close();
    await s.close();
  });

  /** Every answer is held to its description. */
  const described = async (method: string, path: string, reply: Reply) => {
    contract ??= await contractOf(admin);
    expect(contract.answers(reply, method, path)).toEqual([]);
  };
  const plan = async (action: string, resolutions: object[] = [], name = 'events'): Promise<PackPlanAnswer> => {
    const reply = await admin.post(`/packs/${name}/${action}`, { resolutions });
    expect(reply.status).toBe(200);
    await described('post', `/packs/{name}/${action}`, reply);
    return reply.body as PackPlanAnswer;
  };
  const publish = async ({ hash, hazards }: Pick<PackPlanAnswer, 'hash' | 'hazards'>) => {
    const reply = await admin.post('/metadata/draft/publish', { plan: hash, confirm: hazards.map(({ code }) => code) });
    expect(reply.body).toMatchObject({ revision: expect.any(Number) });
    return reply.body as { revision: number };
  };
  const info = async (name = 'events') => {
    const reply = await admin.get('/packs');
    await described('get', '/packs', reply);
    return (reply.body.data as PackInfo[]).find((pack) => pack.name === name);
  };
  const detail = async (name = 'events') => {
    const reply = await admin.get(`/packs/${name}`);
    await described('get', '/packs/{name}', reply);
    return reply.body as PackDetail;
  };
  const source = async (kind: string, name: string) => (await admin.get(`/metadata/draft/${kind}/${name}`)).body.document as never;
  const edit = async (kind: string, name: string, document: object | null) => {
    const { revision } = s.activeModels.current(s.space);
    expect((await admin.put(`/metadata/draft/${kind}/${name}`, { baseRevision: revision, document })).status).toBe(204);
  };
  const publishDraft = async () => publish((await admin.post('/metadata/draft/plan', {})).body as PackPlanAnswer);

  it('is listed with what it needs, and installed through a plan like any other', async () => {
    expect(await info()).toMatchObject({ version: null, available: '1.0.0', needs: [{ name: 'base', range: '^2.0.0', isMet: true }] });
    expect((await admin.post('/packs/events/upgrade', {})).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await admin.post('/packs/evnts/install', {})).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('Did you mean "events"?'),
    });
    const answer = await plan('install');
    expect(answer).toMatchObject({ action: 'install', packs: [{ name: 'events', from: null, to: '1.0.0' }], conflicts: [], issues: [] });
    await publish(answer);
    expect(await info()).toMatchObject({ version: '1.0.0', isUpgradable: false, changes: 0 });
    expect(await info('base')).toMatchObject({ neededBy: expect.arrayContaining(['events', 'leads']) });
    expect((await admin.post('/packs/events/install', {})).body).toMatchObject({ status: 409 });
  });

  it('is shown in full: what it brings, its cases with how they came out, and what happened to it', async () => {
    expect((await admin.get('/packs/evnts')).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('Did you mean "events"?'),
    });
    const shown = await detail();
    expect(shown).toMatchObject({ state: 'current', changed: [], decisions: [], conflicts: 0, waits: [] });
    expect(shown.elements).toContainEqual({ kind: 'field', id: 'fld_event_name', name: 'event.name', label: 'Name', state: 'shipped' });
    expect(shown.records).toEqual([{ file: 'data/kinds.json', object: 'event_kind', brings: 2, changes: 0 }]);
    expect(shown.history).toMatchObject([{ from: null, to: '1.0.0', by: expect.stringMatching(/./), revision: 2 }]);
    const versions = (await admin.get('/metadata/versions')).body.data as RevisionInfo[];
    expect(versions[0]).toMatchObject({ revision: 2, packs: [{ name: 'events', from: null, to: '1.0.0' }] });
    expect(versions[1]?.packs).toContainEqual({ name: 'base', from: null, to: expect.any(String) });
    expect((await admin.get('/metadata/publication')).body).toMatchObject({ packs: [{ name: 'events', from: null, to: '1.0.0' }] });

    const [first] = shown.cases;
    expect(first).toMatchObject({ name: 'open_has_date', outcome: 'holds' });
    await s.test.sql('delete from meta.pack_test');
    expect(await detail()).toMatchObject({ testedAt: null, cases: [{ outcome: null }] });
    const tested = (await admin.post('/packs/events/test', {})).body as PackTestAnswer;
    expect(tested).toMatchObject({ testedAt: expect.any(String), cases: [{ outcome: 'holds' }] });
    expect(await detail()).toMatchObject(tested);
    expect((await admin.post('/packs/evnts/test', {})).status).toBe(404);
  });

  it('invariant 27: waits for a decision at an upgrade where both changed what a field means', async () => {
    const name: FieldDocument = await source('field', 'event.name');
    const starts: FieldDocument = await source('field', 'event.starts_at');
    await edit('field', 'event.name', { ...name, maxLength: 60, label: 'Title' });
    await edit('field', 'event.starts_at', { ...starts, label: 'When' });
    await edit('field', 'event.budget', {
      kind: 'field',
      id: 'fld_own_budget',
      object: 'event',
      name: 'budget',
      label: 'Budget',
      type: 'currency',
    });
    const all: ViewDocument = await source('view', 'event.all');
    await edit('view', 'event.all', { ...all, columns: [{ field: 'budget' }, ...(all.columns ?? [])] });
    await publishDraft();
    expect(await info()).toMatchObject({ changes: 3 });

    const { changed, elements } = await detail();
    expect(changed.find(({ id }) => id === 'fld_event_name')?.properties).toEqual([
      { path: '/label', before: 'Name', after: 'Title' },
      { path: '/maxLength', before: 120, after: 60 },
    ]);
    expect(elements.find(({ id }) => id === 'fld_event_name')).toMatchObject({ label: 'Title', state: 'changed' });

    library = [...shipped, v2];
    expect(await info()).toMatchObject({ version: '1.0.0', available: '1.1.0', isUpgradable: true, state: 'waits', conflicts: 1 });
    const asked = await plan('upgrade');
    expect(asked.hash).toBeNull();
    expect(asked.conflicts).toEqual([
      {
        kind: 'field',
        element: 'fld_event_name',
        name: 'event.name',
        label: 'Title',
        path: '/maxLength',
        base: 120,
        yours: 60,
        theirs: 160,
        decision: null,
        remembered: false,
      },
    ]);
    expect(asked.notes).toMatchObject([
      { code: 'kept_yours', name: 'event.starts_at', path: '/label', choice: { yours: 'When', decision: 'yours' } },
      { code: 'retires', name: 'event.code' },
    ]);
    expect(
      (await admin.post('/packs/events/upgrade', { resolutions: [{ element: 'fld_event_name', path: '/maxLenght', take: 'yours' }] })).body
        .issues,
    ).toMatchObject([{ path: '/resolutions/0', code: 'unknown_conflict', message: expect.stringContaining('fld_event_name/maxLength') }]);
    expect((await admin.post('/packs/events/upgrade', { resolutions: [{ element: 'x', take: 'ours' }] })).status).toBe(400);
    expect((await admin.post('/packs/events/upgrade', { resolutions: [{ element: 'x', path: '/a', take: 'value' }] })).status).toBe(400);
    const other = await plan('upgrade', [{ element: 'fld_event_name', path: '/maxLength', take: 'value', value: 90 }]);
    expect(other.conflicts).toMatchObject([{ decision: 'value', value: 90 }]);
    expect(other.changes.find(({ id }) => id === 'fld_event_name')?.properties).toContainEqual({
      path: '/maxLength',
      before: 60,
      after: 90,
    });
    expect((await plan('upgrade', [{ element: 'fld_event_name', path: '/maxLength', take: 'value', value: 'long' }])).issues).not.toEqual(
      [],
    );
  });

  it('invariant 26: takes what is new around what people made, once it was decided', async () => {
    const decided = await plan('upgrade', [{ element: 'fld_event_name', path: '/maxLength', take: 'yours' }]);
    expect(decided.conflicts).toMatchObject([{ decision: 'yours' }]);
    await publish(decided);
    expect(await source('field', 'event.name')).toMatchObject({ maxLength: 60, label: 'Title', help: 'As it stands on the invitation.' });
    expect(await source('field', 'event.starts_at')).toMatchObject({ label: 'When' });
    expect(await source('view', 'account.all')).toMatchObject({ label: 'All customers' });
    const all: ViewDocument = await source('view', 'event.all');
    expect(all.columns?.map(({ field }) => field)).toEqual(['budget', 'name', 'starts_at', 'closes_on', 'status', 'seats', 'owner']);
    expect(await info()).toMatchObject({ version: '1.1.0', isUpgradable: false, state: 'current' });
    expect(await detail()).toMatchObject({
      history: [
        { from: '1.0.0', to: '1.1.0' },
        { from: null, to: '1.0.0' },
      ],
      decisions: [{ name: 'event.name', path: '/maxLength', take: 'yours', by: expect.stringMatching(/./) }],
    });
    expect((await admin.post('/packs/events/upgrade', {})).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining('nothing to upgrade'),
    });
  });

  it('remembers the decision at the next upgrade, and asks again when the value is another', async () => {
    const v3 = variant(v2, '1.2.0', { fld_event_name: { maxLength: 200 } });
    library = [...shipped, v3];
    expect((await plan('upgrade')).conflicts).toMatchObject([{ yours: 60, theirs: 200, decision: 'yours', remembered: true }]);
    const name: FieldDocument = await source('field', 'event.name');
    await edit('field', 'event.name', { ...name, maxLength: 80 });
    await publishDraft();
    expect((await plan('upgrade')).conflicts).toMatchObject([{ yours: 80, theirs: 200, decision: null }]);
    const theirs = await plan('upgrade', [{ element: 'fld_event_name', path: '/maxLength', take: 'theirs' }]);
    await publish(theirs);
    expect(await source('field', 'event.name')).toMatchObject({ maxLength: 200, label: 'Title' });
  });

  it('does not go back to an older version, but returns with the version of the metadata', async () => {
    library = [...shipped, v2];
    expect(await info()).toMatchObject({ version: '1.2.0', available: '1.1.0', isUpgradable: false });
    expect((await plan('upgrade')).issues).toMatchObject([{ code: 'older_version', path: '/version' }]);
    const { revision } = s.activeModels.current(s.space);
    const back = (await admin.post(`/metadata/versions/${revision - 1}/rollback`, {})).body as PackPlanAnswer;
    await publish(back);
    expect(await info()).toMatchObject({ version: '1.1.0' });
    expect(await source('field', 'event.name')).toMatchObject({ maxLength: 80 });
  });

  it('says what is missing, too old, in a circle or needed by others', async () => {
    const needing = (needs: Record<string, string>) =>
      packContents([
        { origin: 'trial', file: 'trial/pack.json', document: { kind: 'pack', name: 'trial', label: 'T', version: '1.0.0', needs } },
      ]);
    const issuesFor = async (needs: Record<string, string>, more: PackContent[] = []) => {
      library = [...shipped, ...more, ...needing(needs)];
      return (await plan('install', [], 'trial')).issues.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(await issuesFor({ bse: '^1.0.0' })).toEqual([
      'unknown_pack: trial needs the pack "bse" ^1.0.0, which is not there. Did you mean "base"?',
    ]);
    expect(await issuesFor({ base: '^9.0.0' })).toEqual([
      expect.stringContaining('wrong_version: trial 1.0.0 needs "base" ^9.0.0; there is 2.'),
    ]);
    expect(await issuesFor({ events: '>=1.2.0 <2.0.0' }, [variant(v2, '1.3.0', {})])).toEqual([
      'wrong_version: trial 1.0.0 needs "events" >=1.2.0 <2.0.0; there is 1.1.0. Upgrade it first: 1.3.0 is available.',
    ]);
    expect(await issuesFor({ base: 'newest' })).toEqual([expect.stringContaining('bad_range: "newest" is no range')]);
    expect(await issuesFor({ trial: '^1.0.0' })).toEqual(['circle: These packs need each other in a circle: trial → trial.']);
    expect((await plan('uninstall', [], 'pipelines')).issues).toMatchObject([
      { code: 'still_needed', message: 'deals needs pipelines: uninstall deals first.' },
      { code: 'still_needed' },
    ]);
  });

  it('invariant 25: leaves with its records counted; what people made stays, with what it stands on', async () => {
    await edit('field', 'event.closes_on', null);
    const view: ViewDocument = await source('view', 'event.all');
    await edit('view', 'event.all', { ...view, columns: view.columns?.filter(({ field }) => field !== 'closes_on') });
    const layout = (await source('layout', 'event.record')) as { sections: { fields: { field: string }[] }[] };
    await edit('layout', 'event.record', {
      ...layout,
      sections: layout.sections.map((part) => ({ ...part, fields: part.fields.filter(({ field }) => field !== 'closes_on') })),
    });
    await publishDraft();
    expect(await info()).toMatchObject({ changes: 5 });

    library = [...shipped, v2];
    const answer = await plan('uninstall');
    const stays = answer.notes.filter(({ code }) => code === 'becomes_yours');
    expect(stays).toMatchObject([{ name: 'event', message: expect.stringContaining('field event.budget') }, { name: 'event.name' }]);
    await publish(answer);
    expect(await info()).toMatchObject({ version: null, available: '1.1.0' });
    const model = s.activeModels.current(s.space).model;
    expect(model.objects.get('event_kind')).toBeUndefined();
    expect([...(model.objects.get('event')?.fields.values() ?? [])].filter(({ system }) => !system).map(({ name }) => name)).toEqual([
      'name',
      'budget',
    ]);
    expect(await source('view', 'account.all')).toMatchObject({ label: 'All accounts' });
  });

  it('comes back with its data and takes its elements over again', async () => {
    const answer = await plan('install');
    expect(answer.notes).toMatchObject([{ code: 'adopted', name: 'event.name' }]);
    expect(answer.changes).toContainEqual(expect.objectContaining({ action: 'restore', name: 'event.seats' }));
    await publish(answer);
    expect(await source('field', 'event.name')).toMatchObject({ label: 'Title' });
    expect(
      (await readPackState(s.database, s.space)).applied.sources.find(({ document }) => elementId(document) === 'obj_event')?.origin,
    ).toBe('events');
  });

  it('gives, pulled as a pack, the same system where the same packs are', async () => {
    const files = await exportPack(s.catalog, s.space, 'ours', undefined);
    expect(
      files.map((file) =>
        file.kind === 'override' ? `override ${file.element}` : file.kind === 'pack' ? 'pack' : 'id' in file ? file.id : file.kind,
      ),
    ).toEqual(['pack', 'override fld_event_name', 'fld_own_budget']);
    expect((await admin.get('/pack-export?name=ours')).body).toMatchObject({
      kind: 'bundle',
      name: 'ours',
      files: { 'overrides/field.event.name.json': { element: 'fld_event_name' }, 'fields/event/budget.json': { id: 'fld_own_budget' } },
    });
    expect((await admin.get('/pack-export?name=events')).body).toMatchObject({ status: 409 });
    expect((await admin.get('/pack-export?name=No name')).status).toBe(400);
    const [ours] = packContents(files.map((document, index) => ({ origin: 'ours', file: `ours/${index}.json`, document })));
    const { contents, applied } = await readPackState(s.database, s.space);
    const again = composePacks([...contents.values(), ...(ours ? [ours] : [])]).sources.map(({ document }) => document);
    const byId = (documents: readonly MetadataDocument[]) =>
      Object.fromEntries(documents.filter(({ kind }) => kind !== 'pack').map((document) => [elementId(document), document]));
    expect(byId(again)).toEqual(byId(applied.sources.map(({ document }) => document)));
  });

  it('is nothing for people who may not edit metadata', async () => {
    const rep = await server.signedIn(['sales_rep']);
    expect((await rep.get('/packs')).status).toBe(403);
    expect((await rep.get('/packs/base')).status).toBe(403);
    expect((await rep.get('/pack-export?name=ours')).status).toBe(403);
    expect((await rep.post('/packs/base/test', {})).status).toBe(403);
    expect((await rep.post('/packs/events/uninstall', {})).status).toBe(403);
  });
});

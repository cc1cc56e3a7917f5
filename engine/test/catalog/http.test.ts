import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draftRoutes } from '../../src/http/routes/drafts.js';
import { metadataRoutes } from '../../src/http/routes/metadata.js';
import { packRoutes } from '../../src/http/routes/packs.js';
import { planRoutes } from '../../src/http/routes/plans.js';
import { systemClock } from '../../src/kernel/clock.js';
import { gives } from '../../src/http/exchange.js';
import { signedIn, type RequestScope } from '../../src/http/route.js';
import { make } from '../../src/http/schema.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord } from '../../src/records/write-record.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text' };
const mayor = { ...title, id: 'fld_city_mayor', name: 'mayor', label: 'Mayor' };
const roles = [
  {
    kind: 'role',
    id: 'rol_boss',
    name: 'boss',
    label: 'Boss',
    capabilities: ['edit_metadata'],
    default: { create: true, read: 'all', update: 'all' },
  },
  { kind: 'role', id: 'rol_clerk', name: 'clerk', label: 'Clerk', capabilities: ['edit_metadata'], default: { create: true, read: 'own' } },
  { kind: 'role', id: 'rol_rep', name: 'rep', label: 'Rep', default: { read: 'own' } },
];

describe('metadata over HTTP', () => {
  let s: TestSpace;
  let server: TestServer;
  let boss: Awaited<ReturnType<TestServer['signedIn']>>;
  let rep: Awaited<ReturnType<TestServer['signedIn']>>;
  const contextOf = ({ actor, active }: RequestScope): RequestContext => ({
    actor,
    active,
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key-of-the-tests',
    refresh: () => s.activeModels.refresh(s.space),
  });
  beforeAll(async () => {
    s = await openSpace([city, title, ...roles]);
    server = await startTestServer({
      database: s.test,
      // As in the running system: each request works with the newest model.
      get active() {
        return s.activeModels.current(s.space);
      },
      more: [
        {
          method: 'POST',
          path: '/cities',
          policy: signedIn,
          summary: 'A city',
          exchange: gives(make({}), { body: make({}) }),
          handler: async (scope) => ({ value: await createRecord(contextOf(scope), 'city', scope.body as Record<string, unknown>) }),
        },
        ...metadataRoutes(s.catalog),
        ...draftRoutes(s.catalog),
        ...planRoutes(s.catalog, contextOf),
        ...packRoutes(s.catalog),
      ],
    });
    boss = await server.signedIn(['boss']);
    rep = await server.signedIn(['rep']);
  });
  afterAll(async () => {
    await server.close();
    await s.close();
  });

  it('goes from an edit to a version and back', async () => {
    expect((await boss.put('/metadata/draft/field/city.mayor', { baseRevision: 1, document: mayor })).status).toBe(204);
    expect((await boss.get('/metadata/draft')).body.changes).toEqual([expect.objectContaining({ name: 'city.mayor', document: mayor })]);
    const plan = (await boss.post('/metadata/draft/plan', {})).body;
    expect(plan).toMatchObject({ from: 1, to: 2, issues: [], hazards: [], changes: [{ action: 'add', name: 'city.mayor' }] });
    // A NUL is in no text of Postgres, and its refusal no failure of ours.
    expect((await boss.post('/metadata/draft/publish', { plan: 'a\u0000b', confirm: [] })).status).toBe(400);
    expect((await boss.post('/metadata/draft/publish', { plan: plan.hash, confirm: [], comment: 'a\u0000b' })).status).toBe(400);
    expect((await boss.post('/metadata/draft/publish', { plan: plan.hash, confirm: [], comment: 'Mayors' })).body).toEqual({
      revision: 2,
      pending: [],
    });
    expect((await boss.post('/metadata/draft/publish', { plan: plan.hash, confirm: [] })).body).toMatchObject({
      status: 409,
      code: 'plan_stale',
    });

    // A comment says so at its place.
    expect((await boss.post('/metadata/draft/publish', { plan: plan.hash, comment: 'a\u0000' })).body).toMatchObject({
      status: 400,
      issues: [{ path: '/comment', code: 'bad_characters' }],
    });

    const seen = (await rep.get('/metadata')).body;
    expect(seen.revision).toBe(2);
    expect(
      seen.objects.find((object: { name: string }) => object.name === 'city').fields.map((field: { name: string }) => field.name),
    ).toContain('mayor');

    const versions = (await boss.get('/metadata/versions')).body.data;
    expect(versions[0]).toMatchObject({ revision: 2, comment: 'Mayors', isHead: true });
    expect((await boss.get('/metadata/versions/2')).body.changes).toHaveLength(1);
    const back = (await boss.post('/metadata/versions/1/rollback', {})).body;
    expect((await boss.post('/metadata/draft/publish', { plan: back.hash, confirm: [] })).body.revision).toBe(3);
  });

  it('shows which values do not convert to those who may read them, and how a publish went', async () => {
    const baseRevision = s.activeModels.current(s.space).revision;
    const clerk = await server.signedIn(['clerk']);
    await boss.put('/metadata/draft/field/city.mayor', { baseRevision, document: mayor });
    await boss.post('/metadata/draft/publish', { plan: (await boss.post('/metadata/draft/plan', {})).body.hash, confirm: [] });
    for (const mayorOf of ['12', 'Ada']) await boss.post('/cities', { title: `City of ${mayorOf}`, mayor: mayorOf });
    const document = { ...mayor, type: 'integer' };
    for (const client of [boss, clerk]) {
      expect((await client.put('/metadata/draft/field/city.mayor', { baseRevision: baseRevision + 1, document })).status).toBe(204);
    }
    const plan = (await boss.post('/metadata/draft/plan', {})).body;
    expect(plan.hazards[0].conversion).toMatchObject({ values: 2, lost: 1, samples: [{ label: 'City of Ada', value: 'Ada' }] });
    expect((await clerk.post('/metadata/draft/plan', {})).body.hazards[0].conversion).toMatchObject({ values: 2, lost: 1, samples: [] });
    await boss.post('/metadata/draft/publish', { plan: plan.hash, confirm: plan.hazards.map(({ code }: { code: string }) => code) });
    const shown = (await boss.get('/metadata/publication')).body;
    expect(shown).toMatchObject({ plan: plan.hash, revision: baseRevision + 2, state: 'done', error: null });
    expect(new Set(shown.steps.map(({ state }: { state: string }) => state))).toEqual(new Set(['done']));
    expect(shown.steps.find(({ lock }: { lock: string }) => lock === 'L3').rows).toEqual({ done: 2, total: 2 });
    expect((await boss.delete('/metadata/publication')).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await rep.get('/metadata/publication')).status).toBe(403);
  });

  it('answers 304 to who has seen it', async () => {
    const first = await rep.get('/metadata');
    const again = await rep.get('/metadata', undefined, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  it('keeps an edit of an older version, and names the property that both changed', async () => {
    const { revision } = s.activeModels.current(s.space);
    await boss.put('/metadata/draft/field/city.title', { baseRevision: revision, document: { ...title, label: 'Name' } });
    const plan = (await boss.post('/metadata/draft/plan', {})).body;
    await boss.post('/metadata/draft/publish', { plan: plan.hash, confirm: [] });
    const late = await boss.put('/metadata/draft/field/city.title', { baseRevision: revision, document: { ...title, label: 'Heading' } });
    expect(late.status).toBe(204);
    expect((await boss.post('/metadata/draft/plan', {})).body).toMatchObject({
      hash: null,
      issues: [{ file: 'field city.title', path: '/label', code: 'changed_since' }],
    });
    await boss.delete('/metadata/draft');
  });

  it('takes an edit back when the document is as published, or when it is asked to', async () => {
    const baseRevision = s.activeModels.current(s.space).revision;
    await boss.put('/metadata/draft/object/city', { baseRevision, document: { ...city, label: 'Town' } });
    await boss.put('/metadata/draft/object/city', { baseRevision, document: city });
    expect((await boss.get('/metadata/draft')).body.changes).toEqual([]);
    await boss.put('/metadata/draft/object/city', { baseRevision, document: null });
    expect((await boss.delete('/metadata/draft/object/city')).status).toBe(204);
    expect((await boss.get('/metadata/draft')).body.changes).toEqual([]);
  });

  it('shows sources, drafts and plans to nobody without the right', async () => {
    for (const path of ['/metadata/source', '/metadata/draft', '/metadata/versions', '/metadata/versions/1', '/packs']) {
      expect([path, (await rep.get(path)).status]).toEqual([path, 403]);
    }
    expect((await rep.post('/metadata/draft/plan', {})).status).toBe(403);
    expect((await rep.put('/metadata/draft/field/city.mayor', { baseRevision: 1, document: mayor })).status).toBe(403);
    expect((await server.nobody.get('/metadata')).status).toBe(401);
  });

  it.each([
    ['not a document', { baseRevision: 1, document: [] }, 422],
    ['a property that does not exist', { baseRevision: 1, document: { ...mayor, lenght: 3 } }, 422],
    ['another kind than the address', { baseRevision: 1, document: city }, 422],
    ['no revision', { document: mayor }, 400],
    ['a revision to come', { baseRevision: 999, document: mayor }, 400],
    ['something more', { baseRevision: 1, document: mayor, force: true }, 400],
    ['an id of another element', { baseRevision: 1, document: { ...mayor, id: 'obj_city' } }, 422],
  ])('refuses %s', async (_what, body, status) => {
    expect((await boss.put('/metadata/draft/field/city.mayor', body)).status).toBe(status);
  });
});

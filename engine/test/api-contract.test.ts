import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeAutomation, composeRoutes, type Composed } from '../src/app/compose-routes.js';
import { readConfig } from '../src/app/config.js';
import { openCatalog, type OpenCatalog } from '../src/app/open-catalog.js';
import { watchDrift, type DriftWatch } from '../src/app/watch-drift.js';
import { silentLogger } from '../src/kernel/logger.js';
import { ensureTenant } from '../src/store/installation.js';
import { openDatabase, type Database } from '../src/store/open-database.js';
import type { Automation } from '../src/workflow/automation.js';
import { contractOf } from './support/api-contract.js';
import { cloneDatabase, type TestDatabase } from './support/database.js';
import { startTestServer, type Reply, type TestServer } from './support/server.js';

const fixture = (version: string): string => fileURLToPath(new URL(`fixtures/packs/${version}/events`, import.meta.url));

let folder: string;
let test: TestDatabase;
let database: Database;
let open: OpenCatalog;
let drift: DriftWatch;
let automation: Automation;
let composed: Composed;
let server: TestServer;
let admin: Awaited<ReturnType<TestServer['signedIn']>>;
let contract: Awaited<ReturnType<typeof contractOf>>;

/** The whole application on the packs of the project, as it is started, but for its database. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-contract-'));
  await cp(fixture('v1'), join(folder, 'packs/events'), { recursive: true });
  const settings = { FIELDSTONE_DATA_DIR: folder, FIELDSTONE_DEMO: '0', FIELDSTONE_PACKS: join(folder, 'packs') };
  const config = readConfig(settings);
  test = await cloneDatabase();
  database = await openDatabase(test.config);
  const tenant = await ensureTenant(database, 'Contract');
  open = await openCatalog(config, database, tenant);
  await open.publishPacks();
  await open.loadData();
  drift = watchDrift(database, tenant.space, silentLogger);
  const parts = { config, database, open, space: tenant.space, logger: silentLogger };
  automation = composeAutomation(parts);
  server = await startTestServer({
    database: test,
    get active() {
      return open.models.current(tenant.space);
    },
    settings,
    more: (sessions) => (composed = composeRoutes({ ...parts, drift }, automation, sessions)).routes,
  });
  admin = await server.signedIn(['admin'], 'Ada');
  contract = await contractOf(admin);
}, 120_000);

afterAll(async () => {
  composed.close();
  await drift.stop();
  await automation.stop();
  await server.close();
  await open.close();
  await database.close();
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

const PIN = { kind: 'field', id: 'fld_account_pin', object: 'account', name: 'pin', label: 'PIN', type: 'encrypted_text', reveal: true };
/** Fails at once: the address is one of this machine. */
const CALL = {
  kind: 'workflow',
  id: 'wfl_call_home',
  name: 'call_home',
  label: 'Call home',
  object: 'account',
  runAs: 'system',
  trigger: { type: 'record', on: ['create'] },
  nodes: [{ id: 'call', type: 'webhook.call@1', input: { url: 'https://127.0.0.1/', body: {} }, retry: { max: 1 } }],
  start: 'call',
  edges: [],
};

type Options = { query?: string; body?: unknown; status?: number; headers?: Record<string, string>; who?: typeof admin };

/** Operations that were called and answered as they are described. */
const called = new Set<string>();

/**
 * Makes one call and holds it to the description: what is sent, the status, and what comes back. `operation` is "get /metadata/drafts/{id}", with the
 * values of its parameters in their order.
 */
async function call(
  operation: string,
  values: readonly string[] = [],
  options: Options = {},
): Promise<any> /* eslint-disable-line @typescript-eslint/no-explicit-any -- answers of any shape */ {
  const { query = '', body, headers = {}, who = admin } = options;
  const [method = '', template = ''] = operation.split(' ');
  const rest = [...values];
  const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(rest.shift() ?? ''));
  const isDescribed = contract.document.paths[template]?.[method] !== undefined;
  if (!isDescribed || body !== undefined) expect([operation, contract.fits(method, template, body)]).toEqual([operation, []]);
  const send = { get: who.get, post: who.post, put: who.put, patch: who.patch, delete: who.delete }[method];
  const reply = await (send as typeof who.get)(path + query, body, headers);
  const expected = options.status ?? (method === 'delete' ? 204 : 200);
  expect([operation, reply.status, reply.status === expected ? '' : reply.body]).toEqual([operation, expected, '']);
  expect([operation, contract.answers(reply, method, template)]).toEqual([operation, []]);
  called.add(operation);
  return reply.body;
}

const publish = async (plan: { hash: string; hazards: { code: string }[] }, who = admin): Promise<unknown> => {
  const done = (await call('post /metadata/draft/publish', [], {
    body: { plan: plan.hash, confirm: plan.hazards.map(({ code }) => code), comment: 'As planned' },
    who,
  })) as unknown;
  await open.models.refresh(1);
  contract = await contractOf(admin);
  return done;
};

describe('every operation of the API takes and answers what its description says', () => {
  it('people', async () => {
    await call('get /openapi.json');
    await call('get /health/live');
    await call('get /health/ready');
    await call('get /me');
    await call('patch /me', [], { body: { locale: 'de', timeZone: null }, status: 204 });
    await call('patch /me', [], { body: { locale: null }, status: 204 });
    const { user, password } = await call('post /users', [], {
      body: { email: 'bob@example.com', name: 'Bob', roles: ['sales_rep'], locale: null },
      status: 201,
    });
    await call('patch /users/{id}', [user.id], { body: { name: 'Robert', roles: ['sales_rep', 'admin'] } });
    await call('get /users');
    const bob = user.id as string;
    const team = await call('post /teams', [], { body: { name: 'Sales', kind: 'team', members: [bob], roles: [] }, status: 201 });
    await call('patch /teams/{id}', [team.id], { body: { name: 'Sales of the north' } });
    await call('get /teams');
    await call('delete /teams/{id}', [team.id]);
    await call('post /auth/view-as', [], { body: { user: bob, reason: 'Bob sees no deals' }, status: 204 });
    expect((await call('get /me')).viewedBy).toBeDefined();
    await call('delete /auth/view-as');
    await call('get /viewings');
    await call('post /access/explain', [], { body: { object: 'account', do: 'read' } });
    await call('post /access/explain', [], { body: { user: bob, object: 'account', do: 'delete' } });
    await call('post /auth/login', [], { body: { email: 'bob@example.com', password }, status: 204, who: { ...admin, ...server.nobody } });
    await call('post /auth/logout', [], { status: 204, who: { ...admin, ...server.nobody } });
    await call('get /me', [], { status: 401, who: { ...admin, ...server.nobody } });
  });

  it('drafts, plans and versions', async () => {
    const { revision, elements } = await call('get /metadata/source');
    const documentOf = (id: string) => (elements as { id: string; document: object }[]).find((element) => element.id === id)?.document;
    const field = documentOf('fld_account_website');
    await call('get /metadata');
    await call('get /metadata', [], { query: '?include=me' });
    await call('get /metadata/draft');
    const put = (kind: string, name: string, document: unknown, more: Options = {}) =>
      call('put /metadata/draft/{kind}/{name}', [kind, name], {
        body: { baseRevision: revision, document, comment: 'Why' },
        status: 204,
        ...more,
      });
    await put('field', 'account.website', { ...field, label: 'Mine' });
    await put('field', 'account.website', { ...field, label: 'Home page' }, { headers: { 'If-Match': '"1"' } });
    await put('field', 'account.website', { ...field, label: 'Late' }, { headers: { 'If-Match': '"1"' }, status: 412 });
    await put('field', 'account.website', { ...field, lable: 'Wrong' }, { status: 422 });
    await call('get /metadata/draft/{kind}/{name}', ['field', 'account.website']);
    await call('delete /metadata/draft/{kind}/{name}', ['field', 'account.website']);
    const draft = await call('post /metadata/drafts', [], { body: { name: 'Ours', description: 'Why', sharing: 'edit' }, status: 201 });
    await put('field', 'account.website', { ...field, label: 'Ours' });
    await call('get /metadata/drafts');
    await call('get /metadata/drafts/{id}', [draft.id]);
    await call('patch /metadata/drafts/{id}', [draft.id], { body: { name: 'Ours as well' } });
    await call('get /metadata/drafts/{id}/change-set', [draft.id]);

    // Somebody else publishes another value of the same property.
    const ben = await server.signedIn(['admin'], 'Ben');
    await put('field', 'account.website', { ...field, label: 'Theirs' }, { who: ben });
    await put('field', 'account.pin', PIN, { who: ben });
    await put('workflow', 'call_home', CALL, { who: ben });
    const role = documentOf('rol_admin') as { capabilities: string[] };
    await put('role', 'admin', { ...role, capabilities: [...role.capabilities, 'reveal_secrets'] }, { who: ben });
    await publish(await call('post /metadata/draft/plan', [], { who: ben }), ben);
    await call('get /metadata/drafts/{id}/change-set', [draft.id], { status: 409 });
    const { conflicts } = await call('get /metadata/drafts/{id}/conflicts', [draft.id]);
    const [{ id, path }] = conflicts;
    await call('post /metadata/draft/plan', [], { query: `?draft=${draft.id as string}` });
    await call('put /metadata/drafts/{id}/conflicts', [draft.id], { body: { decisions: [{ id, path, take: 'value', value: 'Both' }] } });
    await call('post /metadata/drafts/{id}/rebase', [draft.id]);
    const plan = await call('post /metadata/draft/plan');
    await call('delete /metadata/drafts/{id}', [draft.id]);
    await call('post /metadata/drafts/{id}/restore', [draft.id]);
    await call('post /metadata/drafts/{id}/select', [draft.id]);
    await publish(plan);
    await call('delete /metadata/draft');
    await call('get /metadata/publication');
    // Nothing is on its way to the switch.
    await call('delete /metadata/publication', [], { status: 409 });
    await call('get /metadata/versions', [], { query: '?limit=2' });
    await call('get /metadata/versions/{n}', ['2']);
    await call('post /metadata/versions/{n}/rollback', ['1']);
    await call('get /metadata/elements/{kind}/{name}/history', ['field', 'account.website']);
  });

  it('change sets', async () => {
    const changeSet = await call('get /metadata/versions/{n}/change-set', ['1'], { query: '?to=2' });
    await call('post /metadata/change-sets/check', [], { body: { changeSet } });
    await call('post /metadata/change-sets', [], { body: { changeSet }, status: 409 });
    const { files, elements } = changeSet as { files: Record<string, unknown>; elements: Record<string, unknown> };
    const only = (file: string) => ({ ...changeSet, files: { [file]: files[file] }, elements: { [file]: elements[file] } });
    await call('post /metadata/change-sets', [], { body: { changeSet: only('fields/account/pin.json'), name: 'Again' } });
    // Where it is not there any more, it is imported.
    const source = await call('get /metadata/source');
    await call('put /metadata/draft/{kind}/{name}', ['field', 'account.pin'], {
      body: { baseRevision: source.revision, document: null },
      status: 204,
    });
    await publish(await call('post /metadata/draft/plan'));
    await call('post /metadata/change-sets', [], { body: { changeSet: only('fields/account/pin.json') }, status: 201 });
    await publish(await call('post /metadata/draft/plan'));
  });

  it('records, secrets and files', async () => {
    const account = await call('post /records/account', [], { body: { name: 'Contract', pin: '1234' }, status: 201 });
    const id = account.id as string;
    await call('get /records/account', [], { query: '?count=exact&q=Contract' });
    await call('post /records/account/query', [], { body: { filter: { '==': [{ var: 'name' }, 'Contract'] }, fields: ['name'] } });
    await call('post /records/account/aggregate', [], { body: { groupBy: ['name'], measures: [{ op: 'count', as: 'n' }], totals: true } });
    await call('get /search', [], { query: '?q=acme%20gmbh&limit=5' });
    await call('get /search', [], { query: '?q=zzzzzz&objects=account,contact' });
    await call('post /search/recent/records', [], { body: { object: 'account', id }, status: 204 });
    await call('post /search/recent/searches', [], { body: { q: 'acme', object: 'account' }, status: 204 });
    const kept = await call('post /search/saved', [], { body: { q: 'acme gmbh', name: 'Ours' }, status: 201 });
    const recent = await call('get /search/recent');
    expect(recent).toMatchObject({
      records: [{ object: 'account' }],
      searches: [{ q: 'acme', object: 'account' }],
      saved: [{ name: 'Ours' }],
    });
    await call('delete /search/saved/{id}', [kept.id]);
    await call('delete /search/recent');
    await call('get /records/account/{id}', [id]);
    const several = {
      mode: 'each',
      operations: [
        { op: 'update', id, values: { name: 'Contract' } },
        { op: 'delete', id: '00000000-0000-7000-8000-000000000000' },
      ],
    };
    await call('post /records/account/bulk', [], { body: several });
    await call('post /records/account/{id}/clone', [id], { body: { values: { name: 'Copy' }, include: ['contacts'] }, status: 201 });
    await call('post /records/account', [], {
      body: { name: 'Whole', contacts: [{ last_name: 'Part', email: 'part@example.test' }] },
      status: 201,
    });
    await call('patch /records/account/{id}', [id], {
      body: { name: 'Contracts' },
      headers: { 'If-Match': `"${String(account.version)}"` },
    });
    await call('patch /records/account/{id}', [id], { body: { name: 'Late' }, headers: { 'If-Match': '"1"' }, status: 409 });
    await call('get /records/account/{id}/history', [id]);
    await call('get /records/account/{id}/history', [id], { query: '?field=name&limit=1' });
    await call('get /records/account/{id}/timeline', [id], { query: '?limit=2&kinds=record.changed,note' });
    await call('get /records/account/{id}/history/{version}', [id, '1']);
    await call('get /records/account/{id}/history/{version}/why', [id, '2'], { query: '?field=name' });
    await call('post /records/account/{id}/restore-version', [id], { body: { version: 1, fields: ['name'] } });
    await call('post /records/account/{id}/reveal/{field}', [id, 'pin']);
    await call('get /reveals');
    const lead = (await call('post /records/lead', [], {
      body: { name: 'Ada', email: 'ada@lead.test', status: 'qualified' },
      status: 201,
    })) as { id: string };
    await call('post /records/lead/{id}/actions/convert', [lead.id], { body: { account: id } });
    await call('get /records/account/{id}/access', [id]);
    const ben = (await server.signedIn(['sales_rep'], 'Rob')).userId;
    await call('post /records/account/{id}/shares', [id], { body: { to: ben, mayEdit: true, reason: 'Helps out' } });
    await call('get /records/account/{id}/shares', [id]);
    await call('get /records/account/{id}/share-candidates', [id], { query: '?q=b' });
    await call('delete /records/account/{id}/shares/{to}', [id, ben]);
    const deal = await call('post /records/deal', [], {
      body: { name: 'Contract', account: id, expected_close_date: '2030-01-01' },
      status: 201,
    });
    await call('get /records/deal/board', [], { query: '?view=board&choices=switcher' });
    await call('delete /records/deal/{id}', [deal.id]);
    await call('post /records/deal/{id}/restore', [deal.id]);
    const [{ operationId: restored }] = (await call('get /records/deal/{id}/history', [deal.id])).data;
    expect((await call('get /operations/{id}', [restored])).canUndo).toBe(true);
    const { operation } = await call('post /operations/{id}/undo', [restored]);
    const twin = await call('post /records/account', [], { body: { name: 'Twin' }, status: 201 });
    const twinDeal = { name: 'Of the twin', account: twin.id as string, expected_close_date: '2030-01-31' };
    await call('post /records/deal', [], { body: twinDeal, status: 201 });
    await call('get /records/account/{id}/merge/preview', [id], { query: `?from=${twin.id as string}` });
    await call('post /records/account/{id}/merge', [id], { body: { from: [twin.id], values: { website: 'https://example.com' } } });
    expect((await call('get /records/account/{id}', [twin.id], { status: 404 })).mergedInto).toMatchObject({ id });
    await call('get /recycle-bin');
    await call('get /recycle-bin', [], { query: '?object=deal&q=x&mine=true&limit=1' });
    await call('get /recycle-bin', [], { query: '?mine=perhaps', status: 400 });
    const body = { records: [{ object: 'deal', id: deal.id as string }] };
    await call('post /recycle-bin/restore', [], { body });
    await call('post /recycle-bin/restore', [], { body });
    await call('post /recycle-bin/purge/preview', [], { body });
    await call('post /recycle-bin/purge/preview', [], { body: { all: true, object: 'account' } });
    await call('post /recycle-bin/purge', [], { body });
    await call('post /recycle-bin/purge', [], { body: { all: true, q: 'zq nothing', until: '2026-01-01T00:00:00Z' } });
    await call('post /recycle-bin/purge', [], { body: { all: true, until: 'yesterday' }, status: 400 });
    await call('delete /records/deal/{id}', [deal.id]);
    await call('post /operations/{id}/undo', [operation]);
    await call('post /records/deal/{id}/restore', [deal.id]);
    // It is still used by its deal.
    await call('delete /records/account/{id}', [id], { status: 409 });

    const sent = await admin.raw('/api/v1/files?name=a.txt', {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: 'Hello',
    });
    expect([sent.status, contract.answers(sent, 'post', '/files')]).toEqual([201, []]);
    called.add('post /files');
    const note = await call('post /records/note', [], {
      body: { title: 'With a file', attachment: sent.body.id, account: id },
      status: 201,
    });
    await call('get /records/note/{id}/files/{field}', [note.id, 'attachment']);
  });

  it('settings', async () => {
    await call('patch /settings/currencies', [], { body: { base: 'EUR' } });
    await call('put /settings/currencies/rates', [], { body: { rates: [{ currency: 'USD', from: '2026-01-01', rate: '1.1' }] } });
    await call('get /settings/currencies');
    await call('get /settings/usage');
    await call('delete /settings/currencies/rates/{currency}/{from}', ['USD', '2026-01-01']);
  });

  it('formulas', async () => {
    await call('post /metadata/formula/check', [], { body: { object: 'account', formula: 'UPPER(name)' } });
    await call('post /metadata/formula/check', [], { body: { object: 'account', formula: 'UPPER(' } });
    await call('post /metadata/formula/complete', [], { body: { object: 'account', formula: 'UP', offset: 2 } });
  });

  it('packs', async () => {
    await call('get /packs');
    await publish(await call('post /packs/{name}/install', ['events']));
    await call('get /packs/{name}', ['events']);
    await call('post /packs/{name}/test', ['events']);
    await cp(fixture('v2'), join(folder, 'packs/events'), { recursive: true });
    await call('post /packs/{name}/upgrade', ['events'], { body: { resolutions: [] } });
    await call('post /packs/{name}/uninstall', ['events']);
    await call('get /pack-export', [], { query: '?name=base', status: 409 });
    await call('get /pack-export', [], { query: '?name=ours' });
    await call('get /packs/{name}', ['nothing'], { status: 404 });
  });

  it('the database', async () => {
    const [index] = await test.sql<{ name: string }>(
      `select indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'sp1'::regnamespace and not indisunique limit 1`,
    );
    await test.sql(`drop index ${index?.name ?? ''}`);
    const { repair } = await call('get /metadata/drift');
    const confirm = (repair.hazards as { code: string }[]).map(({ code }) => code);
    await call('post /metadata/drift/repair', [], { body: { plan: repair.hash, confirm } });
  });

  it('automation', async () => {
    await call('get /workflows');
    automation.kick();
    let run: { id: string; status: string } | undefined;
    while (!['failed', 'dead'].includes(run?.status ?? '')) {
      [run] = (await call('get /workflows/{name}/runs', ['call_home'], { query: '?limit=1' })).data as { id: string; status: string }[];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const id = run?.id ?? '';
    await call('get /workflows/runs/{id}', [id]);
    await automation.stop();
    await call('post /workflows/runs/{id}/retry', [id]);
    await call('post /workflows/runs/{id}/cancel', [id]);
    await call('get /mail/outbox');
  });

  it('events', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${server.origin}/api/v1/events`, { headers: { Cookie: admin.cookie }, signal: stop.signal });
    const reply: Reply = { status: stream.status, headers: stream.headers, body: 'a stream' };
    expect(contract.answers(reply, 'get', '/events')).toEqual([]);
    stop.abort();
    called.add('get /events');
  });

  it('and none of them was left out', () => {
    // Records of every object have the same operations.
    const same = (operation: string) => operation.replace(/ \/records\/[^/]+/, ' /records/{object}');
    const described = Object.entries(contract.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const done = new Set([...called].map(same));
    expect([...new Set(described.map(same))].filter((operation) => !done.has(operation))).toEqual([]);
  });

  it('and each says what it takes and what it answers', () => {
    const silent = Object.entries(contract.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) => {
        const good = Object.entries(responses).filter(([status]) => status !== 'default');
        const isSaid = good.length > 0 && good.every(([status, { content }]) => (status === '204') === (content === undefined));
        return isSaid ? [] : [`${method} ${path}`];
      }),
    );
    expect(silent).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Asked, type Exchange } from '../engine/src/app/leaks/caller.js';
import { DERIVED, PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import type { CanarySystem } from './support/canary-system.js';
import { DEEDS } from './support/deeds.js';
import { openDeedSystem, SEAL } from './support/deed-system.js';
import { changedBy, SESSIONS } from './support/frozen.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { act, openStage, sessionOf, type Deed, type Stage } from './support/stage.js';

let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  await sessionOf(system, 'admin');
}, 600_000);
afterAll(() => system.close());

const ID = '018f3c5e-0000-7000-8000-000000000000';
/** Names of the prototypes of objects, which are there without anybody having given them. */
const PROTOTYPE = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];
/** What the platform keeps of records, people and settings, in the spellings somebody would try. */
const SYSTEM: Readonly<Record<string, unknown>> = {
  ...{ id: ID, tenant_id: 2, tenantId: 2, tenant: 2, space_id: 2, owner_id: ID, created_by: ID, updated_by: ID, actor: ID },
  ...{ created_at: '2020-01-01T00:00:00Z', createdAt: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z', deleted_at: null },
  ...{
    version: 999,
    rev: 1,
    revision: 1,
    epoch: 1,
    kind: 'person',
    role: 'canary_all',
    roles: ['canary_all'],
    role_ids: ['rol_canary_all'],
  },
  ...{ is_admin: true, isAdmin: true, permissions: ['*'], capabilities: ['edit_metadata'], password_hash: 'x', passwordHash: 'x' },
  ...{
    search: 'x',
    search_text: 'x',
    sha256: 'x',
    storage_path: '/etc/passwd',
    path: '/etc/passwd',
    operation: ID,
    cause: { kind: 'pack' },
  },
  ...{ ignore_permissions: true, asSystem: true, system: true },
  ...Object.fromEntries(PROTOTYPE.map((name) => [name, { isAdmin: true, roles: ['canary_all'] }])),
};
/** Members that a call has, whether or not the deed sends them. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  'POST /users': ['roles'],
  'PATCH /users/{id}': ['roles'],
  'POST /teams': ['roles', 'kind'],
  'PATCH /teams/{id}': ['roles'],
  'POST /access/explain': ['role'],
  'POST /metadata/drafts': ['revision'],
  'POST /search/recent/records': ['id'],
  'POST /records/{object}/{id}/restore-version': ['version'],
};

/** Names that a refusal does not say, or what was answered instead of one. */
function unrefused({ status, text }: Exchange, names: readonly string[]): string[] {
  if (status < 400 || status >= 500) return [`${String(status)} ${text.slice(0, 200)}`];
  const { issues } = JSON.parse(text) as { issues: { path: string }[] };
  const said = new Set(issues.flatMap(({ path }) => path.split('/')));
  // A name that may stand nowhere is told before anything else is looked at.
  const left = names.filter((name) => !said.has(name) && !text.includes(`The name ${name} is not allowed.`));
  return left.map((name) => `${String(status)} does not name ${name}: ${text.slice(0, 200)}`);
}

/** Fewer than an answer names at once. */
const AT_ONCE = 50;
/** Many at once, for each of them has to be named; one by one at night. That name that no JSON may hold hides the others. */
function together(names: readonly string[]): (readonly string[])[] {
  if (IS_NIGHT) return names.map((name) => [name]);
  const plain = names.filter((name) => name !== '__proto__');
  const parts = Array.from({ length: Math.ceil(plain.length / AT_ONCE) }, (_, n) => plain.slice(n * AT_ONCE, (n + 1) * AT_ONCE));
  return names.includes('__proto__') ? [...parts, ['__proto__']] : parts;
}
const having = (body: object, names: readonly string[], values: Readonly<Record<string, unknown>> = SYSTEM): object =>
  Object.fromEntries([...Object.entries(body), ...names.map((name) => [name, Object.hasOwn(values, name) ? values[name] : 'x'] as const)]);

/** Every call that changes something, ready to be made. */
async function everyDeed(): Promise<(readonly [channel: string, deed: Deed])[]> {
  const all: (readonly [string, Deed])[] = [];
  for (const [channel, deedsOf] of Object.entries(DEEDS)) for (const deed of await deedsOf(stage)) all.push([channel, deed]);
  return all;
}

describe('B-01: what is not there to be given', { timeout: 600_000 }, () => {
  it('is refused by its name in the body and in the address of every call, and nothing is kept', async () => {
    const wrong: string[] = [];
    const deeds = await everyDeed();
    const attempt = async ([channel, deed]: readonly [string, Deed]) => {
      const body = (deed.asked?.body ?? {}) as object;
      const names = Object.keys(SYSTEM).filter((name) => !Object.hasOwn(body, name) && TAKES[channel]?.includes(name) !== true);
      for (const some of deed.asked?.bytes === undefined ? together(names) : []) {
        const answer = await act(system, 'admin', channel, { ...deed, asked: { ...deed.asked, body: having(body, some) } });
        wrong.push(...unrefused(answer, some).map((what) => `${channel}: ${what}`));
      }
      for (const some of together(['tenant_id', 'owner', 'roles', 'ignore_permissions', 'constructor'])) {
        const query = { ...deed.asked?.query, ...Object.fromEntries(some.map((name) => [name, '2'])) };
        const answer = await act(system, 'admin', channel, { ...deed, asked: { ...deed.asked, query } });
        wrong.push(...unrefused(answer, some).map((what) => `${channel}?: ${what}`));
      }
    };
    const changed = await changedBy(system, () => inParallel(deeds, 4, attempt), SESSIONS);
    expect([wrong.slice(0, 20), changed]).toEqual([[], []]);
    expect(deeds.length).toBeGreaterThan(50);
  });

  it('is refused in every value of a record, however deep and by whichever way it is written', async () => {
    const { specimen, fresh } = stage;
    const [one, other] = [(await specimen({ code: fresh() })).id, (await specimen()).id];
    const code = fresh();
    await specimen({ code });
    const at = `/records/${SPECIMEN}`;
    const bulk = (mode: string, operation: (values: object) => object) => (values: object) =>
      ['POST', `${at}/bulk`, { body: { mode, operations: [operation(values)] } }] as const;
    const part = (values: object) => ({ title: 'x', ...values });
    const place = (more: object) => ({ name: 'x', region: 'north', ...more });
    const WAYS: readonly (readonly [what: string, (values: object) => readonly [method: string, path: string, asked: Asked]])[] = [
      ['create', (values) => ['POST', at, { body: part(values) }]],
      ['change', (values) => ['PATCH', `${at}/${one}`, { body: values }]],
      ['a list of a new record', (values) => ['POST', at, { body: { title: 'x', parts: [part(values)] } }]],
      [
        'a list of a list',
        (values) => ['POST', `/records/${PLACE}`, { body: place({ specimens: [{ title: 'x', parts: [part(values)] }] }) }],
      ],
      [
        'a list of a new place',
        (values) => ['POST', `/records/${PLACE}`, { body: place({ places: [place({ specimens: [part(values)] })] }) }],
      ],
      ['a copy', (values) => ['POST', `${at}/${one}/clone`, { body: { values } }]],
      ['the values of a merge', (values) => ['POST', `${at}/${one}/merge`, { body: { from: [other], values } }]],
      ['the inputs of an action', (values) => ['POST', `${at}/${one}/actions/${SEAL}`, { body: values }]],
      ...['all', 'each'].flatMap((mode) => [
        [`a new one of many, ${mode}`, bulk(mode, (values) => ({ op: 'create', values: part(values) }))] as const,
        [`one of many, ${mode}`, bulk(mode, (values) => ({ op: 'update', id: one, values }))] as const,
        [`an upsert that finds, ${mode}`, bulk(mode, (values) => ({ op: 'upsert', match: { code }, values }))] as const,
        [
          `an upsert that makes, ${mode}`,
          bulk(mode, (values) => ({ op: 'upsert', match: { code: 'new' }, values: part(values) })),
        ] as const,
        [
          `a list in one of many, ${mode}`,
          bulk(mode, (values) => ({ op: 'create', values: { title: 'x', parts: [part(values)] } })),
        ] as const,
      ]),
    ];
    const columns = await system.test.sql<{ name: string }>(
      `select distinct attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'sp1'::regnamespace and c.relkind = 'r' and attnum > 0 and not attisdropped`,
    );
    const fields = system.trial.open.model().objects.get(SPECIMEN)?.fields;
    const isGiven = (name: string) => {
      const field = fields?.get(name);
      return field !== undefined && (!field.system || name === 'owner') && !DERIVED.some((derived) => derived === name);
    };
    const all = new Set([...columns.map(({ name }) => name), ...DERIVED, ...Object.keys(SYSTEM)]);
    const names = [...all].filter((name) => !isGiven(name));
    expect(names.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    const changed = await changedBy(system, async () => {
      for (const [what, way] of WAYS) {
        for (const some of together(names)) {
          const answer = await system.call('admin', ...way(having({}, some)));
          const refusal = answer.status === 200 && what.endsWith('each') ? onlyPart(answer) : answer;
          wrong.push(...unrefused(refusal, some).map((each) => `${what}: ${each}`));
        }
      }
      // A value that is brought back is named, not given.
      for (const name of names) {
        const answer = await system.call('admin', 'POST', `${at}/${one}/restore-version`, { body: { version: 1, fields: [name] } });
        if (answer.status < 400) wrong.push(`restore-version of ${name}: ${String(answer.status)} ${answer.text.slice(0, 200)}`);
      }
    });
    expect([wrong.slice(0, 20), changed]).toEqual([[], []]);
  });

  it('is refused in documents of the metadata, at the top and below', async () => {
    const { revision, elements } = json<{
      revision: number;
      elements: { id: string; kind: string; name: string; document: Record<string, unknown> }[];
    }>(await stage.done('GET', '/metadata/source'));
    const kinds = new Map(elements.filter(({ kind }) => kind !== 'pack').map((element) => [element.kind, element]));
    const wrong: string[] = [];
    for (const { kind, name, document } of kinds.values()) {
      const inside = Object.entries(document).flatMap(([member, value]): object[] => {
        const [first] = Array.isArray(value) ? (value as unknown[]) : [];
        if (typeof first !== 'object' || first === null) return [];
        return [{ ...document, [member]: [having(first, ['asSystem'])] }];
      });
      const attempts = [
        ...[...PROTOTYPE, 'tenant_id', 'owner', 'asSystem', 'system', 'permissions'].map((each) => having(document, [each])),
        ...inside,
      ];
      const changed = await changedBy(system, () =>
        inParallel(attempts, 4, async (wanted) => {
          const body = { baseRevision: revision, document: wanted };
          const { status, text } = await system.call('admin', 'PUT', `/metadata/draft/${kind}/${encodeURIComponent(name)}`, { body });
          if (status < 400 || status >= 500)
            wrong.push(`${kind} ${JSON.stringify(Object.keys(wanted))}: ${String(status)} ${text.slice(0, 300)}`);
        }),
      );
      wrong.push(...changed.map((table) => `${kind} ${name} changed ${table}`));
    }
    expect(wrong).toEqual([]);
    expect(kinds.size).toBeGreaterThan(6);
  });
});

/** The only result of a call that writes many, as if it had been the answer. */
function onlyPart(answer: Exchange): Exchange {
  const { results } = json<{ results: { status: number; problem?: object }[] }>(answer);
  return { ...answer, status: results[0]?.status ?? 0, text: JSON.stringify(results[0]?.problem ?? { issues: [] }) };
}

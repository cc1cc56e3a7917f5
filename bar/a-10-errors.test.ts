import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Asked } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { HIDDEN, SOME } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** What an answer must never hold: words of SQL and of the database, files, and where in the code it went wrong. */
const INSIDES =
  /\b(select|insert into|update .* set|from "|join "|where "|sqlstate|constraint|violates|duplicate key|relation "|column "|syntax error|deadlock detected|canceling statement|pg_|sp1|_v\b|meta\.|fk_|pk_|ix_|uq_)|\/[\w.-]+\/[\w./-]+\.(ts|js|mjs|sql)|node_modules|\bat \w+ \(|\$\d+::/i;

const own = (status = 'open') =>
  system.records.find((record) => record.object === SPECIMEN && record.owner === 'canary_own' && record.status === status)?.id ?? '';
const wrongValues: readonly unknown[] = [
  ...[
    null,
    '',
    ' ',
    0,
    -1,
    1.5,
    Number.MAX_VALUE,
    2 ** 53 + 2,
    '9'.repeat(60),
    true,
    [],
    {},
    [[]],
    [null],
    { id: 1 },
    { amount: 'x' },
    { amount: '1', currency: 'ZZZ' },
  ],
  ...[
    '\u0000',
    '\ud800',
    "'; drop table x; --",
    '%s%n',
    '{{constructor}}',
    'x'.repeat(100_001),
    '2024-02-30',
    '24:61',
    '-',
    'NaN',
    'Infinity',
    '00000000-0000-0000-0000-000000000000',
  ],
];

/** Calls that go wrong, each in a way of its own. */
function* wrongCalls(): Generator<readonly [who: string, method: string, path: string, asked?: Asked]> {
  const fields = [
    'title',
    'status',
    'region',
    'size',
    'code',
    'place',
    'part_of',
    'badge',
    'vault',
    'owner',
    'id',
    'version',
    'created_at',
    'deleted_at',
    HIDDEN[0] ?? '',
    SOME[0] ?? '',
    'zq',
  ];
  for (const field of fields) {
    for (const value of wrongValues) {
      yield [
        'canary_own',
        'POST',
        `/records/${SPECIMEN}`,
        { body: { title: 'Wrong', owner: system.person('canary_own').id, [field]: value } },
      ];
      yield ['canary_own', 'PATCH', `/records/${SPECIMEN}/${own()}`, { body: { [field]: value } }];
    }
  }
  // Somebody who may write fields of every type.
  for (const field of [...HIDDEN, ...SOME]) {
    for (const value of wrongValues.slice(0, 18)) yield ['admin', 'PATCH', `/records/${SPECIMEN}/${own()}`, { body: { [field]: value } }];
  }
  for (const name of ['filter', 'sort', 'fields', 'limit', 'cursor', 'skip', 'count', 'view', 'q', 'include']) {
    for (const value of [
      '\u0000',
      '%',
      "'",
      '{',
      '[]',
      '{"==":[]}',
      '{"var":"x"}',
      '-1',
      '1e9',
      'x'.repeat(3_000),
      '{"==":[{"var":"size"},1e400]}',
      '{"==":[{"var":"title"},"\\u0000"]}',
    ]) {
      yield ['canary_own', 'GET', `/records/${SPECIMEN}`, { query: { [name]: value } }];
      yield ['canary_own', 'POST', `/records/${SPECIMEN}/query`, { body: { [name]: value } }];
    }
  }
}

describe('A-10: an error', () => {
  it('holds no value, no SQL, no name of the database, no file and no stack, whatever goes wrong', async () => {
    const told: string[] = [];
    let errors = 0;
    for (const [who, method, path, asked] of wrongCalls()) {
      const reply = await system.call(who, method, path, asked);
      if (reply.status < 400) continue;
      errors += 1;
      const { issues, detail, title, hint } = json<{ issues: { message: string }[]; detail: string; title: string; hint?: string }>(reply);
      const said = [title, detail, hint ?? '', ...issues.map(({ message }) => message)].join('\n');
      if (INSIDES.test(said)) told.push(`${method} ${path} ${JSON.stringify(asked).slice(0, 100)}: ${said.slice(0, 300)}`);
      if (reply.status >= 500) told.push(`${method} ${path} ${JSON.stringify(asked).slice(0, 200)}: ${String(reply.status)}`);
    }
    expect(told.slice(0, 10)).toEqual([]);
    expect(errors).toBeGreaterThan(200);
    // The administrator's own calls hold what they may read.
    expect(system.leaks).toEqual([]);
  }, 300_000);

  it('about a value that is taken by a record one may not see names the field and nothing of the record', async () => {
    const hidden = json(await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body: { title: 'Taker', code: 'TAKEN-1' } }));
    for (const body of [
      { title: 'Wants it', code: 'taken-1', owner: system.person('canary_own').id },
      { title: 'Wants it', code: 'TAKEN-1', owner: system.person('canary_own').id },
    ]) {
      const reply = await system.call('canary_own', 'POST', `/records/${SPECIMEN}`, { body });
      expect(reply.status).toBe(409);
      expect(reply.text).not.toContain(String(hidden['id']));
      expect(json(reply)).toMatchObject({ code: 'duplicate', issues: [{ path: '/code', code: 'duplicate' }] });
      expect(INSIDES.test(String(json(reply)['detail']))).toBe(false);
    }
    // In another tenant it is free.
    expect((await system.call('other_own', 'POST', `/records/${SPECIMEN}`, { body: { title: 'Free here', code: 'TAKEN-1' } })).status).toBe(
      201,
    );
  });

  it('about a record that others still need, and about one that was locked or taken too long, is a sentence', async () => {
    const place = system.records.find(({ object }) => object === PLACE)?.id ?? '';
    const client = await lockedRow(own('won'));
    try {
      const reply = await system.call('canary_own', 'PATCH', `/records/${SPECIMEN}/${own('won')}`, { body: { title: 'Waits' } });
      expect([reply.status, INSIDES.test(reply.text.replace(/"type":"[^"]*"/, ''))]).toEqual([503, false]);
    } finally {
      await client.end();
    }
    for (const [who, path] of [
      ['admin', `/records/${PLACE}/${place}`],
      ['admin', `/records/${VAULT}/${system.records.find(({ object }) => object === VAULT)?.id ?? ''}`],
    ] as const) {
      const reply = await system.call(who, 'DELETE', path);
      expect(INSIDES.test(reply.text.replace(/"type":"[^"]*"/, ''))).toBe(false);
    }
    expect(system.leaks).toEqual([]);
  }, 300_000);
});

/** Holds a row until its connection ends. */
async function lockedRow(id: string) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: system.test.url });
  await client.connect();
  const active = system.trial.open.models.current(system.trial.tenant.space);
  const table = active.bindings.tables.get(active.model.objects.get(SPECIMEN)?.id ?? '') ?? '';
  await client.query('begin');
  await client.query(`select 1 from sp1."${table}" where id = $1 for update`, [id]);
  return client;
}

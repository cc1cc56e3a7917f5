// npm run bench:neighbours: what one tenant feels of another that sends what it may not, or the dearest it may, fifty at a time.
//
//   npm run bench:neighbours                  about four minutes
//
// One tenant asks for its list two hundred times a second at most, in turns alone and beside a storm, and what it measured in all turns is counted together:
// one turn has ten requests beyond its p99. The storm has a process of its own: it would delay what is measured here. Read ratios.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Connection, serialise } from './http-client.mjs';
import { installPack } from './install-pack.mjs';
import { loadData } from './load-data.mjs';
import { quantile } from './measure.mjs';
import { startAll } from './servers.mjs';

const AT_ONCE = 50;
const ROUNDS = 5;
const SECONDS = 6;
const OBJECT = 'bench_deal';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const many = (count, join, each) => Array.from({ length: count }, (_, n) => each(n)).join(join);
const nested = (depth, outer, inner) => (depth === 0 ? inner : outer(nested(depth - 1, outer, inner)));
/** Formulas with as many parts and as deep as they may be. */
const FORMULAS = [
  many(100, ' & ', () => 'MOD(amount, cf_score)'),
  many(120, ' + ', () => 'ROUND(amount, 2)'),
  many(80, ' & ', () => 'CASE(notes, "a", name, notes)'),
  many(160, ' & ', () => 'UPPER(notes)'),
  `AND(${many(450, ', ', () => 'cf_forecast')})`,
  nested(25, (inner) => `SUBSTITUTE(${inner}, "a", "b")`, 'notes'),
  nested(25, (inner) => `IF(cf_forecast, ${inner}, notes)`, 'notes'),
];
/** Conditions as large as they may be, over the twenty thousand accounts: Postgres reads each of them. */
const filter = { or: Array.from({ length: 49 }, (_, n) => ({ contains: [{ var: 'name' }, `zq${n}`] })) };
/** What means to be more than it may: other languages, the inside of this one, and what is too large. All of it is refused. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '__defineGetter__',
  'process',
  'globalThis',
  'Function',
  'eval',
  'require',
  '$eval',
];
const OPERATORS = [
  'cat',
  'substr',
  'map',
  'reduce',
  'filter',
  'merge',
  'log',
  'method',
  'missing',
  'if',
  '===',
  'some',
  'matches',
  'throw',
  'preserve',
];
const doubled = many(12, '', () => 'x')
  .split('')
  .reduce((made) => ({ cat: [made, made] }), 'x');
const HOSTILE = [
  ...[
    ...NAMES.flatMap((name) => [name, `account.${name}`, `${name}("return 1")`, `name.${name}`, `"${name}" & ${name}`]),
    ...['[1..10000000]', '($f := function($x) { $f($x) }; $f(1))', '/^(a+)+$/', 'REPEAT(name, 1000000)', '9^999', 'x'.repeat(100_000)],
    ...[
      `${'('.repeat(12_000)}1${')'.repeat(12_000)}`,
      `${'NOT('.repeat(1_200)}cf_forecast${')'.repeat(1_200)}`,
      `IF(${'cf_forecast,'.repeat(900)}1)`,
    ],
    'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(name, "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa")',
  ].map((formula) => ({ method: 'POST', path: '/api/v1/metadata/formula/check', body: { object: OBJECT, formula } })),
  ...[
    ...NAMES.flatMap((name) => [{ '==': [{ var: name }, 'x'] }, { [name]: ['x'] }, { '==': [{ var: `account.${name}` }, 'x'] }]),
    ...OPERATORS.flatMap((name) => [{ [name]: [{ var: 'name' }, 'x'] }, { '==': [{ [name]: ['x'] }, 'x'] }]),
    { '==': [doubled, 'x'] },
    {
      or: many(10_000, ',', () => '1')
        .split(',')
        .map(() => ({ '==': [{ var: 'name' }, 'x'] })),
    },
    { in: [{ var: 'name' }, many(10_000, ',', (n) => n).split(',')] },
  ].map((bad) => ({ method: 'POST', path: `/api/v1/records/${OBJECT}/query`, body: { filter: bad } })),
  {
    method: 'POST',
    path: `/api/v1/records/${OBJECT}/query`,
    body: `{"filter":${'{"!":'.repeat(12_000)}{"==":[{"var":"name"},"x"]}${'}'.repeat(12_000)}}`,
  },
];
const STORMS = {
  hostile: ({ n }) => HOSTILE[n % HOSTILE.length],
  formulas: ({ n, record }) => ({
    method: 'POST',
    path: '/api/v1/metadata/formula/check',
    body: { object: OBJECT, formula: FORMULAS[n % FORMULAS.length], record },
  }),
  conditions: () => ({ method: 'POST', path: '/api/v1/records/bench_account/query', body: { filter, count: 'exact' } }),
};

if (process.send === undefined) await main();
else process.once('message', (order) => void storm(order));

/** Sends as fast as it is answered until it is told to stop; then says how it was answered. */
async function storm({ kind, port, headers, record }) {
  const statuses = {};
  let isOver = false;
  let n = 0;
  process.once('message', () => (isOver = true));
  /** What is sent again and again is written down once: the storm shares the processors. */
  const written = new WeakMap();
  const bytesOf = (request) => {
    const known = written.get(request) ?? serialise({ ...request, headers }, `127.0.0.1:${port}`);
    written.set(request, known);
    return known;
  };
  const loop = async () => {
    const connection = new Connection(port);
    while (!isOver) {
      const request = STORMS[kind]({ n: n++, record });
      const { status } = await connection.send(bytesOf(request));
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  process.send(statuses, () => process.exit());
}

/** A tenant beside the first, and somebody of it who may do everything; the header they are known by. */
async function addNeighbour({ env }) {
  const { default: pg } = await import('pg');
  const { insertUser } = await import('../engine/dist/store/users.js');
  const { issueKey } = await import('../engine/dist/people/api-keys.js');
  const { newId } = await import('../engine/dist/kernel/ids.js');
  const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 1 });
  try {
    const { rows } = await pool.query(
      `insert into meta.tenant (space_id, name) select space_id, 'Neighbour' from meta.tenant where id = 1 returning id`,
    );
    const person = { id: newId(), tenantId: rows[0].id, email: 'neighbour@bench.example', name: 'Neighbour', passwordHash: null };
    await insertUser(pool, { ...person, roleIds: ['rol_admin'], locale: null, timeZone: null, managerId: null, territories: [] });
    return { authorization: `Bearer ${(await issueKey(pool, person.id, 'bench', null)).key}` };
  } finally {
    await pool.end();
  }
}

async function main() {
  const started = performance.now();
  const log = (text) => console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  const servers = await startAll(log);
  try {
    await installPack(servers.ours);
    const data = await loadData(servers.db, { repId: servers.people.repId, fraction: 0.2 });
    const { port } = servers.ours;
    const connection = new Connection(port);
    const headers = await addNeighbour(servers);
    const send = async (request) => {
      const { status, body } = await connection.send(serialise({ ...request, headers }, `127.0.0.1:${port}`));
      if (status >= 300) throw new Error(`${request.path}: ${status} ${body.toString().slice(0, 300)}`);
    };
    for (let n = 0; n < 20; n++) await send({ method: 'POST', path: '/api/v1/records/bench_account', body: { name: `Account ${n}` } });
    const listen = async (seconds) => {
      const latencies = [];
      for (const end = performance.now() + seconds * 1_000; performance.now() < end; await sleep(5)) {
        const at = performance.now();
        await send({ path: '/api/v1/records/bench_account?limit=20' });
        latencies.push(performance.now() - at);
      }
      return latencies;
    };
    await listen(2);
    for (const kind of Object.keys(STORMS)) {
      const alone = [];
      const beside = [];
      const answered = {};
      for (let round = 0; round < ROUNDS; round += 1) {
        alone.push(...(await listen(SECONDS)));
        const child = fork(fileURLToPath(import.meta.url));
        child.send({ kind, port, headers: servers.ours.headers.admin, record: data.peers.deals[0] });
        await sleep(1_000);
        beside.push(...(await listen(SECONDS)));
        const statuses = await new Promise((resolve) => {
          child.once('message', resolve);
          child.send('stop');
        });
        for (const [status, count] of Object.entries(statuses)) answered[status] = (answered[status] ?? 0) + count;
        await sleep(2_000);
      }
      for (const latencies of [alone, beside]) latencies.sort((a, b) => a - b);
      const figures = [0.5, 0.9, 0.99].map((part) => {
        const [was, is] = [quantile(alone, part), quantile(beside, part)];
        return `p${part * 100} ${(is / was).toFixed(1)} × (${is.toFixed(1)} / ${was.toFixed(1)} ms)`;
      });
      console.log(`beside ${AT_ONCE} ${kind} at a time: ${figures.join(', ')}; these were answered ${JSON.stringify(answered)}`);
    }
    connection.close();
  } finally {
    await servers.stop();
  }
}

// npm run bench:publish: what a publish costs, and what people notice of it while they work.
//
//   npm run bench:publish                     a million rows, about four minutes
//   npm run bench:publish -- --rows=100000    fewer
//
// The floor of a publish is the same SQL, run by hand in one round trip; that of a wait is the same requests a moment before.
import { parseArgs } from 'node:util';
import { startAll } from './servers.mjs';

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rate: { type: 'string', default: '100' } },
});
const rows = Number(options.rows);
const rate = Number(options.rate);
const started = performance.now();
const log = (text) => console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const object = (name) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'title' });
const field = (of, name, more = {}) => ({ kind: 'field', id: `fld_${of}_${name}`, object: of, name, label: name, type: 'text', ...more });

const servers = await startAll(log);
const api = async (method, path, body) => {
  const answer = await fetch(`http://127.0.0.1:${servers.ours.port}/api/v1${path}`, {
    method,
    headers: { ...servers.people.headers.admin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
};
const draft = async (documents) => {
  const { revision } = await api('GET', '/metadata/source');
  for (const document of documents) {
    const name = document.kind === 'field' ? `${document.object}.${document.name}` : document.name;
    await api('PUT', `/metadata/draft/${document.kind}/${name}`, { baseRevision: revision, document });
  }
};
const timed = async (work) => {
  const from = performance.now();
  const value = await work();
  return { value, ms: performance.now() - from };
};
const publish = async () => {
  const plan = await timed(() => api('POST', '/metadata/draft/plan', {}));
  const { hash, hazards, statements, issues } = plan.value;
  if (hash === null) throw new Error(JSON.stringify(issues));
  const run = await timed(() => api('POST', '/metadata/draft/publish', { plan: hash, confirm: hazards.map(({ code }) => code) }));
  return { planMs: plan.ms, ms: run.ms, statements };
};

/** Requests at a fixed rate, answered or not: a list and a change in turn, each as long as people would have waited for it. */
function startWork(ids) {
  let waits = [];
  const errors = [];
  const open = new Set();
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    const call =
      n % 2 === 0
        ? api('GET', '/records/thing_0?limit=20&sort=-updated_at')
        : api('PATCH', `/records/thing_0/${ids[n % ids.length]}`, { f1: `v${n}` });
    const from = performance.now();
    const done = call.then(
      () => waits.push(performance.now() - from),
      (error) => errors.push(error.message),
    );
    open.add(done);
    void done.finally(() => open.delete(done));
  }, 1000 / rate);
  return {
    errors,
    take() {
      const taken = waits.toSorted((a, b) => a - b);
      waits = [];
      return { count: taken.length, median: taken[Math.floor(taken.length / 2)] ?? 0, longest: taken.at(-1) ?? 0 };
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

const report = [];
try {
  log('20 objects of 30 fields');
  const objects = Array.from({ length: 20 }, (_, index) => `thing_${index}`);
  await draft(
    objects.flatMap((name, index) => [
      object(name),
      field(name, 'title'),
      ...Array.from({ length: 28 }, (_, n) => field(name, `f${n}`, n % 7 === 0 ? { indexed: true } : {})),
      field(name, 'next', { type: 'lookup', target: objects[(index + 1) % 20] }),
    ]),
  );
  const big = await publish();
  await servers.db.query('create schema floor; create schema floor_v');
  const sql = big.statements.map(({ sql: text }) => text.replaceAll('"sp1_v"', '"floor_v"').replaceAll('"sp1"', '"floor"'));
  const floor = await timed(() => servers.db.query(`begin; ${sql.join(';\n')}; commit`));
  report.push(
    `publish 20 objects × 30 fields (${big.statements.length} statements): ${(big.ms / floor.ms).toFixed(1)} × the same SQL by hand (${Math.round(big.ms)} ms; plan ${Math.round(big.planMs)} ms)`,
  );

  log(`${rows} rows`);
  const at = async (id) =>
    (await servers.db.query('select table_name as "table", column_name as "column" from meta.binding where element_id = $1', [id])).rows[0];
  const { table } = await at('obj_thing_0');
  const [title, text] = [(await at('fld_thing_0_title')).column, (await at('fld_thing_0_f2')).column];
  await servers.db.query(
    `insert into sp1."${table}" (id, tenant_id, "${title}", "${text}") select gen_random_uuid(), 1, 'row ' || n, n::text from generate_series(1, ${rows}) n`,
  );
  await servers.db.query(`vacuum analyze sp1."${table}"`);
  const ids = (await servers.db.query(`select id from sp1."${table}" limit 500`)).rows.map(({ id }) => id);

  for (const [what, document] of [
    ['a field', field('thing_0', 'added')],
    ['an indexed field over values', field('thing_0', 'f3', { indexed: true })],
    ['a link with its key', field('thing_0', 'other', { type: 'lookup', target: 'thing_1' })],
    ['text to whole number', field('thing_0', 'f2', { type: 'integer' })],
  ]) {
    log(what);
    await draft([document]);
    const work = startWork(ids);
    await sleep(1000);
    work.take();
    await sleep(4000);
    const calm = work.take();
    const run = await publish();
    await sleep(300);
    const busy = work.take();
    await work.stop();
    report.push(
      `${what}: ${(run.ms / 1000).toFixed(1)} s; longest wait ${(busy.longest / calm.longest).toFixed(1)} × that of before (${Math.round(busy.longest)} / ${Math.round(calm.longest)} ms), median ${(busy.median / calm.median).toFixed(1)} ×, ${busy.count} requests, ${work.errors.length} errors`,
    );
    if (work.errors.length > 0) report.push(`  ${work.errors[0].slice(0, 300)}`);
  }
} finally {
  await servers.stop();
}
console.log(report.join('\n'));

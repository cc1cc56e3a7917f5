// The floor: the least a Node server can do for the same work. Hand-written SQL, prepared by name, JSON built by Postgres, bytes passed
// on. No metadata, no history, no checks but who is asking. What a platform adds is measured against this.
import http from 'node:http';
import pg from 'pg';
import { answerPeer } from './peers/floor-sql.mjs';

/** JSON of a row with its three lookups: `d` is the record, `a`, `c`, `u` what it links to. */
const record = `json_build_object('id', d.id, 'version', d.version, 'name', d.name,
  'amount', json_build_object('amount', d.amount::text, 'currency', d.currency), 'expected_close_date', d.expected_close_date, 'source', d.source,
  'account', json_build_object('id', a.id, 'label', a.name), 'contact', json_build_object('id', c.id, 'label', c.name),
  'owner', json_build_object('id', u.id, 'label', u.name))`;
const joins = `left join floor.account a on a.id = d.account_id left join floor.contact c on c.id = d.contact_id left join floor.staff u on u.id = d.owner_id`;

const list = (own, count) => {
  const where = `d.source = $1 and d.amount < $2${own ? ' and d.owner_id = $3' : ''}`;
  const counted = count ? `, 'count', (select count(*) from (select 1 from floor.deal d where ${where} limit 10001) n)` : '';
  return `select json_build_object('data', coalesce(json_agg(${record} order by d.amount desc, d.id desc), '[]')${counted})::text as answer
    from (select * from floor.deal d where ${where} order by d.amount desc, d.id desc limit 50) d ${joins}`;
};
const one = (own) => `select ${record}::text as answer from floor.deal d ${joins} where d.id = $1${own ? ' and d.owner_id = $2' : ''}`;
const insert = `with d as (insert into floor.deal (id, version, name, amount, currency, expected_close_date, source, account_id, contact_id, owner_id)
  select $1, 1, r.name, r.amount, 'EUR', r.expected_close_date, r.source, r.account_id, r.contact_id, r.owner_id
  from json_to_record($2::json) as r(name text, amount numeric, expected_close_date date, source text, account_id uuid, contact_id uuid, owner_id uuid)
  returning *) select ${record}::text as answer from d ${joins}`;
const update = (
  own,
) => `with d as (update floor.deal set amount = $2, version = version + 1 where id = $1${own ? ' and owner_id = $3' : ''} returning *)
  select ${record}::text as answer from d ${joins}`;

const pool = new pg.Pool({
  connectionString: process.env.FLOOR_DATABASE_URL,
  max: Number(process.env.FLOOR_POOL),
  options: '-c max_parallel_workers_per_gather=0 -c jit=off',
});
const callers = new Map(JSON.parse(process.env.FLOOR_CALLERS));

const run = async (name, text, values) => (await pool.query({ name, text, values })).rows[0]?.answer;
const readBody = (request) =>
  new Promise((resolve, reject) => {
    const chunks = [];
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks).toString()))
      .on('error', reject);
  });

async function answer(request, { owner }) {
  const { pathname, searchParams: query } = new URL(request.url, 'http://floor');
  const own = owner ? [owner] : [];
  const suffix = owner ? '_own' : '';
  if (pathname.startsWith('/peer/')) {
    return answerPeer({ method: request.method, pathname, query, owner, body: () => readBody(request) }, run, pool);
  }
  const id = pathname.slice('/deals/'.length);
  if (request.method === 'GET' && pathname === '/deals') {
    const count = query.has('count');
    return run(`list${suffix}${count ? '_count' : ''}`, list(owner, count), [query.get('source'), query.get('below'), ...own]);
  }
  if (request.method === 'GET') return run(`get${suffix}`, one(owner), [id, ...own]);
  if (request.method === 'POST') return run('insert', insert, [crypto.randomUUID(), await readBody(request)]);
  return run(`update${suffix}`, update(owner), [id, JSON.parse(await readBody(request)).amount, ...own]);
}

const server = http.createServer(async (request, response) => {
  const caller = callers.get(request.headers.authorization);
  let status = 200;
  let body;
  try {
    body = caller ? await answer(request, caller) : undefined;
    if (body === undefined) {
      status = caller ? 404 : 401;
      body = '{}';
    }
  } catch (error) {
    status = 500;
    body = JSON.stringify({ detail: error.message });
  }
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));

// Loads the same rows into the floor's tables and into the tables the platform made from metadata: set-wise, as superuser, past the API,
// because 280,000 writes through it would be a measurement of their own.
import { readFile } from 'node:fs/promises';

const quote = (name) => `"${name.replaceAll('"', '""')}"`;
const sqlFile = (name) => readFile(new URL(name, import.meta.url), 'utf8');

/** Where the platform keeps an object: its table, and the column of a field by API name. */
async function bindingsOf(db, object) {
  const { rows } = await db.query(
    `select element_id, kind, table_name, column_name from meta.binding where state = 'active' and space_id = 1
     and (element_id = $1 or element_id like $2)`,
    [`obj_${object}`, `fld\\_${object}\\_%`],
  );
  const table = rows.find((row) => row.kind === 'table')?.table_name;
  const columns = new Map(
    rows.filter((row) => row.kind === 'column' && row.table_name === table).map((row) => [row.element_id, row.column_name]),
  );
  return {
    table: `sp1.${quote(table)}`,
    column: (field) => columns.get(`fld_${object}_${field}`),
  };
}

/** insert into <object> (system columns, fields) select ... from <source>. `fields` is API name to SQL over the alias s. */
async function fill(db, tenant, object, source, fields, joins = '') {
  const { table, column } = await bindingsOf(db, object);
  const targets = ['tenant_id', 'id', 'owner_id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'version'];
  const at = `coalesce(s.created_at, timestamptz '2026-01-01 00:00:00+00')`;
  const values = [String(tenant), 's.id', 's.owner_id', at, 's.owner_id', at, 's.owner_id', '1'];
  for (const [field, sql] of Object.entries(fields)) {
    const name = column(field.replace(/_cur$/, ''));
    if (!name) throw new Error(`${object} has no field ${field}`);
    targets.push(field.endsWith('_cur') ? `${name}_cur` : name);
    values.push(sql);
  }
  const isDated = source.endsWith('.deal');
  await db.query(
    `insert into ${table} (${targets.map(quote).join(', ')}) select ${values.join(', ')} from (select *${isDated ? '' : ', null::timestamptz as created_at'} from ${source}) s ${joins} order by s.i`,
  );
  await db.query(`analyze ${table}`);
  return table;
}

/**
 * Fills both sides. `repId` takes the place of person 1; `fraction` of the deals are loaded.
 */
export async function loadData(db, { repId, fraction }) {
  await db.query(await sqlFile('staging.sql'));
  for (const table of ['account', 'contact', 'deal']) {
    await db.query(`update bench.${table} set owner_id = $1 where owner_id = bench.id(1, 1)`, [repId]);
  }
  await db.query('update bench.staff s set id = u.id, name = u.name from meta.user u where s.i = 1 and u.id = $1', [repId]);
  if (fraction < 1) await db.query('delete from bench.deal where i > $1', [Math.round(200_000 * fraction)]);
  await db.query(await sqlFile('floor.sql'));

  const tenant = 1;
  await db.query(
    `insert into meta.user (id, tenant_id, email, name) select id, $1, email, name from bench.staff where i > 1 on conflict do nothing`,
    [tenant],
  );
  await fill(db, tenant, 'account', 'bench.account', { name: 's.name', status: `'active'`, category: 's.category', type: `'business'` });
  await fill(db, tenant, 'contact', 'bench.contact', { last_name: 's.name', account: 's.account_id', email: 's.email' });

  const stage = await bindingsOf(db, 'pipeline_stage');
  const c = (field) => quote(stage.column(field));
  await db.query(
    `create table bench.stage as select id, ${c('pipeline')} as pipeline, ${c('is_lost')} as is_lost, (row_number() over (order by ${c('pipeline')}, ${c('order')}) - 1)::int as n from ${stage.table}`,
  );
  const deal = await fill(
    db,
    tenant,
    'deal',
    'bench.deal',
    {
      name: 's.name',
      number: 's.i',
      account: 's.account_id',
      contact: 's.contact_id',
      pipeline: 'st.pipeline',
      stage: 'st.id',
      amount: 's.amount',
      amount_cur: `'EUR'`,
      expected_close_date: 's.expected_close_date',
      source: 's.source',
      forecast_category: `'pipeline'`,
      lost_reason: `case when st.is_lost then 'price' end`,
    },
    'join bench.stage st on st.n = s.stage_pick % (select count(*) from bench.stage)',
  );
  await db.query(
    `insert into sp1.sys_counter (tenant_id, field_id, next_value) values ($1, 'fld_deal_number', 200001)
    on conflict (tenant_id, field_id) do update set next_value = greatest(sys_counter.next_value, excluded.next_value)`,
    [tenant],
  );
  const peers = await loadPeers(db, tenant, { repId, fraction });
  await db.query('vacuum analyze');
  const ids = async (sql, values = []) => (await db.query(sql, values)).rows;
  return {
    deal,
    peers,
    deals: (await ids('select id from bench.deal where i % 50 = 7 order by i')).map((row) => row.id),
    ownDeals: (
      await ids('select d.id from bench.deal d join bench.staff s on s.id = d.owner_id where s.i = 1 order by d.i limit 3000')
    ).map((row) => row.id),
    contacts: await ids('select id as contact, account_id as account from bench.contact where i % 30 = 3 order by i'),
  };
}

/** The rows that other platforms were measured with, on both sides. */
async function loadPeers(db, tenant, { repId, fraction }) {
  await db.query(await sqlFile('peers/data.sql'));
  for (const table of ['account', 'contact', 'lead', 'deal', 'activity']) {
    await db.query(`update peers.${table} set owner_id = $1 where owner_id = bench.id(1, 1)`, [repId]);
  }
  if (fraction < 1) {
    await db.query('delete from peers.deal where i > $1', [Math.round(200_000 * fraction)]);
    await db.query('delete from peers.activity a where not exists (select 1 from peers.deal d where d.id = a.deal)');
  }
  await db.query(await sqlFile('peers/floor.sql'));
  for (const table of ['account', 'contact', 'lead', 'deal', 'activity']) {
    const { rows } = await db.query(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and attname not in ('i', 'id', 'owner_id', 'created_at')`,
      [`peers.${table}`],
    );
    await fill(db, tenant, `bench_${table}`, `peers.${table}`, Object.fromEntries(rows.map(({ name }) => [name, `s.${quote(name)}`])));
  }
  const ids = async (sql) => (await db.query(sql)).rows.map(({ id }) => id);
  const order = 'select id, expected_close::text as close from peer.deal order by expected_close desc, id desc';
  const count = Number((await db.query('select count(*) from peer.deal')).rows[0].count);
  const places = [];
  for (let n = 0; n < 40; n += 1) {
    const skip = Math.round(count * (0.2 + 0.015 * n));
    places.push({ skip, ...(await db.query(`${order} offset $1 limit 1`, [skip - 1])).rows[0] });
  }
  return {
    accounts: await ids('select id from peers.account order by i limit 5000'),
    contacts: await ids('select id from peers.contact order by i limit 5000'),
    deals: await ids('select id from peers.deal where i % 20 = 7 order by i'),
    places,
  };
}

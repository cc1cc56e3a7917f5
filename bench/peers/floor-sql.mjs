// The statements of the floor for the comparison with other platforms.
const COLUMNS = `d.id, d.version, d.name, d.stage, d.amount::text as amount, d.probability, d.expected_close, d.status, d.cf_region, d.cf_type,
  d.cf_priority, d.cf_margin::text as cf_margin, d.cf_forecast,
  case when a.id is not null then json_build_object('id', a.id, 'label', a.name) end as account,
  case when c.id is not null then json_build_object('id', c.id, 'label', c.last_name) end as contact,
  case when s.id is not null then json_build_object('id', s.id, 'label', s.name) end as owner`;
const MORE = `d.notes, d.cf_source, d.cf_score, d.cf_discount::text as cf_discount, d.cf_start, d.cf_next_step`;
const JOINS = `left join peer.account a on a.id = d.account left join peer.contact c on c.id = d.contact left join floor.staff s on s.id = d.owner`;
const WHOLE = `${COLUMNS}, ${MORE}, d.created_at, d.created_by, d.updated_at, d.updated_by`;

const list = (own, count) => {
  const where = `stage = any($1) and amount > $2${own ? ' and owner = $3' : ''}`;
  return `select json_build_object('data', (select coalesce(json_agg(t), '[]') from (select ${COLUMNS}
      from (select * from peer.deal where ${where} order by expected_close desc, id desc limit 50) d ${JOINS}
      order by d.expected_close desc, d.id desc) t)${count ? `, 'count', (select count(*) from peer.deal where ${where})` : ''})::text as answer`;
};
const page = (from) =>
  `select json_build_object('data', (select coalesce(json_agg(t), '[]') from
    (select d.id, d.version, d.name, d.stage, d.amount::text as amount, d.expected_close ${from}) t))::text as answer`;

export const STATEMENTS = {
  peer_list: list(false, true),
  peer_list_own: list(true, true),
  peer_list_nocount: list(false, false),
  peer_get: `select (select row_to_json(t) from (select ${COLUMNS}, ${MORE},
    (select coalesce(json_agg(x), '[]') from (select id, version, type, subject, due, done from peer.activity where deal = d.id
      order by due desc, id desc limit 10) x) as activities from peer.deal d ${JOINS} where d.id = $1) t)::text as answer`,
  // A fence: the planner would walk along the names for the limit.
  peer_search: `select json_build_object('data', (select coalesce(json_agg(t), '[]') from (with m as materialized
    (select id, version, name, industry from peer.account where name ilike '%' || $1 || '%') select * from m order by name, id limit 20) t))::text as answer`,
  peer_kanban: `select json_build_object('data', (select json_agg(json_build_object('stage', g.stage, 'count', g.n, 'sum', g.s, 'cards',
    (select json_agg(t) from (select d.id, d.version, d.name, d.amount::text as amount, d.expected_close,
      json_build_object('id', a.id, 'label', a.name) as account from peer.deal d left join peer.account a on a.id = d.account
      where d.stage = g.stage order by d.expected_close desc, d.id desc limit 20) t)) order by g.stage)
    from (select stage, count(*) n, sum(amount)::text s from peer.deal group by stage) g))::text as answer`,
  // By day first, whose keys are cheap, then the few thousand groups by month.
  peer_aggregate: `select json_build_object('data', (select json_agg(t) from (select stage, m::date as month, sum(n)::int as n, sum(s)::text as s from
    (select stage, date_trunc('month', expected_close) m, sum(n) n, sum(s) s from (select stage, expected_close, count(*) n, sum(amount) s from peer.deal
    group by 1, 2) x group by 1, 2) y group by 1, 2 order by 1, 2) t))::text as answer`,
  // Along the index alone; the fifty rows are fetched after it.
  peer_offset: page(`from (select id from peer.deal order by expected_close desc, id desc offset $1 limit 50) k join peer.deal d using (id)
    order by d.expected_close desc, d.id desc`),
  peer_cursor: page(`from peer.deal d where (expected_close, id) < ($1::date, $2::uuid) order by expected_close desc, id desc limit 50`),
  peer_create: `insert into peer.deal (id, name, account, contact, owner, created_by, updated_by, stage, amount, probability, expected_close, status, cf_region, cf_priority)
    select $1, name, account, contact, owner, owner, owner, stage, amount, probability, expected_close, status, cf_region, cf_priority
    from json_populate_record(null::peer.deal, $2::json) returning json_build_object('id', id, 'version', version)::text as answer`,
  peer_create_whole: `with d as (insert into peer.deal (id, name, account, contact, owner, created_by, updated_by, stage, amount, probability, expected_close, status,
      cf_region, cf_priority)
    select $1, name, account, contact, owner, owner, owner, stage, amount, probability, expected_close, status, cf_region, cf_priority
    from json_populate_record(null::peer.deal, $2::json) returning *)
    select (select row_to_json(t) from (select ${WHOLE}) t)::text as answer from d ${JOINS}`,
  peer_update: `update peer.deal set stage = $2, version = version + 1, updated_at = now() where id = $1
    returning json_build_object('id', id, 'version', version)::text as answer`,
  peer_update_whole: `with d as (update peer.deal set stage = $2, version = version + 1, updated_at = now() where id = $1 returning *)
    select (select row_to_json(t) from (select ${WHOLE}) t)::text as answer from d ${JOINS}`,
  peer_leads: `with n as (insert into peer.lead (id, name, email, company, status, source, score, owner)
    select gen_random_uuid(), name, email, company, status, source, score, owner from json_populate_recordset(null::peer.lead, $1::json) returning id)
    select json_build_object('count', count(*))::text as answer from n`,
};

const NAME = /^[a-z_0-9]+$/;

/** What the floor answers to the requests of the comparison; undefined for others. */
export async function answerPeer({ method, pathname, query, body, owner }, run, pool) {
  const own = owner ? '_own' : '';
  switch (`${method} ${pathname}`) {
    case 'GET /peer/deals': {
      const name = query.has('count') ? `peer_list${own}` : 'peer_list_nocount';
      return run(name, STATEMENTS[name], [query.get('stage').split(','), query.get('gt'), ...(owner ? [owner] : [])]);
    }
    case 'GET /peer/deal':
      return run('peer_get', STATEMENTS.peer_get, [query.get('id')]);
    case 'GET /peer/accounts':
      return run('peer_search', STATEMENTS.peer_search, [query.get('q')]);
    case 'GET /peer/kanban':
      return run('peer_kanban', STATEMENTS.peer_kanban, []);
    case 'GET /peer/aggregate':
      return run('peer_aggregate', STATEMENTS.peer_aggregate, []);
    case 'GET /peer/page':
      return query.has('offset')
        ? run('peer_offset', STATEMENTS.peer_offset, [query.get('offset')])
        : run('peer_cursor', STATEMENTS.peer_cursor, [query.get('close'), query.get('id')]);
    case 'POST /peer/deal': {
      const name = query.has('whole') ? 'peer_create_whole' : 'peer_create';
      return run(name, STATEMENTS[name], [crypto.randomUUID(), await body()]);
    }
    case 'PATCH /peer/deal': {
      const name = query.has('whole') ? 'peer_update_whole' : 'peer_update';
      return run(name, STATEMENTS[name], [query.get('id'), JSON.parse(await body()).stage]);
    }
    case 'POST /peer/leads':
      return run('peer_leads', STATEMENTS.peer_leads, [await body()]);
    case 'POST /peer/fields': {
      const name = query.get('name');
      if (!NAME.test(name)) return undefined;
      await pool.query(`alter table peer.deal add column ${name} text`);
      return '{}';
    }
    case 'PATCH /peer/field': {
      const name = query.get('name');
      if (!NAME.test(name)) return undefined;
      const { rows } = await pool.query(
        `update peer.deal set ${name} = $2 where id = $1 returning json_build_object('id', id, 'value', ${name})::text as answer`,
        [query.get('id'), await body()],
      );
      return rows[0]?.answer;
    }
    default:
      return undefined;
  }
}

// What the other platforms were measured with, as requests of the floor and of the platform. The parameters of a request depend on its number alone.
import { STAGES } from './pack.mjs';

const hash = (i, salt) => {
  let x = (i * 2654435761 + salt * 40503) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  x ^= x >>> 13;
  x = Math.imul(x, 3266489917) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
};
const PAIRS = [
  ['proposal', 'negotiation'],
  ['qualified', 'proposal'],
  ['won', 'lost'],
  ['lead', 'negotiation'],
];
const TERMS = [
  'nergy 0',
  'lpine S',
  'rbor Ro',
  'dra Glass',
  'ndigo M',
  'per Ph',
  'otics 01',
  'Foods 19',
  'uartz Op',
  'it Lo',
  'ets 0',
  'mmit Wat',
];
const COLUMNS =
  'name,stage,amount,probability,expected_close,status,cf_region,cf_type,cf_priority,cf_margin,cf_forecast,account,contact,owner';
const MORE = 'notes,cf_source,cf_score,cf_discount,cf_start,cf_next_step';
const LIST = '/api/v1/records/bench_deal';
const json = (value) => encodeURIComponent(JSON.stringify(value));
const day = (n) => new Date(Date.UTC(2024, 0, 1) + n * 864e5).toISOString().slice(0, 10);

/** Values as both sides mean them: amounts as numbers, the members in one order. */
const same = (value) => {
  if (Array.isArray(value)) return value.map(same);
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, same(value[key])]),
  );
};

const paramsOf = (i) => ({ stages: PAIRS[hash(i, 1) % 4], gt: 280_000 + 5_000 * (hash(i, 2) % 20) });
const list = (as, count) => ({
  as,
  kind: 'read',
  floor: (i) => ({ path: `/peer/deals?stage=${paramsOf(i).stages.join(',')}&gt=${paramsOf(i).gt}${count ? '&count=1' : ''}` }),
  ours: (i) => {
    const filter = { and: [{ in: [{ var: 'stage' }, paramsOf(i).stages] }, { '>': [{ var: 'amount' }, String(paramsOf(i).gt)] }] };
    return { path: `${LIST}?fields=${COLUMNS}&sort=-expected_close&limit=50&filter=${json(filter)}${count ? '&count=exact' : ''}` };
  },
  canonical: ({ data, count: total, page }) => same({ data, count: total ?? page?.count }),
});

const dealOf = (i) => ({
  name: `New deal ${i}`,
  stage: STAGES[hash(i, 6) % 6],
  amount: (500 + (hash(i, 7) % 4_000_000) / 100).toFixed(2),
  probability: 10 * (hash(i, 8) % 11),
  expected_close: day(hash(i, 9) % 1096),
  status: 'open',
  cf_region: 'EMEA',
  cf_priority: 1 + (hash(i, 10) % 5),
});
const created = (i, { peers }) => ({
  ...dealOf(i),
  account: peers.accounts[hash(i, 3) % peers.accounts.length],
  contact: peers.contacts[hash(i, 4) % peers.contacts.length],
});
const dealId = (i, salt, { peers }) => peers.deals[hash(i, salt) % peers.deals.length];
const minimal = { prefer: 'return=minimal' };
const create = (whole) => ({
  as: 'admin',
  kind: 'write',
  floor: (i, data) => ({ method: 'POST', path: `/peer/deal${whole ? '?whole=1' : ''}`, body: { ...created(i, data), owner: data.admin } }),
  ours: (i, data) => ({ method: 'POST', path: LIST, body: created(i, data), ...(whole ? {} : { headers: minimal }) }),
});
const update = (whole) => ({
  as: 'admin',
  kind: 'write',
  floor: (i, data) => ({
    method: 'PATCH',
    path: `/peer/deal?id=${dealId(i, 19, data)}${whole ? '&whole=1' : ''}`,
    body: { stage: STAGES[hash(i, 20) % 6] },
  }),
  ours: (i, data) => ({
    method: 'PATCH',
    path: `${LIST}/${dealId(i, 19, data)}`,
    body: { stage: STAGES[hash(i, 20) % 6] },
    ...(whole ? {} : { headers: minimal }),
  }),
});

/** A page deep in a list, from the place that `choose` takes of forty, 40,000 records and more behind the first. */
const deep = (choose) => ({
  as: 'admin',
  kind: 'read',
  floor: (i, { peers: { places } }) => ({ path: `/peer/page?close=${choose(i, places).close}&id=${choose(i, places).id}` }),
  ours: (i, { peers: { places } }) => ({
    path: `${LIST}?fields=name,stage,amount,expected_close&sort=-expected_close&limit=50&cursor=${encodeURIComponent(choose(i, places).cursor)}`,
  }),
  canonical: ({ data }) => same(data),
});

/** `peer` is the line of peer-figures.mjs that a scenario is compared with. */
export const peerScenarios = {
  list50: { peer: 'list50', ...list('admin', true) },
  list50_nocount: { peer: 'list50_nocount', ...list('admin', false) },
  list50_restricted: { peer: 'list50_restricted', ...list('rep', true) },
  get1: {
    peer: 'get1',
    as: 'admin',
    kind: 'read',
    floor: (i, data) => ({ path: `/peer/deal?id=${dealId(i, 14, data)}` }),
    ours: (i, data) => {
      const include = { activities: { limit: 10, sort: '-due', fields: ['type', 'subject', 'due', 'done'] } };
      return { path: `${LIST}/${dealId(i, 14, data)}?fields=${COLUMNS},${MORE}&include=${json(include)}` };
    },
    canonical: ({ activities, ...deal }) => same({ ...deal, activities: activities.data ?? activities }),
  },
  search: {
    peer: 'search',
    as: 'admin',
    kind: 'read',
    floor: (i) => ({ path: `/peer/accounts?q=${encodeURIComponent(TERMS[hash(i, 15) % TERMS.length])}` }),
    ours: (i) => ({
      path: `/api/v1/records/bench_account?fields=name,industry&sort=name&limit=20&q=${encodeURIComponent(TERMS[hash(i, 15) % TERMS.length])}`,
    }),
    canonical: ({ data }) => same(data),
  },
  kanban: {
    peer: 'kanban',
    as: 'admin',
    kind: 'read',
    floor: () => ({ path: '/peer/kanban' }),
    ours: () => ({ path: `${LIST}/board?by=stage&sum=amount&sort=-expected_close&fields=name,amount,expected_close,account&limit=20` }),
    canonical: ({ data, columns }) =>
      same(
        (data ?? columns.map(({ key, count, sums, cards }) => ({ stage: key, count, sum: sums.amount, cards: cards.data ?? cards })))
          .map(({ stage, count, sum, cards }) => ({ stage, count, sum, cards }))
          .sort((a, b) => (a.stage < b.stage ? -1 : 1)),
      ),
  },
  aggregate: {
    peer: 'aggregate',
    as: 'admin',
    kind: 'read',
    floor: () => ({ path: '/peer/aggregate' }),
    ours: () => ({
      method: 'POST',
      path: `${LIST}/aggregate`,
      body: {
        groupBy: ['stage', { field: 'expected_close', by: 'month', as: 'month' }],
        measures: [
          { op: 'count', as: 'n' },
          { op: 'sum', field: 'amount', as: 's' },
        ],
        limit: 1000,
      },
    }),
    canonical: ({ data }) =>
      same(data.map(({ stage, month, n, s }) => ({ stage, month, n, s }))).sort((a, b) =>
        `${a.stage}${a.month}` < `${b.stage}${b.month}` ? -1 : 1,
      ),
  },
  deep_offset: {
    peer: 'deep_offset',
    as: 'admin',
    kind: 'read',
    floor: (i) => ({ path: `/peer/page?offset=${100_000 + 50 * (hash(i, 16) % 100)}` }),
    ours: (i) => ({
      path: `${LIST}?fields=name,stage,amount,expected_close&sort=-expected_close&limit=50&skip=${100_000 + 50 * (hash(i, 16) % 100)}`,
    }),
    canonical: ({ data }) => same(data),
  },
  deep_cursor: { peer: 'deep_cursor', ...deep((i, places) => places[hash(i, 17) % places.length]) },
  first_page: {
    as: 'admin',
    kind: 'read',
    beside: ['deep_page', 'deep_cursor'],
    floor: () => ({ path: `/peer/page?close=9999-12-31&id=ffffffff-ffff-ffff-ffff-ffffffffffff` }),
    ours: () => ({ path: `${LIST}?fields=name,stage,amount,expected_close&sort=-expected_close&limit=50` }),
    canonical: ({ data }) => same(data),
  },
  // One page again and again, as the first page is: what is left of the difference is how deep it is.
  deep_page: deep((_i, places) => places.at(-1)),
  create: { peer: 'create', ...create(false) },
  update: { peer: 'update', ...update(false) },
  'create, whole answer': create(true),
  'update, whole answer': update(true),
  'bulk 1,000': {
    peer: 'bulk',
    as: 'admin',
    kind: 'write',
    // A request holds a thousand records: a few are made, and sent one at a time.
    requests: 12,
    connections: [1],
    floor: (run, { admin }) => ({ method: 'POST', path: '/peer/leads', body: bulkLeads(run).map((lead) => ({ ...lead, owner: admin })) }),
    ours: (run) => ({
      method: 'POST',
      path: '/api/v1/records/bench_lead/bulk',
      body: { mode: 'all', operations: bulkLeads(run).map((values) => ({ op: 'create', values })) },
    }),
  },
};

const leadOf = (i) => ({
  name: `Bulk lead ${i}`,
  email: `bulk${i}@example.com`,
  company: `Company ${hash(i, 11) % 9000}`,
  status: 'new',
  source: 'web',
  score: hash(i, 12) % 101,
});
/** A thousand leads; other ones in each run. */
export const bulkLeads = (run) => Array.from({ length: 1000 }, (_, k) => leadOf(run * 1000 + k));

import { peerScenarios } from './peers/scenarios.mjs';

// What is measured: each scenario once, as the request the floor understands and the one the platform understands. Both answer with the
// same values of the same rows.
const FIELDS = 'id,version,name,amount,expected_close_date,source,account,contact,owner';

/** Spreads the requests of a scenario over the data: the same number gives the same request, every run. */
const scatter = (i, salt, size) => (((i + 1) * 2_654_435_761 + salt * 40_503) >>> 0) % size;
const below = (i) => 40_000 + scatter(i, 7, 400_000);

const listFilter = (limit) =>
  encodeURIComponent(JSON.stringify({ and: [{ '==': [{ var: 'source' }, 'inbound'] }, { '<': [{ var: 'amount' }, limit] }] }));
const list = (count) => ({
  kind: 'read',
  floor: (i) => ({ path: `/deals?source=inbound&below=${below(i)}${count ? '&count=1' : ''}` }),
  ours: (i) => ({
    path: `/api/v1/records/deal?fields=${FIELDS}&sort=-amount&limit=50&filter=${listFilter(below(i))}${count ? '&count=capped' : ''}`,
  }),
  /** What must be the same in both answers. */
  canonical: ({ data, count: floorCount, page }) => ({
    ids: data.map((row) => row.id),
    first: data[0] && {
      name: data[0].name,
      amount: data[0].amount,
      account: data[0].account,
      contact: data[0].contact,
      owner: data[0].owner,
    },
    ...(count ? { count: Math.min(page?.count ?? floorCount, 10_000) } : {}),
  }),
});

const get = (pool) => ({
  kind: 'read',
  floor: (i, data) => ({ path: `/deals/${data[pool][scatter(i, 3, data[pool].length)]}` }),
  ours: (i, data) => ({ path: `/api/v1/records/deal/${data[pool][scatter(i, 3, data[pool].length)]}?fields=${FIELDS}` }),
  canonical: ({ id, name, amount, account, contact, owner }) => ({ id, name, amount, account, contact, owner }),
});

const amountOf = (i) => `${1_000 + scatter(i, 11, 90_000)}.00`;
const update = (pool) => ({
  kind: 'write',
  floor: (i, data) => ({ method: 'PATCH', path: `/deals/${data[pool][scatter(i, 5, data[pool].length)]}`, body: { amount: amountOf(i) } }),
  ours: (i, data) => ({
    method: 'PATCH',
    path: `/api/v1/records/deal/${data[pool][scatter(i, 5, data[pool].length)]}`,
    body: { amount: { amount: amountOf(i), currency: 'EUR' } },
  }),
});

const create = {
  kind: 'write',
  floor: (i, data) => {
    const { contact, account } = data.contacts[scatter(i, 13, data.contacts.length)];
    return {
      method: 'POST',
      path: '/deals',
      body: {
        name: `New deal ${i}`,
        amount: amountOf(i),
        expected_close_date: '2026-12-31',
        source: 'outbound',
        account_id: account,
        contact_id: contact,
        owner_id: data.admin,
      },
    };
  },
  ours: (i, data) => {
    const { contact, account } = data.contacts[scatter(i, 13, data.contacts.length)];
    return {
      method: 'POST',
      path: '/api/v1/records/deal',
      body: {
        name: `New deal ${i}`,
        amount: { amount: amountOf(i), currency: 'EUR' },
        expected_close_date: '2026-12-31',
        source: 'outbound',
        account,
        contact,
      },
    };
  },
};

/** `as`: admin sees everything, rep only what they own (about 4,000 of the deals). The second part is the deal of the packs as it is delivered. */
export const scenarios = {
  ...peerScenarios,
  'packs: list 50, 3 lookups': { as: 'admin', ...list(false) },
  'packs: list 50, 3 lookups, capped count': { as: 'admin', ...list(true) },
  'packs: get': { as: 'admin', ...get('deals') },
  'packs: create': { as: 'admin', ...create },
  'packs: update': { as: 'admin', ...update('deals') },
  'packs: list 50, owner-restricted': { as: 'rep', ...list(false) },
  'packs: list 50, capped count, owner-restricted': { as: 'rep', ...list(true) },
  'packs: get, owner-restricted': { as: 'rep', ...get('ownDeals') },
  'packs: update, owner-restricted': { as: 'rep', ...update('ownDeals') },
};

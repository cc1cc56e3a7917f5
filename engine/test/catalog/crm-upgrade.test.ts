import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planPackFolder, publishPacks } from '../../src/catalog/publish-packs.js';
import { examineSpace } from '../../src/catalog/examine.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { PackFile } from '../../src/model/pack-content.js';
import { readPackFiles } from '../../src/model/read-packs.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { addUser, openSpace, PACKS, type TestSpace } from '../support/space.js';

/** The packs as they were shipped with base 1.3.0, leads 1.2.0, deals 1.4.0 and pipelines 1.1.0. */
const before = (): PackFile[] =>
  JSON.parse(gunzipSync(readFileSync(new URL('../fixtures/packs/crm-1.json.gz', import.meta.url))).toString()) as PackFile[];

const SHIPPED = ['base', 'pipelines', 'leads', 'deals'];

describe('a system with the packs of version 1', () => {
  let s: TestSpace;
  let after: PackFile[];
  let person: string;
  const ids: Record<string, string> = {};

  const context = (): RequestContext => ({
    actor: {
      kind: 'system',
      userId: person,
      name: 'Somebody',
      tenantId: s.tenantId,
      roles: [],
      epoch: 1,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: 'user' },
    },
    active: s.activeModels.current(s.space),
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key of the test',
    refresh: () => s.activeModels.refresh(s.space),
  });
  const make = async (key: string, object: string, values: Record<string, unknown>) => {
    ids[key] = (await createRecord(context(), object, values)).id;
  };
  const read = async (key: string, object: string, fields: string[]) =>
    JSON.parse((await readRecord(context(), object, ids[key] ?? '', { fields })).json) as Record<string, unknown>;
  const subjects = async (object: string, field: string, key: string, target: string) => {
    const filter = { and: [{ is_a: [{ var: field }, target] }, { '==': [{ var: field }, ids[key]] }] };
    const json = await listRecords(context(), object, {
      filter: field === 'account' ? { '==': [{ var: field }, ids[key]] } : filter,
      fields: ['id'],
    });
    return (JSON.parse(json) as { data: { id: string }[] }).data
      .map(({ id }) => Object.entries(ids).find(([, known]) => known === id)?.[0])
      .sort();
  };

  beforeAll(async () => {
    s = await openSpace([]);
    person = await addUser(s);
    await publishPacks(s.catalog, s.space, before(), 'all');
    after = (await readPackFiles(PACKS)).filter(({ origin }) => SHIPPED.includes(origin));
    await make('acme', 'account', {
      name: 'Acme',
      billing_street: '1 Main Street',
      billing_city: 'Berlin',
      billing_postal_code: '10115',
      billing_country: 'Deutschland',
      shipping_city: 'Atlantis',
      shipping_country: 'Lemuria',
    });
    await make('bare', 'account', { name: 'Bare' });
    await make('ada', 'contact', {
      name: 'Ada Lovelace',
      first_name: 'Ada',
      last_name: 'Lovelace',
      account: ids['acme'],
      email: 'a@example.com',
    });
    await make('mono', 'contact', { name: 'Madonna', account: ids['acme'], email: 'm@example.com' });
    await make('lead', 'lead', { name: 'Grace Hopper', email: 'g@example.com', score: 82, rating: 'cold', status: 'working' });
    await make('pipeline', 'pipeline', { name: 'Sales', is_default: true });
    await make('stage', 'pipeline_stage', { name: 'First', order: 1, pipeline: ids['pipeline'] });
    await make('deal', 'deal', {
      name: 'Big',
      account: ids['acme'],
      pipeline: ids['pipeline'],
      stage: ids['stage'],
      expected_close_date: '2027-01-31',
    });
    await make('call', 'activity', { subject: 'Call', account: ids['acme'], contact: ids['ada'], deal: ids['deal'] });
    await make('visit', 'activity', { subject: 'Visit', account: ids['acme'] });
    await make('mail', 'communication', { subject: 'Mail', contact: ids['ada'], account: ids['acme'] });
    await make('remark', 'note', { title: 'Remark', lead: ids['lead'] });
  });
  afterAll(() => s.close());

  it('says what will no longer be seen, and asks for nothing that is taken along', async () => {
    const { answer } = await planPackFolder(s.catalog, s.space, after);
    expect(answer.issues).toEqual([]);
    expect(answer.hazards.map(({ code }) => code).sort()).toEqual(['compute:fld_contact_name', 'compute:fld_lead_rating']);
  });

  it('is upgraded in one publish', async () => {
    await publishPacks(s.catalog, s.space, after, ['compute:fld_contact_name', 'compute:fld_lead_rating']);
    const shipped = after.flatMap(({ document }) => (document.kind === 'pack' ? [`${document.name} ${document.version}`] : []));
    const installed = s.activeModels.current(s.space).model.packs.map(({ name, version }) => `${name} ${version}`);
    expect(installed.filter((pack) => !pack.startsWith('small ')).sort()).toEqual(shipped.sort());
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
  });

  it('has the addresses, with a country that is known by its name', async () => {
    expect(await read('acme', 'account', ['billing_address', 'shipping_address'])).toMatchObject({
      billing_address: { street: '1 Main Street', city: 'Berlin', state: null, postal_code: '10115', country: 'DE' },
      shipping_address: { street: 'Lemuria', city: 'Atlantis', state: null, postal_code: null, country: null },
    });
    expect(await read('bare', 'account', ['billing_address'])).toMatchObject({ billing_address: null });
  });

  it('has the names of contacts, also of one that had no parts', async () => {
    expect(await read('ada', 'contact', ['name', 'last_name'])).toMatchObject({ name: 'Ada Lovelace', last_name: 'Lovelace' });
    expect(await read('mono', 'contact', ['name', 'first_name'])).toMatchObject({ name: 'Madonna', first_name: null });
    await updateRecord(context(), 'contact', ids['mono'] ?? '', { first_name: 'Louise' });
    expect(await read('mono', 'contact', ['name'])).toMatchObject({ name: 'Louise Madonna' });
  });

  it('rates leads by their score', async () => {
    expect(await read('lead', 'lead', ['rating'])).toMatchObject({ rating: 'hot' });
  });

  it('knows what activities, communications and notes are about, and shows them where they were', async () => {
    const [deal, ada, lead] = [
      { object: 'deal', id: ids['deal'], label: 'Big' },
      { object: 'contact', id: ids['ada'], label: 'Ada Lovelace' },
      { object: 'lead', id: ids['lead'], label: 'Grace Hopper' },
    ];
    expect(await read('call', 'activity', ['related_to', 'participants', 'account'])).toMatchObject({
      related_to: deal,
      participants: [{ id: ids['ada'], label: 'Ada Lovelace' }],
      account: { label: 'Acme' },
    });
    expect(await read('visit', 'activity', ['related_to'])).toMatchObject({ related_to: { object: 'account', label: 'Acme' } });
    expect(await read('mail', 'communication', ['related_to', 'attendees'])).toMatchObject({
      related_to: ada,
      attendees: [{ label: 'Ada Lovelace' }],
    });
    expect(await read('remark', 'note', ['related_to'])).toMatchObject({ related_to: lead });
    expect(await subjects('activity', 'account', 'acme', 'account')).toEqual(['call', 'visit']);
    expect(await subjects('activity', 'related_to', 'deal', 'deal')).toEqual(['call']);
    expect(await subjects('communication', 'related_to', 'ada', 'contact')).toEqual(['mail']);
  });

  it('finds the customer of what is related to a contact or a deal', async () => {
    await make('later', 'activity', { subject: 'Later', related_to: { object: 'deal', id: ids['deal'] } });
    await make('letter', 'communication', { subject: 'Letter', related_to: { object: 'contact', id: ids['ada'] } });
    await make('direct', 'note', { title: 'Direct', related_to: { object: 'account', id: ids['acme'] } });
    for (const [key, object] of [
      ['later', 'activity'],
      ['letter', 'communication'],
      ['direct', 'note'],
    ] as const)
      expect(await read(key, object, ['account'])).toMatchObject({ account: { label: 'Acme' } });
  });

  it('knows since when a deal is in its stage', async () => {
    await make('next', 'pipeline_stage', { name: 'Next', order: 2, pipeline: ids['pipeline'] });
    expect(await read('deal', 'deal', ['stage_entered_at', 'days_in_stage'])).toMatchObject({
      stage_entered_at: null,
      days_in_stage: null,
    });
    await updateRecord(context(), 'deal', ids['deal'] ?? '', { stage: ids['stage'], name: 'Bigger' });
    expect(await read('deal', 'deal', ['stage_entered_at'])).toMatchObject({ stage_entered_at: null });
    await updateRecord(context(), 'deal', ids['deal'] ?? '', { stage: ids['next'] });
    const moved = await read('deal', 'deal', ['stage_entered_at', 'updated_at', 'days_in_stage']);
    expect(moved).toMatchObject({ stage_entered_at: moved['updated_at'], days_in_stage: '0' });
    await updateRecord(context(), 'deal', ids['deal'] ?? '', { name: 'Biggest' });
    expect(await read('deal', 'deal', ['stage_entered_at'])).toMatchObject({ stage_entered_at: moved['stage_entered_at'] });
    const [kept] = await s.test.sql<{ diff: unknown }>(
      `select diff -> 'fld_deal_stage_entered_at' as diff from sp${String(s.space)}.sys_history where record_id = $1 and diff ? 'fld_deal_stage_entered_at'`,
      [ids['deal']],
    );
    expect(kept?.diff).toEqual([null, moved['stage_entered_at']]);
    await make('second', 'deal', {
      name: 'Second',
      account: ids['acme'],
      pipeline: ids['pipeline'],
      stage: ids['stage'],
      expected_close_date: '2027-01-31',
    });
    expect(await read('second', 'deal', ['days_in_stage'])).toMatchObject({ days_in_stage: '0' });
  });

  it('takes nothing twice', async () => {
    await updateRecord(context(), 'account', ids['acme'] ?? '', { billing_address: null });
    expect((await publishPacks(s.catalog, s.space, after)).changed).toBe(false);
    expect(await read('acme', 'account', ['billing_address'])).toMatchObject({ billing_address: null });
  });
});

import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace, planSpaceRepair, repairSpace } from '../../src/catalog/examine.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { takeCatalogImage } from '../../src/store/catalog-image.js';
import { exactTypes } from '../../src/store/connection.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});

describe('what somebody changed by hand', () => {
  let s: TestSpace;
  const at = (id: string) => {
    const { bindings } = s.activeModels.current(s.space);
    return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? 'gone';
  };
  const table = () => `sp1."${at('obj_city')}"`;
  const view = () => `sp1_v."${at('obj_city')}"`;
  const column = (name: string) => at(`fld_city_${name}`);
  const app = () => `"${s.test.config.roles.app}"`;
  const seen = async () =>
    (await examineSpace(s.database, s.space)).drift.map(
      ({ kind, what, element }) => `${kind} ${what}${element === null ? '' : ` of ${element.name}`}`,
    );

  beforeAll(async () => {
    s = await openSpace([
      city,
      field('title', { required: true, unique: true }),
      field('code', { indexed: true }),
      field('size', { type: 'decimal', precision: 10, scale: 2 }),
      field('twin', { type: 'lookup', target: 'city' }),
    ]);
    await s.test.sql(
      `insert into ${table()} (id, tenant_id, "${column('title')}") select gen_random_uuid(), $1, 'City ' || n from generate_series(1, 20) n`,
      [s.tenantId],
    );
    // As the owner role, which all tables belong to.
    await s.test.sql(`grant "${s.test.config.roles.owner}" to current_user`);
  });
  afterEach(async () => {
    // So that a row that fails does not fail those after it.
    const { repair } = await planSpaceRepair(s.database, s.space);
    await repairSpace(s.database, { space: s.space, hash: null, confirm: repair.hazards.map(({ code }) => code), by: null });
  });
  afterAll(() => s.close());

  it('is nothing at first', async () => {
    expect(await seen()).toEqual([]);
  });

  /** What it is · SQL by hand, as superuser · the findings, in order · whether the repair asks first. */
  const REPAIRED: readonly [string, () => string, string[], 'asks'?][] = [
    ['a missing index', () => `drop index sp1."ix_${column('code')}"`, ['missing index of city.code']],
    ['a missing unique index', () => `drop index sp1."uq_${column('title')}"`, ['missing index of city.title']],
    [
      'an index over something else',
      () => `drop index sp1."ix_${column('code')}"; create index "ix_${column('code')}" on ${table()} (tenant_id, id)`,
      ['differs index of city.code'],
    ],
    [
      'an index that is not unique any more',
      () => `drop index sp1."uq_${column('title')}"; create index "uq_${column('title')}" on ${table()} (tenant_id)`,
      ['differs index of city.title'],
    ],
    [
      'an unfinished index',
      () => `update pg_index set indisvalid = false where indexrelid = 'sp1."ix_${column('code')}"'::regclass`,
      ['differs unfinished index of city.code'],
    ],
    [
      'an unfinished index of nothing',
      () =>
        `create index ix_left_1 on ${table()} (version); update pg_index set indisvalid = false where indexrelid = 'sp1.ix_left_1'::regclass`,
      ['extra unfinished index of city'],
    ],
    ['an index the engine left', () => `create index ix_code_zz on ${table()} (version)`, ['extra index of city']],
    [
      'a missing rule that a value is there',
      () => `alter table ${table()} drop constraint "nn_${column('title')}"`,
      ['missing constraint of city.title'],
    ],
    ['a missing link', () => `alter table ${table()} drop constraint "fk_${column('twin')}"`, ['missing constraint of city.twin']],
    [
      'a link that deletes what points to it',
      () =>
        `alter table ${table()} drop constraint "fk_${column('twin')}", add constraint "fk_${column('twin')}"
           foreign key (tenant_id, "${column('twin')}") references ${table()} (tenant_id, id) on delete cascade`,
      ['differs constraint of city.twin'],
    ],
    [
      'a link that was never checked',
      () => `update pg_constraint set convalidated = false where conname = 'fk_${column('twin')}'`,
      ['differs unchecked constraint of city.twin'],
    ],
    ['a rule the engine left', () => `alter table ${table()} add constraint nn_old_9 check (version > 0)`, ['extra constraint of city']],
    [
      'a missing key, with the link to it',
      () => `alter table ${table()} drop constraint "pk_${at('obj_city')}" cascade`,
      ['missing constraint of city', 'missing constraint of city.twin'],
    ],
    ['a missing view', () => `drop view ${view()}`, ['missing view of city']],
    [
      'a view without its guard',
      () => `create or replace view ${view()} as select * from ${table()}`,
      ['differs tenant guard of view of city'],
    ],
    [
      'a view that calls a column something else',
      () => `alter view ${view()} rename column version to number`,
      ['differs columns of view of city'],
    ],
    [
      'a view of other tenants',
      () => `do $$ begin execute 'create or replace view ${view()} as '
        || replace(pg_get_viewdef('${view()}'::regclass), 'tenant_id = ', 'tenant_id >= '); end $$`,
      ['differs tenant guard of view of city'],
    ],
    ['a missing right on the view', () => `revoke update on ${view()} from ${app()}`, ['differs right of the app role on view of city']],
    ['no right on the view at all', () => `revoke all on ${view()} from ${app()}`, ['missing right of the app role on view of city']],
    ['a right on the table itself', () => `grant select on ${table()} to ${app()}`, ['extra right of the app role on table of city']],
    [
      'a right on one column of the table',
      () => `grant select ("${column('title')}") on ${table()} to ${app()}`,
      ['extra right of the app role on table of city'],
    ],
    ['a right for everybody', () => `grant select on ${table()} to public`, ['extra right of everybody on table of city']],
    ['a right on the schema', () => `grant usage on schema sp1 to ${app()}`, ['extra right of the app role on schema']],
    ['row security that is off', () => `alter table ${table()} disable row level security`, ['differs row security of city']],
    ['a missing policy', () => `drop policy bi_read on ${table()}`, ['missing policy of city']],
    ['a policy for all tenants', () => `alter policy bi_read on ${table()} using (true)`, ['differs policy of city']],
    ['another policy', () => `create policy mine on ${table()} for select using (true)`, ['extra policy of city'], 'asks'],
    [
      'a trigger',
      () =>
        `create or replace function public.stop() returns trigger language plpgsql as 'begin return new; end';
         create trigger audit_it before update on ${table()} for each row execute function public.stop()`,
      ['extra trigger of city'],
      'asks',
    ],
    [
      'a trigger that a conversion left',
      () =>
        `create or replace function public.stop() returns trigger language plpgsql as 'begin return new; end';
         create trigger dw_size before update on ${table()} for each row execute function public.stop()`,
      ['extra trigger of city'],
    ],
    [
      'a column that must be filled',
      () => `update ${table()} set "${column('code')}" = 'c'; alter table ${table()} alter column "${column('code')}" set not null`,
      ['differs rule of column of city.code'],
    ],
    [
      'a system column without its default',
      () => `alter table ${table()} alter column created_at drop default, alter column created_at drop not null`,
      ['differs rule of column of city'],
    ],
    [
      'a missing column, with the view over it',
      () => `alter table ${table()} drop column "${column('size')}" cascade`,
      ['missing column of city.size', 'missing view of city'],
      'asks',
    ],
    ['a missing index of a system table', () => `drop index sp1.ix_sys_history`, ['missing index']],
    ['a missing key of a system table', () => `alter table sp1.sys_counter drop constraint sys_counter_pkey`, ['missing constraint']],
    ['a missing rule of a system table', () => `alter table sp1.sys_history drop constraint sys_history_op_check`, ['missing constraint']],
    ['a missing view of a system table', () => `drop view sp1_v.sys_user`, ['missing view']],
    ['a right on a system table', () => `grant insert on sp1.sys_outbox to ${app()}`, ['extra right of the app role on table']],
    ['a right more than it should have', () => `grant delete on sp1_v.sys_history to ${app()}`, ['differs right of the app role on view']],
    ['a missing index of the platform', () => `drop index meta.wf_run_ready`, ['missing index']],
    ['a missing link of the platform', () => `alter table meta.session drop constraint session_user_id_fkey`, ['missing constraint']],
    [
      'a view of the platform without its guard',
      () => `create or replace view meta_v.wf_run as select * from meta.wf_run`,
      ['differs view'],
    ],
    [
      'a function of the platform that agrees to everything',
      () => `create or replace function meta_v.assert(ok boolean, code text) returns boolean language sql as 'select true'`,
      ['differs function'],
    ],
    ['a right on a table of the platform', () => `grant select on meta.user to ${app()}`, ['extra right of the app role on table']],
    ['a column of the platform that is gone', () => `alter table meta.session drop column user_agent`, ['missing column'], 'asks'],
  ];

  it.each(REPAIRED)('%s is named, and repaired', async (_what, sql, expected, asks) => {
    await s.test.sql(sql());
    const planned = await planSpaceRepair(s.database, s.space);
    expect(await seen()).toEqual(expected);
    expect(planned.drift.every(({ advice, place }) => advice !== '' && place !== '')).toBe(true);
    expect(planned.repair.refused).toEqual([]);
    expect(planned.repair.hash).not.toBeNull();
    expect(planned.repair.statements.every(({ lock }) => lock !== 'L4')).toBe(true);
    const request = { space: s.space, hash: planned.repair.hash, by: null };
    const codes = planned.repair.hazards.map(({ code }) => code);
    expect(codes.length > 0).toBe(asks === 'asks');
    if (asks === 'asks')
      await expect(repairSpace(s.database, { ...request, confirm: [] })).rejects.toMatchObject({ code: 'hazard_unconfirmed' });
    expect(await repairSpace(s.database, { ...request, confirm: codes })).toMatchObject({ pending: [], left: [] });
    expect(await seen()).toEqual([]);
  });

  /** What no repair touches: it holds data, or only a superuser can put it right. Each is seen from a transaction that is never committed. */
  it.each<[string, () => string, string, string]>([
    ['a table', () => `create table sp1.mine (id int)`, 'extra table', 'Nothing here ever drops data'],
    ['a column', () => `alter table ${table()} add column mine int`, 'extra column of city', 'Nothing here ever drops data'],
    ['a view', () => `create view sp1_v.mine as select 1 as one`, 'extra view', 'schema of its own'],
    ['an index of somebody', () => `create index mine on ${table()} (version)`, 'extra index of city', 'Leave it if you know'],
    ['a rule of somebody', () => `alter table ${table()} add constraint mine check (version > 0)`, 'extra constraint of city', 'Leave it'],
    [
      'a column of another type',
      () => `drop view ${view()} cascade; alter table ${table()} alter column "${column('size')}" type text`,
      'differs type of column of city.size',
      'no repair does by itself',
    ],
    ['a table of the platform that is gone', () => `drop table meta.login_attempt`, 'missing table', 'Restore a backup'],
    ['an owner', () => `alter table ${table()} owner to current_user`, 'differs owner of city', 'alter table'],
    ['a role that sees everything', () => `alter role ${app()} bypassrls`, 'differs role', 'superuser'],
    [
      'values that are there twice',
      () => `drop index sp1."uq_${column('title')}"; update ${table()} set "${column('title')}" = 'same'`,
      'missing index of city.title',
      '20 records share',
    ],
  ])('%s is named, and left alone', async (_what, sql, expected, reason) => {
    // As a superuser: no role of ours may do it.
    const client = new pg.Client({ connectionString: s.test.url, types: exactTypes });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(sql());
      const within = { query: client.query.bind(client), connect: () => Promise.resolve({ query: inside, release: () => undefined }) };
      const inside = (text: string, values?: unknown[]) =>
        /^(begin|commit)/.test(text) ? Promise.resolve({ rows: [] }) : client.query(text, values);
      const database = { ...s.database, pool: within } as unknown as typeof s.database;
      const { drift, repair } = await planSpaceRepair(database, s.space);
      const found = drift.find(({ kind, what, element }) => `${kind} ${what}${element === null ? '' : ` of ${element.name}`}` === expected);
      expect(found, JSON.stringify(drift)).toBeDefined();
      expect(repair.refused.find(({ code }) => code === found?.code)?.reason).toContain(reason);
    } finally {
      await client.query('rollback');
      await client.end();
    }
  });

  it('a table that is gone blocks, and is made again, empty, once that is confirmed', async () => {
    await s.test.sql(`drop table ${table()} cascade`);
    expect((await examineSpace(s.database, s.space)).drift.map(({ kind, what, blocks }) => [kind, what, blocks])).toEqual([
      ['missing', 'table', true],
      ['missing', 'view', true],
    ]);
    const { repair } = await planSpaceRepair(s.database, s.space);
    expect(repair.hazards[0]?.message).toContain('gone with all its records');
    const confirm = repair.hazards.map(({ code }) => code);
    expect(await repairSpace(s.database, { space: s.space, hash: repair.hash, confirm, by: null })).toMatchObject({ left: [] });
    expect(await s.test.sql(`select count(*)::int as n from ${table()}`)).toEqual([{ n: 0 }]);
  });

  it('a plan that was read is not run when something else is needed by now', async () => {
    await s.test.sql(`drop index sp1."ix_${column('code')}"`);
    const { repair } = await planSpaceRepair(s.database, s.space);
    await s.test.sql(`revoke update on ${view()} from ${app()}`);
    const stale = repairSpace(s.database, { space: s.space, hash: repair.hash, confirm: [], by: null });
    await expect(stale).rejects.toMatchObject({ code: 'plan_stale' });
    expect(await repairSpace(s.database, { space: s.space, hash: null, confirm: [], by: null })).toMatchObject({ repaired: 2, left: [] });
    const audit = await s.test.sql(
      `select action, detail ->> 'codes' as codes from meta.audit where action = 'catalog.repaired' order by id desc limit 1`,
    );
    expect(audit).toEqual([{ action: 'catalog.repaired', codes: expect.stringContaining('missing:index:ix_') as unknown }]);
  });

  it('changes by publishing are none: a retired link keeps its key, a retired object its table', async () => {
    const admin = await addUser(s);
    const publish = async (...documents: object[]) => {
      const answer = await planDraft(s.catalog, await draft(s, admin, ...documents));
      if (answer.hash === null) throw new Error(JSON.stringify(answer.issues));
      await publishPlan(s.catalog, {
        space: s.space,
        hash: answer.hash,
        confirm: answer.hazards.map(({ code }) => code),
        publisher: admin,
      });
    };
    await publish({ retire: field('twin') });
    expect(await seen()).toEqual([]);
    await takeCatalogImage(s.database.pool, s.test.config.roles);
    expect(await seen()).toEqual([]);
  });
});

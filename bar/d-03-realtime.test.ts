import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { marksIn } from '../engine/src/app/leaks/scan.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { IS_NIGHT, READERS } from './support/hidden-fields.js';
import { listen, until, type Ear } from './support/listen.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 600_000);
afterAll(() => system.close());

const origin = () => system.trial.origin;
const as = (who: string) => ({ Authorization: system.person(who).authorization });
const hear = async (who: string, more: Readonly<Record<string, string>> = {}): Promise<Ear> =>
  (await listen(origin(), { ...as(who), ...more })).ear;
const idOf = (owner: string, status: string, region: string) =>
  system.records.find(
    (record) => record.object === SPECIMEN && record.owner === owner && record.status === status && record.region === region,
  )?.id ?? '';
const change = async (id: string, body: object) => {
  const { status, text } = await system.call('admin', 'PATCH', `/records/${SPECIMEN}/${id}`, { body });
  expect(status, text).toBe(200);
};
const heardOf = (ear: Ear, id: string) => ear.heard().flatMap((event) => (event.id === id ? [event.type] : []));

/** A record of somebody's own, made now: whoever hears of it has heard of all that came before. */
const mark = async (who: string): Promise<string> => {
  const body = { title: 'Mark', status: 'open', region: 'north', owner: system.person(who).id };
  return String(json(await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body }))['id']);
};
async function settled(who: string, ear: Ear): Promise<void> {
  const last = await mark(who);
  await until(() => heardOf(ear, last).length > 0, `${who} to hear of their own record`);
}

/**
 * Waits until every transaction of the server that began before now is over, whoever's it is: events wait for those, and whoever listens earlier hears
 * of what happened while one was open.
 */
async function allIsOver(): Promise<void> {
  const { pool } = system.trial.database;
  const { rows } = await pool.query<{ now: string }>('select pg_current_xact_id()::text now');
  const over = 'select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8 is_over';
  for (;;) {
    const { rows: told } = await pool.query<{ is_over: boolean }>(over, [rows[0]?.now]);
    if (told[0]?.is_over === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('D-03: the stream of events', { timeout: 180_000 }, () => {
  it('is for nobody without a name, whatever is said', async () => {
    const { place } = await hear('admin').then(async (ear) => {
      await until(() => ear.place() !== undefined, 'a place');
      await ear.stop();
      return ear;
    });
    for (const headers of [{}, { Authorization: 'Bearer nothing' }, { Cookie: 'sid=nothing' }, { 'Last-Event-ID': place() ?? '' }]) {
      const { status, ear } = await listen(origin(), headers as Record<string, string>);
      expect(status).toBe(401);
      await ear.stop();
      expect(ear.text()).not.toContain('event:');
    }
  });

  it('tells nobody of what they may not see, and of what leaves their view its id alone', async () => {
    await allIsOver();
    const ears = new Map<string, Ear>();
    for (const who of [...READERS, 'admin', 'canary_none', 'canary_builder', 'other_admin']) ears.set(who, await hear(who));
    const ear = (who: string) => ears.get(who) as Ear;
    const own = idOf('canary_own', 'won', 'north');
    const foreign = idOf('rival', 'open', 'north');
    const hidden = { h_text: 'x', h_integer: 4, h_currency: { amount: '5', currency: 'EUR' }, c_text: 'y' };
    // Of a record that is won, all of these are hidden from everybody but the administrator.
    await change(own, hidden);
    await change(foreign, { title: 'Foreign' });
    await change(idOf('admin', 'open', 'south'), { title: 'South' });
    for (const who of ['canary_own', 'canary_team', 'canary_wide', 'canary_clerk']) await settled(who, ear(who));
    await settled('admin', ear('admin'));
    expect(heardOf(ear('admin'), own)).toEqual(['record.updated']);
    for (const who of READERS) if (who !== 'canary_shut') expect([who, heardOf(ear(who), own)]).toEqual([who, []]);
    expect(heardOf(ear('canary_own'), foreign)).toEqual([]);
    expect(heardOf(ear('canary_wide'), foreign)).toEqual(['record.updated']);

    // Out of the view of those who see the north, and of who owned it.
    const moving = idOf('mate', 'open', 'north');
    await change(moving, { region: 'south' });
    await change(own, { owner: system.person('rival').id });
    await settled('canary_wide', ear('canary_wide'));
    await settled('canary_own', ear('canary_own'));
    const left = ear('canary_wide')
      .heard()
      .find(({ id, type }) => id === moving && type === 'record.left');
    expect(left).toEqual({ type: 'record.left', object: SPECIMEN, id: moving });
    expect(heardOf(ear('canary_own'), own)).toEqual(['record.left']);
    await change(own, { title: 'No longer yours' });
    await settled('canary_own', ear('canary_own'));
    expect(heardOf(ear('canary_own'), own)).toEqual(['record.left']);

    for (const [who, each] of ears) {
      await each.stop();
      expect([who, marksIn(each.text(), '', system.secretsOf(who))]).toEqual([who, []]);
    }
    for (const who of ['canary_none', 'canary_builder', 'other_admin'])
      expect([
        who,
        ear(who)
          .heard()
          .filter(({ type }) => type.startsWith('record.')),
      ]).toEqual([who, []]);
  });

  const REVOKED: readonly [what: string, who: string, sql: string][] = [
    ['a key', 'canary_team', `update meta.api_key set revoked_at = now() where user_id = $1`],
    ['an account', 'canary_clerk', `update meta.user set is_active = false where id = $1`],
  ];
  it.each(REVOKED)('ends with %s, although nobody is told', async (_what, who, sql) => {
    const ear = await hear(who);
    await settled(who, ear);
    const since = Date.now();
    // Straight into the tables, as another process whose notifications are lost would do it.
    await system.trial.database.pool.query(sql, [system.person(who).id]);
    await until(() => !ear.isOpen(), `the stream of ${who} to end`);
    if (IS_NIGHT) expect(Date.now() - since).toBeLessThan(5_000);
    const said = ear.text();
    const unheard = await mark(who);
    const other = await hear('admin');
    await settled('admin', other);
    await other.stop();
    expect(ear.text()).toBe(said);
    expect(said).not.toContain(unheard);
    expect((await listen(origin(), as(who))).status).toBe(401);
  });

  it('ends with a session, and does not keep it from ending', async () => {
    const { email } = system.person('rival');
    const login = await fetch(`${origin()}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin() },
      body: JSON.stringify({ email, password: system.trial.password }),
    });
    const Cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { ear } = await listen(origin(), { Cookie });
    await settled('rival', ear);
    // Idle for longer than any setting allows: the open stream is no use of the session.
    await system.trial.database.pool.query(`update meta.session set last_seen_at = now() - interval '30 days' where user_id = $1`, [
      system.person('rival').id,
    ]);
    await until(() => !ear.isOpen(), 'the stream to end');
    expect((await listen(origin(), { Cookie })).status).toBe(401);
  });

  it('tells no more than a role still gives, once it is taken away', async () => {
    const ear = await hear('canary_wide');
    await settled('canary_wide', ear);
    const id = idOf('rival', 'open', 'north');
    const { rows } = await system.trial.database.pool.query<{ role_id: string }>(
      'delete from meta.user_role where user_id = $1 returning role_id',
      [system.person('canary_wide').id],
    );
    const other = await hear('admin');
    // Looked at anew within seconds; until then some may still be told.
    let quiet = 0;
    for (let n = 0; n < 200 && quiet < 3; n += 1) {
      const before = heardOf(ear, id).length;
      await change(id, { title: `Once more ${String(n)}` });
      await settled('admin', other);
      await settled('admin', other);
      quiet = heardOf(ear, id).length === before ? quiet + 1 : 0;
    }
    expect(quiet).toBe(3);
    expect(ear.isOpen()).toBe(true);
    const count = ear.heard().filter(({ type }) => type.startsWith('record.')).length;
    await change(id, { title: 'Unheard' });
    await settled('admin', other);
    expect(ear.heard().filter(({ type }) => type.startsWith('record.'))).toHaveLength(count);
    for (const { role_id } of rows)
      await system.trial.database.pool.query('insert into meta.user_role (user_id, role_id) values ($1, $2)', [
        system.person('canary_wide').id,
        role_id,
      ]);
    await ear.stop();
    await other.stop();
  });

  it('goes on from no place that was made up, and lives', async () => {
    const real = await hear('admin');
    await until(() => real.place() !== undefined, 'a place');
    await real.stop();
    const place = real.place() ?? '';
    const changedAt = (at: number) => place.slice(0, at) + (place[at] === 'A' ? 'B' : 'A') + place.slice(at + 1);
    const made = Array.from(
      { length: IS_NIGHT ? 10_000 : 300 },
      (_, n) =>
        [
          changedAt(n % (place.length - 1)),
          place.slice(0, n % place.length),
          randomBytes(1 + (n % 60)).toString('base64url'),
          `${String(n)}-${String(n * n)}`,
          `${place}.${String(n)}`,
          `'; drop table x; --${String(n)}`,
          '9'.repeat(1 + (n % 400)),
          `{"xid":${String(n)}}`,
        ].at(n % 8) ?? '',
    ).filter((text) => text !== '' && text !== place);
    const wrong: string[] = [];
    await inParallel(made, 6, async (text) => {
      const { status, ear } = await listen(origin(), { ...as('admin'), 'Last-Event-ID': text });
      await until(() => !ear.isOpen() || ear.place() !== undefined, 'the beginning of a stream');
      await ear.stop();
      if (status !== 200 || ear.heard()[0]?.type !== 'reset') wrong.push(`${String(status)} ${text}`);
    });
    expect(wrong).toEqual([]);
    const ear = await hear('admin', { 'Last-Event-ID': place });
    await settled('admin', ear);
    await ear.stop();
    expect(ear.heard()[0]?.type).not.toBe('reset');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/kernel/actor.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { startTestServer, type Client, type Reply, type TestServer } from '../support/server.js';
import { documents } from './world-documents.js';
import { makeWorld, type World } from './world.js';

const german = {
  kind: 'translation',
  id: 'trn_de_world',
  locale: 'de',
  name: 'world',
  texts: {
    obj_project: { label: 'Projekt', pluralLabel: 'Projekte' },
    obj_company: { label: 'Firma', pluralLabel: 'Firmen' },
    obj_phase: { label: 'Phase' },
    fld_project_name: { label: 'Name des Projekts' },
    fld_company_code: { label: 'Kürzel' },
    wfl_done: { label: 'Bei Abschluss' },
    val_done: { message: 'Ein Projekt ist nur mit einem Budget fertig.' },
  },
};

const manager = {
  kind: 'role',
  id: 'rol_manager',
  name: 'manager',
  label: 'Manager',
  capabilities: ['manage_users'],
  default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' },
};

let world: World;
let server: TestServer;
let admin: Client;
let guest: Client;
const NOWHERE = '018f0000-0000-7000-8000-000000000000';

beforeAll(async () => {
  world = await makeWorld([...documents, manager, german]);
  const { active, database } = world;
  const contextOf = (scope: { actor: Actor; active: World['active'] }) => ({
    actor: scope.actor,
    active: scope.active,
    data: database.data,
    clock: { now: () => new Date() },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(scope.active),
  });
  server = await startTestServer({ database: world.test, active, more: recordRoutes({ contextOf }) });
  admin = await server.signedIn(['admin'], 'Ada');
  guest = await server.signedIn(['viewer'], 'Gil');
  const { body: program } = await admin.post('/records/program', { name: 'Standard', is_default: true });
  await admin.post('/records/phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

/** Everything a person reads of a problem. */
const said = ({ body }: Reply): string =>
  [body.title, body.detail, body.hint, ...body.issues.map((issue: { message: string }) => issue.message)].filter(Boolean).join(' | ');
const DE = { 'Accept-Language': 'de-DE,de;q=0.9' };

it('the history calls a workflow as it is called today, in the language of the reader', async () => {
  const { body } = await admin.post('/records/project', { name: 'x' });
  const by = async (cause: object, headers: Record<string, string>) => {
    await world.test.sql(`update sp1.sys_history set cause = $1 where record_id = $2`, [JSON.stringify(cause), body.id]);
    return (await admin.get(`/records/project/${body.id}/history`, undefined, headers)).body.data[0].cause.label;
  };
  const cause = { kind: 'workflow', label: 'When done', workflow: 'wfl_done' };
  expect(await by(cause, DE)).toBe('Bei Abschluss');
  expect(await by(cause, {})).toBe('On done');
  // One that was retired, or that ran before the id was kept.
  expect(await by({ ...cause, workflow: 'wfl_gone' }, DE)).toBe('When done');
  expect(await by({ kind: 'workflow', label: 'When done' }, DE)).toBe('When done');
});

describe('a problem is told in the language of whoever meets it', () => {
  it.each<[string, (headers: Record<string, string>) => Promise<Reply>, string]>([
    [
      'values of the wrong kind',
      (headers) => admin.post('/records/project', { score: 1.5, rate: '0.00001', due: '2026-02-30', status: 'gone' }, headers),
      'Der Datensatz ist nicht gültig | Projekt wurde nicht gespeichert. | Muss eine ganze Zahl sein. | Darf höchstens 4 Stellen nach dem Komma haben. | Muss ein Datum sein, das es gibt, als JJJJ-MM-TT. | Diese Option gibt es nicht. Möglich sind: open, done. | Name des Projekts ist erforderlich.',
    ],
    [
      'a name that is not there, and one that is set by the system',
      (headers) => admin.post('/records/project', { name: 'x', scor: 1, number: 'P-1' }, headers),
      'Die Anfrage ist nicht wohlgeformt | Projekt wurde nicht gespeichert. | Dieses Feld gibt es nicht. Meinten Sie „score“? | number wird vom System gesetzt.',
    ],
    [
      'a rule of the metadata',
      (headers) => admin.post('/records/project', { name: 'x', status: 'done' }, headers),
      'Der Datensatz ist nicht gültig | Projekt wurde nicht gespeichert. | Ein Projekt ist nur mit einem Budget fertig.',
    ],
    [
      'a link that leads nowhere',
      (headers) => admin.post('/records/project', { name: 'x', company: NOWHERE }, headers),
      'Der Datensatz ist nicht gültig | Projekt wurde nicht gespeichert. | Diesen Datensatz gibt es nicht (Firma).',
    ],
    [
      'a record that is not there',
      (headers) => admin.get(`/records/project/${NOWHERE}`, undefined, headers),
      'Nicht gefunden | Diesen Datensatz gibt es nicht, oder Sie dürfen ihn nicht sehen.',
    ],
    [
      'a right that is missing',
      (headers) => guest.post('/records/project', { name: 'x' }, headers),
      'Das dürfen Sie nicht | Sie dürfen Projekte nicht anlegen.',
    ],
    [
      'parameters',
      (headers) => admin.get('/records/project?limit=0&count=some&wat=1', undefined, headers),
      'Die Anfrage ist nicht wohlgeformt | Die Parameter wurden nicht verstanden. | Diesen Parameter gibt es nicht. | Muss eines davon sein: none, capped, exact. | Muss eine ganze Zahl ab 1 sein.',
    ],
    [
      'a limit',
      (headers) => admin.get('/records/project?limit=1201', undefined, headers),
      'Eine Grenze ist überschritten | Eine Seite darf höchstens 200 Datensätze haben; es sind 1.201. Gehen Sie mit dem Cursor in „next“ weiter. | Eine Seite darf höchstens 200 Datensätze haben; es sind 1.201. Gehen Sie mit dem Cursor in „next“ weiter.',
    ],
    [
      'JSON that is none',
      (headers) =>
        admin.raw('/api/v1/records/project', {
          method: 'POST',
          body: '{"a":\n]',
          headers: { 'Content-Type': 'application/json', ...headers },
        }),
      'Die Anfrage ist nicht wohlgeformt | Der Inhalt ist kein JSON: ein Fehler steht in Zeile 2, Spalte 1. | Der Inhalt ist kein JSON: ein Fehler steht in Zeile 2, Spalte 1.',
    ],
    [
      'somebody who has not signed in',
      (headers) => server.nobody.get('/records/project', undefined, headers),
      'Melden Sie sich zuerst an | Melden Sie sich an, oder senden Sie einen API-Schlüssel.',
    ],
    [
      'a wrong password',
      (headers) => server.nobody.post('/auth/login', { email: 'ada@example.com', password: 'wrong' }, headers),
      'Melden Sie sich zuerst an | E-Mail-Adresse oder Passwort ist nicht richtig.',
    ],
    [
      'an address that is none',
      (headers) => server.nobody.get('/nothing', undefined, headers),
      'Nicht gefunden | Unter dieser Adresse gibt es nichts.',
    ],
  ])('%s', async (_what, call, expected) => {
    const answer = await call(DE);
    expect(said(answer)).toBe(expected);
    expect(answer.headers.get('content-language')).toBe('de');
    // The same call of an English reader: other words, and the same codes at the same places.
    const english = await call({ 'Accept-Language': 'en' });
    expect(said(english)).not.toMatch(/[äöüß„]/);
    const codes = ({ body }: Reply) => [
      body.code,
      ...body.issues.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`),
    ];
    expect(codes(answer)).toEqual(codes(english));
    expect(JSON.stringify(answer.body)).not.toContain('"said"');
  });

  it('a value that is taken, and a record that somebody else changed', async () => {
    await admin.post('/records/company', { name: 'A', code: 'a' });
    const taken = await admin.post('/records/company', { name: 'B', code: 'a' }, DE);
    expect(said(taken)).toBe(
      'Das gibt es schon | Diesen Wert hat schon ein anderer Datensatz. | Kürzel: diesen Wert hat schon ein anderer Datensatz.',
    );
    const { body } = await admin.post('/records/company', { name: 'C' });
    await admin.patch(`/records/company/${body.id}`, { name: 'D' });
    const changed = await admin.patch(`/records/company/${body.id}`, { name: 'E' }, { 'If-Match': '"1"', ...DE });
    expect(said(changed)).toBe(
      'Jemand anderes hat es geändert | Jemand anderes hat diesen Datensatz geändert (Firma). | Sehen Sie sich die jetzigen Werte an und speichern Sie dann noch einmal.',
    );
    expect(changed.body.current).toMatchObject({ name: 'D' });
  });

  it('a record that others still need', async () => {
    const { body: company } = await admin.post('/records/company', { name: 'F' });
    await admin.post('/records/project', { name: 'x', company: company.id });
    const kept = await admin.delete(`/records/company/${company.id}`, undefined, DE);
    expect(said(kept)).toBe(
      'Widerspruch | Dieser Datensatz kann jetzt nicht gelöscht werden (Firma). | Dieser Datensatz (Firma) wird noch gebraucht: Projekte.',
    );
  });

  it('goes before what the browser asks for, once it was chosen', async () => {
    const hans = await server.signedIn(['admin', 'manager'], 'Hans');
    expect((await hans.patch('/me', { locale: 'de-AT' })).status).toBe(204);
    expect(said(await hans.get(`/records/project/${NOWHERE}`, undefined, { 'Accept-Language': 'en' }))).toContain('Nicht gefunden');
    expect(said(await hans.patch('/me', { locale: 'd', timeZone: 'Berlin' }))).toBe(
      'Der Datensatz ist nicht gültig | Die Person wurde nicht gespeichert. | Das ist kein Sprachkürzel wie „en“ oder „de-CH“. | Das ist keine Zeitzone wie „Europe/Zurich“.',
    );
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SearchAnswer } from '@fieldstone/metadata/types/wire.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { parseSearchQuery, searchRecords } from '../../src/records/search-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

const object = (name: string, more: object = {}) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'name',
  ...more,
});
const field = (of: string, name: string, type = 'text', more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, more: object = {}) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { read: 'all', create: true, update: 'all', delete: 'all', fields: 'edit' },
  ...more,
});
const permission = (of: string, about: string, more: object) => ({
  kind: 'permission',
  id: `prm_${of}_${about}`,
  role: of,
  object: about,
  ...more,
});
const found = { searchable: true };

const documents = [
  object('firm'),
  field('firm', 'name', 'text', found),
  field('firm', 'mail', 'email', found),
  field('firm', 'phone', 'phone', found),
  field('firm', 'city', 'text'),
  field('firm', 'secret', 'text', found),
  field('firm', 'state', 'picklist', { options: ['open', 'shut'].map((value) => ({ value, label: value })) }),
  object('worker'),
  field('worker', 'name', 'formula', { formula: 'TRIM(first & " " & last)', returns: 'text', searchable: true }),
  field('worker', 'first'),
  field('worker', 'last'),
  field('worker', 'firm', 'lookup', { target: 'firm', inverse: { name: 'workers', label: 'Workers' } }),
  field('worker', 'about', 'rich_text', found),
  // Nothing of it is searched.
  object('line'),
  field('line', 'name'),
  {
    kind: 'layout',
    id: 'lay_worker',
    object: 'worker',
    name: 'page',
    label: 'Page',
    highlights: ['firm', 'firm.city', 'last'],
    sections: [{ id: 'sec_w', label: 'All', fields: [{ field: 'last' }] }],
  },
  role('boss'),
  role('clerk'),
  permission('clerk', 'firm', { read: 'all', fields: { only: { secret: 'none' } } }),
  role('rep'),
  permission('rep', 'firm', { read: 'own', create: true }),
  role('guest'),
  permission('guest', 'worker', { read: 'none' }),
  permission('guest', 'firm', { read: 'all', fields: { only: { secret: { read: { where: { '==': [{ var: 'state' }, 'open'] } } } } } }),
];

let world: World;
let boss: RequestContext;
let clerk: RequestContext;
let rep: RequestContext;
let guest: RequestContext;

const search = async (ctx: RequestContext, q: string, more: Record<string, string> = {}) =>
  searchRecords(ctx, parseSearchQuery(new Map(Object.entries({ q, ...more }))));
const labels = async (q: string, ctx = boss, more: Record<string, string> = {}) =>
  (await search(ctx, q, more)).data.map(({ label }) => label);
const shown = (answer: SearchAnswer) =>
  answer.data.map(({ label, match }) => `${label ?? '-'}: ${match.kind} ${match.field} ${marked(match.text, match.ranges)}`);
const marked = (text: string, ranges: readonly (readonly [number, number])[]) =>
  ranges.toReversed().reduce((all, [from, to]) => `${all.slice(0, from)}[${all.slice(from, to)}]${all.slice(to)}`, text);

const firm = (name: string, more: object = {}, by = boss) => createRecord(by, 'firm', { name, ...more });

beforeAll(async () => {
  world = await makeWorld(documents);
  boss = await world.person('Ada', ['boss']);
  clerk = await world.person('Cleo', ['clerk']);
  rep = await world.person('Rob', ['rep']);
  guest = await world.person('Gus', ['guest']);
  const muller = await firm('Müller & Söhne', { mail: 'info@mueller.example', phone: '+49 30 1234567', city: 'Berlin' });
  await firm('Mueller');
  await firm('Bäckerei Mullerhof', { secret: 'treasure map' });
  await firm('Hofmüller', { phone: '030/7654321' });
  await firm('Acme', { mail: 'Hello@Acme.example' });
  await firm('Old Acme Works');
  await firm('Own of Rob', { secret: 'treasure' }, rep);
  await createRecord(boss, 'worker', {
    first: 'José',
    last: 'Müller',
    firm: muller.id,
    about: '<p>Knows <b>everything</b> about wood.</p>',
  });
  await createRecord(boss, 'worker', {
    first: 'Anna',
    last: 'Schmidt-Müllerin',
    about: `<p>${'far '.repeat(60)}needle ${'away '.repeat(60)}</p>`,
  });
  await createRecord(boss, 'line', { name: 'Müller line' });
}, 120_000);
afterAll(() => world.close());

describe('a search over all objects', () => {
  it('puts exact values first, then beginnings, beginnings of words and parts, and names before other fields', async () => {
    expect(shown(await search(boss, 'Müller'))).toEqual([
      'Mueller: exact name [Mueller]',
      'Müller & Söhne: prefix name [Müller] & Söhne',
      'Anna Schmidt-Müllerin: word name Anna Schmidt-[Müller]in',
      'José Müller: word name José [Müller]',
      'Bäckerei Mullerhof: word name Bäckerei [Muller]hof',
      'Hofmüller: part name Hof[müller]',
    ]);
  });

  it.each<[what: string, q: string, hits: string[]]>([
    ['all words, wherever they stand', 'jose muller', ['José Müller: exact name [José] [Müller]']],
    ['words in several fields', 'berlin muller', []],
    ['words of two fields', 'müller wood', ['José Müller: part name José [Müller]']],
    ['a telephone number as it is dialled here', '030 1234567', ['Müller & Söhne: exact phone +49 [30 1234567]']],
    ['one from abroad that is kept as a national one', '+49 30 765 4321', ['Hofmüller: exact phone 0[30/7654321]']],
    ['the end of a number', '4321', ['Hofmüller: part phone 030/765[4321]']],
    ['an address', 'hello@acme.example', ['Acme: exact mail [Hello@acme.example]']],
    ['the part before the @', 'hello', ['Acme: prefix mail [Hello]@acme.example']],
    ['a domain', 'mueller.example', ['Müller & Söhne: word mail info@[mueller.example]']],
    ['one letter, at the beginning of words', 'j', ['José Müller: prefix name [J]osé Müller']],
    [
      'two letters, at the beginning of words',
      'wo',
      ['Old Acme Works: word name Old Acme [Wo]rks', 'José Müller: word about Knows everything about [wo]od.'],
    ],
    ['signs alone', '&%', []],
    ['signs of patterns', 'm_ller', []],
    ['what is not searched', 'berlin', []],
  ])('finds %s', async (_what, q, hits) => {
    const answer = await search(boss, q);
    expect(shown(answer).filter((line) => !line.includes(': similar'))).toEqual(hits);
  });

  it('shows of a long text what stands around the place', async () => {
    const [hit] = (await search(boss, 'needle')).data;
    expect(hit?.label).toBe('Anna Schmidt-Müllerin');
    expect(hit?.match.text.length).toBeLessThanOrEqual(162);
    expect(marked(hit?.match.text ?? '', hit?.match.ranges ?? [])).toMatch(/^…far .*far \[needle\] away .*…$/);
  });

  it('offers similar words where hardly anything matches, and says what was meant', async () => {
    const answer = await search(boss, 'Mulelr Söhne');
    expect(shown(answer)).toEqual(['Müller & Söhne: similar name [Müller] & [Söhne]']);
    expect(answer).toMatchObject({ objects: [], suggestion: 'Müller Söhne' });
    expect(shown(await search(boss, 'acmee'))).toContain('Acme: similar name [Acme]');
    // A number is right or wrong.
    expect((await search(boss, '030 1234568')).data).toEqual([]);
  });

  it('shows the fields at the head of the page, and of each object how many match', async () => {
    const answer = await search(boss, 'müller', { limit: '2' });
    expect(answer.data).toHaveLength(2);
    expect(answer.objects).toEqual([
      { object: 'firm', label: 'firms', count: 4, countIsCapped: false },
      { object: 'worker', label: 'workers', count: 2, countIsCapped: false },
    ]);
    const [jose] = (await search(boss, 'josé', { objects: 'worker' })).data;
    expect(jose).toMatchObject({ object: 'worker', label: 'José Müller', labelRanges: [[0, 4]] });
    expect(jose?.fields).toEqual({ firm: { id: expect.any(String) as string, label: 'Müller & Söhne', city: 'Berlin' }, last: 'Müller' });
  });

  it('is one statement', async () => {
    world.sent();
    await search(boss, 'müller');
    expect(world.sent()).toHaveLength(1);
  });
});

describe('invariant 33 for search: what one may not read', () => {
  it('makes no hit, no count and no offer', async () => {
    expect(await labels('treasure')).toEqual(['Own of Rob', 'Bäckerei Mullerhof']);
    expect(await search(clerk, 'treasure')).toEqual({ data: [], objects: [], suggestion: null });
    expect(await search(clerk, 'tresure')).toEqual({ data: [], objects: [], suggestion: null });
    expect(await labels('treasure', rep)).toEqual(['Own of Rob']);
    expect((await search(rep, 'treasure')).objects).toEqual([{ object: 'firm', label: 'firms', count: 1, countIsCapped: false }]);
    expect((await search(rep, 'mullerhof')).objects).toEqual([]);
  });

  it('changes nothing in an answer: neither rank nor order nor what is shown', async () => {
    const before = await search(clerk, 'hof');
    const [hof] = (await search(boss, 'Bäckerei Mullerhof')).data;
    const [{ updated_at: at } = { updated_at: '' }] = await world.test.sql<{ updated_at: string }>(
      `select updated_at::text from ${world.table('firm')} where id = $1`,
      [hof?.id],
    );
    await world.test.sql(`update ${world.table('firm')} set ${world.column('firm', 'secret')} = 'hof', updated_at = $2 where id = $1`, [
      hof?.id,
      at,
    ]);
    expect(await search(clerk, 'hof')).toEqual(before);
    expect((await search(boss, 'hof')).data[0]?.match).toMatchObject({ kind: 'exact', field: 'secret' });
    await world.test.sql(`update ${world.table('firm')} set ${world.column('firm', 'secret')} = 'treasure map' where id = $1`, [hof?.id]);
  });

  it('is refused like what is not there', async () => {
    const refusal = async (ctx: RequestContext, name: string) =>
      search(ctx, 'müller', { objects: name }).catch((error: unknown) => {
        const { code, issues } = error as { code: string; issues: { path: string; code: string; message: string }[] };
        return [code, issues.map(({ path, code: of, message }) => ({ path, code: of, message }))];
      });
    const unknown = await refusal(guest, 'nothing');
    expect(unknown).toEqual([
      'malformed',
      [{ path: '/objects/0', code: 'unknown_object', message: 'There is nothing of this kind to search in.' }],
    ]);
    expect(await refusal(guest, 'worker')).toEqual(unknown);
    expect(await refusal(guest, 'line')).toEqual(unknown);
    expect(await labels('müller', guest)).toEqual(['Mueller', 'Müller & Söhne', 'Bäckerei Mullerhof', 'Hofmüller']);
  });

  it('is pushed out by nothing hidden: however many records of others match, one finds one’s own', async () => {
    await world.test.sql(
      `insert into ${world.table('firm')} (id, tenant_id, ${world.column('firm', 'name')}, owner_id) select gen_random_uuid(), 1, 'Common ' || n, $1 from generate_series(1, 1500) n`,
      [boss.actor.userId],
    );
    await firm('Very common', {}, rep);
    expect(await labels('common', rep)).toEqual(['Very common']);
    expect((await search(boss, 'common')).objects).toEqual([{ object: 'firm', label: 'firms', count: 500, countIsCapped: true }]);
    await firm('Common');
    await firm('com');
    expect((await labels('common'))[0]).toBe('Common');
    await world.test.sql(`delete from ${world.table('firm')} where ${world.column('firm', 'name')} like 'Common%'`);
  });

  it('belongs to nobody else’s tenant', async () => {
    const stranger = await world.person('Sam', ['boss'], 2);
    expect(await search(stranger, 'müller')).toEqual({ data: [], objects: [], suggestion: null });
  });
});

describe('what is searched', () => {
  let id: string;
  beforeEach(async () => {
    ({ id } = await firm('Passing Cloud'));
  });

  it('is what is there at this moment: new, changed, deleted, brought back', async () => {
    const [own] = (await search(boss, 'passing cloud')).data;
    expect(own?.match.kind).toBe('exact');
    await updateRecord(boss, 'firm', id, { name: 'Setting Sun' });
    expect((await search(boss, 'setting sun')).data[0]?.id).toBe(id);
    expect((await search(boss, 'passing cloud')).data.map((hit) => hit.id)).not.toContain(id);
    await deleteRecord(boss, 'firm', id);
    expect((await search(boss, 'setting sun')).objects).toEqual([]);
    await restoreRecord(boss, 'firm', id);
    expect((await search(boss, 'setting sun')).data[0]?.id).toBe(id);
    await deleteRecord(boss, 'firm', id);
  });

  it('needs a text, known parameters and few words', async () => {
    await expect(search(boss, '')).rejects.toMatchObject({ code: 'malformed', issues: [{ path: '/q', code: 'required' }] });
    await expect(search(boss, 'x', { sort: 'name' })).rejects.toMatchObject({ issues: [{ path: '/sort', code: 'unknown_parameter' }] });
    await expect(search(boss, 'x '.repeat(17))).rejects.toMatchObject({ code: 'limit_exceeded' });
    await expect(search(boss, 'x', { limit: '51' })).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect(await labels('x '.repeat(16))).toEqual([]);
  });
});

it('names the tenant for every table of every statement of these searches', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

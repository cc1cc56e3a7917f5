import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeSearch, examineSpace, resumePending } from '../../src/catalog/examine.js';
import { fold, foldWithPlaces } from '../../src/kernel/fold.js';
import { listRecords } from '../../src/records/list-records.js';
import { hasTrigram, numbersOf } from '../../src/store/search-question.js';
import { tidySearch } from '../../src/store/tidy-search.js';
import { fieldOf, object, openScene, type Scene } from '../support/scene.js';

const person = fieldOf('person');
const documents = [
  object('person', { nameField: 'title' }),
  person('title', { required: true }),
  person('mail', { type: 'email', searchable: true }),
  person('phone', { type: 'phone', searchable: true }),
  person('about', { type: 'long_text', searchable: true }),
  person('hidden', { type: 'text' }),
  person('first', { type: 'text' }),
  person('called', { type: 'formula', formula: 'first & " of " & title', returns: 'text', searchable: true }),
];

let s: Scene;
beforeAll(async () => {
  s = await openScene(documents);
  const columns = ['title', 'mail', 'phone', 'about', 'hidden', 'first'].map((name) => `"${s.at(`fld_person_${name}`)}"`).join(', ');
  const rows: [string, string | null, string | null, string | null, string?][] = [
    ['Jürgen Müller', 'j.mueller@acme.example', '+49 30 1234567', null],
    ['Ole Mueller', null, '030/765 43 21', null],
    ['Ana Muller', null, '(415) 555-0100', null],
    ['Zoë Straße', null, null, '100% sure_thing'],
    ['ŁUKASZ Ødegård', 'Max@Straße.example', null, null],
    ['Ann', null, null, `${'x '.repeat(1100)}beyond`, 'cellar'],
    ['Bo', null, null, 'before the 2,000th'],
  ];
  for (const [title, mail, phone, about, hidden] of rows)
    await s.test.sql(
      `insert into sp1."${s.at('obj_person')}" (id, tenant_id, ${columns}) values (gen_random_uuid(), 1, $1, $2, $3, $4, $5, 'Kim')`,
      [title, mail, phone, about, hidden ?? null],
    );
}, 60_000);
afterAll(() => s.close());

const found = async (q: string): Promise<string[]> => {
  const answer = await listRecords(s.context(), 'person', { q, sort: [{ field: 'title', direction: 'asc' }], fields: ['title'] });
  return (JSON.parse(answer) as { data: { title: string }[] }).data.map(({ title }) => title);
};

describe('the search text of a list', () => {
  it.each<[what: string, text: string, titles: string[]]>([
    ['a name without its accents, and as it is spelled with two letters', 'muller', ['Ana Muller', 'Jürgen Müller']],
    ['an umlaut, however it is written', 'Müller', ['Ana Muller', 'Jürgen Müller', 'Ole Mueller']],
    ['two letters for an umlaut', 'mueller', ['Ana Muller', 'Jürgen Müller', 'Ole Mueller']],
    ['a part of a word', 'ürge', ['Jürgen Müller']],
    ['over the end of a word', 'gen mü', ['Jürgen Müller']],
    ['ss for ß', 'STRASSE', ['Zoë Straße', 'ŁUKASZ Ødegård']],
    ['letters that are no letters with accents', 'lukasz odegard', ['ŁUKASZ Ødegård']],
    ['two letters', 'zo', ['Zoë Straße']],
    ['signs of patterns as they are', '0% s', ['Zoë Straße']],
    ['an underscore as it is', 's_re', []],
    ['an underscore where there is one', 'sure_', ['Zoë Straße']],
    ['a national number', '030 1234567', ['Jürgen Müller']],
    ['an international number', '+49 30 1234567', ['Jürgen Müller']],
    ['an international number that is kept as a national one', '+49 30 7654321', ['Ole Mueller']],
    ['with two zeros', '0049 30 765-4321', ['Ole Mueller']],
    ['the end of a number', '1234-567', ['Jürgen Müller']],
    ['a number with brackets', '(415) 5550100', ['Ana Muller']],
    ['the part of an address before the @', 'j.mueller', ['Jürgen Müller']],
    ['the domain of an address', '@acme', ['Jürgen Müller']],
    ['a whole address', 'J.Mueller@ACME.example', ['Jürgen Müller']],
    ['a formula over the record', 'kim of bo', ['Bo']],
    ['what is beyond the beginning of a long text', 'beyond', []],
    ['what is in the beginning of a long text', 'the 2,000th', ['Bo']],
    ['what is in a field that is not searched', 'cellar', []],
    ['from one value into the next', 'müller j.', []],
    ['the sign between two values', '\u001F', []],
    ['spaces around it', '  muller ', ['Ana Muller', 'Jürgen Müller']],
  ])('finds %s', async (_what, text, titles) => {
    expect(await found(text)).toEqual(titles);
  });

  it('knows what an index by trigrams can look up', () => {
    const texts = ['abc', 'ab', 'a b', 'ab ', '@acme', 'x.', '%', 'äöü', '日本語', ''];
    expect(texts.filter(hasTrigram)).toEqual(['abc', 'a b', 'ab ', '@acme', 'äöü', '日本語']);
  });

  it('tells numbers from what only looks like one', () => {
    const texts = ['030-1234', '+49 30 1234', '+49 (0)30 1234', '0041 44 555', '12', '+49', 'x 123', '4711'];
    expect(texts.map((text) => numbersOf(text).join())).toEqual(['301234', '301234', '301234', '44555', '', '', '', '4711']);
  });

  it('is folded alike in Postgres and here', async () => {
    const letters = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('ﬁ½ İıŁßẞÆœΣς', 'ÅÄÖ éèê ñ Ž ț', '٣ Ω ﷺ', 'e\u0301\u0302'));
    const texts = fc.sample(letters, { numRuns: 300, seed: 7 }).filter((text) => !text.includes('\u0000') && !/\p{Cs}/u.test(text));
    const rows = await s.test.sql<{ folded: string }>(
      `select meta_v.fold(t) as folded from unnest($1::text[]) with ordinality x(t, n) order by n`,
      [texts],
    );
    expect(texts.map(fold)).toEqual(rows.map(({ folded }) => folded));
    for (const text of texts.filter((each) => !/\p{M}/u.test(each))) expect(foldWithPlaces(text).text).toBe(fold(text));
  });
});

describe('the index of words', () => {
  const indexes = async () =>
    (
      await s.test.sql<{ name: string }>(`select indexname as name from pg_indexes where indexname like 'se\\_%' and tablename = $1`, [
        s.at('obj_person'),
      ])
    ).map(({ name }) => name);

  it('is built anew beside the old one when other fields are searched, and people find what they found all the while', async () => {
    const before = await indexes();
    expect(before).toHaveLength(1);
    await s.go(person('hidden', { type: 'text', searchable: true }));
    const after = await indexes();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await found('cellar')).toEqual(['Ann']);
    await s.go(person('hidden', { type: 'text' }));
    expect(await indexes()).toEqual(before);
    expect(await found('cellar')).toEqual([]);
    await s.settle();
  });

  it('is made for tables of before by the next start, and what nothing looks in goes', async () => {
    const [name = ''] = await indexes();
    await s.test.sql(`drop index sp1."${name}"; create index se_old on sp1."${s.at('obj_person')}" (tenant_id)`);
    expect((await examineSpace(s.database, s.space)).drift).toHaveLength(2);
    expect(await completeSearch(s.database, s.space)).toBe(2);
    // They are steps now, and noted down once.
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
    expect(await completeSearch(s.database, s.space)).toBe(0);
    expect(await resumePending(s.database, s.space)).toEqual([]);
    expect(await indexes()).toEqual([name]);
    await s.settle();
  });

  it('is tidied without anybody waiting', async () => {
    const [name = ''] = await indexes();
    const pending = async () => (await s.test.sql<{ n: string }>(`select gin_clean_pending_list('sp1."${name}"'::regclass) as n`))[0]?.n;
    await s.test.sql(`update sp1."${s.at('obj_person')}" set version = version + 1`);
    await tidySearch(s.database, s.space);
    expect(await pending()).toBe('0');
  });
});

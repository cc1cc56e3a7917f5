import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeSet } from '@fieldstone/metadata/types/wire.js';
import { changeSetRoutes } from '../../src/http/routes/change-sets.js';
import { draftRoutes } from '../../src/http/routes/drafts.js';
import { metadataRoutes } from '../../src/http/routes/metadata.js';
import { planRoutes } from '../../src/http/routes/plans.js';
import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import { LIMITS } from '../../src/model/limits.js';
import type { ActiveModel } from '../../src/model/active.js';
import type { RequestContext } from '../../src/records/context.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text', maxLength: 40 };
const option = (value: string, label = value) => ({ value, label });
const size = {
  kind: 'field',
  id: 'fld_city_size',
  object: 'city',
  name: 'size',
  label: 'Size',
  type: 'picklist',
  options: [option('small'), option('large')],
};
const rule = {
  kind: 'validation',
  id: 'val_city_large',
  object: 'city',
  name: 'large',
  label: 'Large',
  errorWhen: { '==': [{ var: 'size' }, 'large'] },
  message: 'Too large.',
};
const list = {
  kind: 'view',
  id: 'viw_city_all',
  object: 'city',
  name: 'all',
  label: 'All',
  type: 'list',
  columns: [{ field: 'title' }, { field: 'size' }],
};
const german = { kind: 'translation', id: 'trn_small_de', name: 'small', locale: 'de', texts: { fld_city_title: { label: 'Titel' } } };
const mayor = { kind: 'field', id: 'fld_city_mayor', object: 'city', name: 'mayor', label: 'Mayor', type: 'text' };
const boss = {
  kind: 'role',
  id: 'rol_boss',
  name: 'boss',
  label: 'Boss',
  capabilities: ['edit_metadata'],
  default: { create: true, read: 'all', update: 'all' },
};
const rep = { kind: 'role', id: 'rol_rep', name: 'rep', label: 'Rep', default: { read: 'own' } };
const BASE = [city, title, size, rule, list, german, boss, rep];

type Document = { kind: string; id: string; name: string; object?: string; locale?: string; [property: string]: unknown };
type Person = Awaited<ReturnType<TestServer['signedIn']>>;

/** One of two systems, each with a database of its own, and a person who may edit its metadata. */
class System {
  space!: TestSpace;
  server!: TestServer;
  ann!: Person;
  async open(): Promise<this> {
    this.space = await openSpace(BASE);
    const { space } = this;
    const contextOf = ({ actor, active }: { actor: Actor; active: ActiveModel }): RequestContext => ({
      actor,
      active,
      data: space.database.data,
      clock: systemClock,
      cursorKey: 'key of the tests',
      refresh: () => space.activeModels.refresh(space.space),
    });
    this.server = await startTestServer({
      database: space.test,
      get active() {
        return space.activeModels.current(space.space);
      },
      more: [
        ...metadataRoutes(space.catalog),
        ...draftRoutes(space.catalog),
        ...planRoutes(space.catalog, contextOf),
        ...changeSetRoutes(space.catalog),
      ],
    });
    this.ann = await this.server.signedIn(['boss'], 'Ann');
    return this;
  }
  async close() {
    await this.server.close();
    await this.space.close();
  }
  head = () => this.space.activeModels.current(this.space.space).revision;
  /** What is published, by id, without where it came from. */
  async documents(): Promise<Record<string, Document>> {
    const { elements } = (await this.ann.get('/metadata/source')).body as { elements: { id: string; document: Document }[] };
    return Object.fromEntries(elements.map(({ id, document }): [string, Document] => [id, document]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  async put(document: Document | { retire: Document }, comment?: string) {
    const wanted = ('retire' in document ? document.retire : document) as Document;
    const name = wanted.locale ? `${wanted.locale}.${wanted.name}` : wanted.object ? `${wanted.object}.${wanted.name}` : wanted.name;
    const body = { baseRevision: this.head(), document: 'retire' in document ? null : wanted, ...(comment ? { comment } : {}) };
    const answer = await this.ann.put(`/metadata/draft/${wanted.kind}/${name}`, body);
    expect([answer.status, answer.body]).toEqual([204, '']);
  }
  async draft(name: string, documents: readonly (Document | { retire: Document })[], description = ''): Promise<string> {
    const { id } = (await this.ann.post('/metadata/drafts', { name, description })).body as { id: string };
    for (const document of documents) await this.put(document);
    return id;
  }
  async publish(): Promise<number> {
    const plan = (await this.ann.post('/metadata/draft/plan', {})).body;
    expect(plan.issues).toEqual([]);
    const confirm = plan.hazards.map(({ code }: { code: string }) => code);
    const answer = await this.ann.post('/metadata/draft/publish', { plan: plan.hash, confirm });
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body.revision as number;
  }
  async export(draft: string): Promise<ChangeSet> {
    const answer = await this.ann.get(`/metadata/drafts/${draft}/change-set`);
    expect(answer.status).toBe(200);
    return answer.body as ChangeSet;
  }
  import = (changeSet: unknown, name?: string) => this.ann.post('/metadata/change-sets', { changeSet, ...(name ? { name } : {}) });
  check = (changeSet: unknown) => this.ann.post('/metadata/change-sets/check', { changeSet });
}

describe('a change set between two systems', () => {
  let test: System;
  let prod: System;
  beforeAll(async () => {
    [test, prod] = await Promise.all([new System().open(), new System().open()]);
  });
  afterAll(() => Promise.all([test.close(), prod.close()]));
  beforeEach(async () => {
    for (const system of [test, prod]) {
      await system.ann.delete('/metadata/draft');
      await system.space.publish(BASE);
      await system.space.activeModels.refresh(system.space.space);
      const now = await system.documents();
      const strays = Object.values(now).filter(({ id, kind }) => kind !== 'pack' && !BASE.some((base) => base.id === id));
      const changed = BASE.filter((base) => JSON.stringify(now[base.id]) !== JSON.stringify(base)) as Document[];
      if (strays.length + changed.length === 0) continue;
      for (const document of changed) await system.put(document);
      for (const stray of strays) await system.put({ retire: stray });
      await system.publish();
    }
    expect(await prod.documents()).toEqual(await test.documents());
  });

  it('carries new, changed, renamed, retired and translated elements, and both systems are alike when it is published', async () => {
    const renamed = { ...size, name: 'extent', label: 'Extent', options: [option('small'), option('large', 'Large!'), option('huge')] };
    const draft = await test.draft(
      'Mayors',
      [
        mayor,
        renamed,
        { ...list, columns: [{ field: 'title' }, { field: 'extent' }, { field: 'mayor' }] },
        { retire: rule },
        { ...german, texts: { fld_city_title: { label: 'Name' }, fld_city_mayor: { label: 'Bürgermeister' } } },
      ],
      'Asked for by the council',
    );
    const set = await test.export(draft);
    expect(set).toMatchObject({ name: 'Mayors', description: 'Asked for by the council', by: ['Ann'], packs: { small: '1.0.0' } });
    expect(Object.keys(set.files)).toEqual([
      'fields/city/mayor.json',
      'overrides/field.city.size.json',
      'overrides/translation.de.small.json',
      'overrides/validation.city.large.json',
      'overrides/view.city.all.json',
    ]);
    // A list that only names the renamed field is no change of its own: the column that was added is.
    expect(set.files['overrides/field.city.size.json']).toMatchObject({ set: { '/name': 'extent' }, was: { '/name': 'size' } });
    expect(set.files['overrides/validation.city.large.json']).toMatchObject({ retire: true, was: { '/message': 'Too large.' } });

    const answer = await prod.import(set);
    expect(answer).toMatchObject({
      status: 201,
      body: { draft: { name: 'Mayors', description: 'Asked for by the council', isCurrent: true, changeCount: 5 } },
    });
    await prod.publish();
    await test.publish();
    expect(await prod.documents()).toEqual(await test.documents());
    const describe = async ({ ann }: System) => ({ ...(await ann.get('/metadata')).body, revision: 0 });
    expect(await describe(prod)).toEqual(await describe(test));

    // A second time, there is nothing to do.
    expect(await prod.import(set)).toMatchObject({ status: 200, body: { draft: null, changes: [], differences: [] } });
  });

  it('is the same bytes when it is exported again, and of versions the same files as of the draft', async () => {
    const from = test.head();
    const draft = await test.draft('Again', [{ ...size, help: 'As of the last census', label: 'Extent' }, mayor]);
    const [one, other] = [await test.ann.raw(`/api/v1/metadata/drafts/${draft}/change-set`), await test.export(draft)];
    expect(JSON.stringify(one.body)).toBe(JSON.stringify(other));
    const to = await test.publish();
    const range = (await test.ann.get(`/metadata/versions/${from}/change-set`)).body as ChangeSet;
    expect(JSON.stringify(range.files)).toBe(JSON.stringify(other.files));
    expect(range).toMatchObject({ name: `Version ${from} to ${to}`, by: ['Ann'], elements: other.elements });
    expect(JSON.stringify((await test.ann.get(`/metadata/versions/${from}/change-set?to=${to}`)).body)).toBe(JSON.stringify(range));
    expect((await test.ann.get(`/metadata/versions/${to}/change-set?to=${from}`)).status).toBe(400);
    expect((await test.ann.get(`/metadata/versions/${to}/change-set`)).status).toBe(400);
  });

  it.each<[string, Document, Document, object[]]>([
    ['a property', { ...title, maxLength: 60 }, { ...title, maxLength: 50 }, [{ path: '/maxLength', expected: 40, found: 50, wanted: 60 }]],
    [
      'an option of a list',
      { ...size, options: [option('small', 'S'), option('large')] },
      { ...size, options: [option('small', 'Little'), option('large')] },
      [{ path: '/options/value=small/label', expected: 'small', found: 'Little', wanted: 'S' }],
    ],
    [
      'a name',
      { ...mayor, id: title.id, name: 'heading', label: 'Title', maxLength: 40 },
      { ...title, name: 'caption' },
      [{ path: '/name', expected: 'title', found: 'caption', wanted: 'heading' }],
    ],
    [
      'a condition, as one value',
      { ...rule, errorWhen: { '==': [{ var: 'size' }, 'small'] } },
      { ...rule, errorWhen: { '!=': [{ var: 'size' }, 'large'] } },
      [{ path: '/errorWhen', expected: rule.errorWhen, found: { '!=': [{ var: 'size' }, 'large'] } }],
    ],
  ])('is refused when %s is not as it was found, with the difference named', async (_what, wanted, here, differences) => {
    const follow = (document: Document): Document[] => {
      const isRename = document.kind === 'field' && document.name !== title.name && document.id === title.id;
      if (!isRename) return [document];
      return [document, { ...city, nameField: document.name }, { ...list, columns: [{ field: document.name }, { field: 'size' }] }];
    };
    const set = await test.export(await test.draft('Wanted', follow(wanted)));
    await prod.draft('Here', follow(here));
    await prod.publish();
    const before = (await prod.ann.get('/metadata/drafts')).body.data.length as number;
    const answer = await prod.import(set);
    expect([answer.status, answer.body.code]).toEqual([409, 'base_differs']);
    expect(answer.body.differences).toMatchObject(differences.map((difference) => ({ element: wanted.id, ...difference })));
    expect(answer.body.issues[0]).toMatchObject({
      path: (differences[0] as { path: string }).path,
      code: 'base_differs',
      message: expect.stringMatching(/^Expected .+, found .+\.$/),
    });
    expect((await prod.check(set)).body).toMatchObject({ differences, draft: null });
    expect((await prod.ann.get('/metadata/drafts')).body.data).toHaveLength(before);
  });

  it('is refused when an element is gone, or a retired one was changed', async () => {
    const set = await test.export(
      await test.draft('Wanted', [{ retire: rule }, { ...size, help: 'New' }, { ...list, columns: [{ field: 'title' }] }]),
    );
    await prod.draft('Here', [
      { ...rule, message: 'Far too large.', errorWhen: { '==': [{ var: 'title' }, 'x'] } },
      { retire: size as Document },
      { ...list, columns: [{ field: 'title' }] },
    ]);
    await prod.publish();
    expect((await prod.import(set)).body.differences).toMatchObject([
      { element: 'fld_city_size', path: '', expected: 'field city.size' },
      { element: 'val_city_large', path: '/errorWhen' },
      { element: 'val_city_large', path: '/message', expected: 'Too large.', found: 'Far too large.' },
    ]);
  });

  it('leaves what it does not touch, and renames what only this system has along', async () => {
    const set = await test.export(
      await test.draft('Wanted', [
        { ...size, name: 'extent', options: [option('small', 'S'), option('large')] },
        { ...list, columns: [{ field: 'title' }, { field: 'extent' }] },
        { ...rule, errorWhen: { '==': [{ var: 'extent' }, 'large'] } },
      ]),
    );
    expect(Object.keys(set.files)).toEqual(['overrides/field.city.size.json']);
    const ours = { ...list, id: 'viw_city_ours', name: 'ours', label: 'Ours', columns: [{ field: 'size' }] };
    await prod.draft('Here', [{ ...size, label: 'Our size', options: [option('small'), option('large', 'L'), option('huge')] }, ours]);
    await prod.publish();
    expect((await prod.import(set)).status).toBe(201);
    await prod.publish();
    const now = await prod.documents();
    expect(now['fld_city_size']).toMatchObject({
      name: 'extent',
      label: 'Our size',
      options: [option('small', 'S'), option('large', 'L'), option('huge')],
    });
    expect(now['viw_city_ours']).toMatchObject({ columns: [{ field: 'extent' }] });
    expect(now['val_city_large']).toMatchObject({ errorWhen: { '==': [{ var: 'extent' }, 'large'] } });
  });

  it('is refused when the documents would make no model here, and says why', async () => {
    const set = await test.export(
      await test.draft('Wanted', [{ retire: size as Document }, { retire: rule }, { ...list, columns: [{ field: 'title' }] }]),
    );
    await prod.draft('Here', [{ ...list, id: 'viw_city_ours', name: 'ours', label: 'Ours', columns: [{ field: 'size' }] }]);
    await prod.publish();
    const answer = await prod.import(set);
    expect([answer.status, answer.body.code]).toEqual([422, 'metadata_invalid']);
    expect(answer.body.issues[0].message).toContain('size');
    expect((await prod.check(set)).body.issues).toEqual(answer.body.issues);
  });

  it('leaves out what a pack brought between two versions, and says which packs are not here in the version it rests on', async () => {
    const from = test.head();
    const zip = { ...mayor, id: 'fld_city_zip', name: 'zip', label: 'Zip' };
    await test.space.publish([...BASE.map((document) => (document.id === size.id ? { ...size, help: 'Of the pack' } : document)), zip]);
    await test.draft('Ours', [{ ...title, maxLength: 60 }, mayor, { ...size, help: 'Of the pack', label: 'Our size' }]);
    await test.publish();
    const range = (await test.ann.get(`/metadata/versions/${from}/change-set`)).body as ChangeSet;
    expect(Object.keys(range.files)).toEqual([
      'fields/city/mayor.json',
      'overrides/field.city.size.json',
      'overrides/field.city.title.json',
    ]);
    expect(range.files['overrides/field.city.size.json']).toMatchObject({ set: { '/label': 'Our size' }, was: { '/label': 'Size' } });

    const older = { ...range, packs: { small: '0.9.0', other: '2.0.0' } };
    expect((await prod.check(older)).body).toMatchObject({
      differences: [],
      issues: [],
      packs: [
        { name: 'small', expected: '0.9.0', found: '1.0.0' },
        { name: 'other', expected: '2.0.0', found: null },
      ],
    });
    expect((await prod.import(older)).status).toBe(201);
  });

  it('is not made of a draft with open conflicts, of nothing, or by somebody who may not edit metadata', async () => {
    const draft = await test.draft('Mine', [{ ...title, label: 'Mine' }]);
    await test.draft('Theirs', [{ ...title, label: 'Theirs' }]);
    await test.publish();
    expect((await test.ann.get(`/metadata/drafts/${draft}/change-set`)).body).toMatchObject({
      code: 'conflict',
      hint: 'Decide the conflicts first.',
    });
    const empty = await test.draft('Empty', []);
    expect((await test.ann.get(`/metadata/drafts/${empty}/change-set`)).body.code).toBe('conflict');
    const ben = await test.server.signedIn(['rep'], 'Ben');
    for (const path of [`/metadata/drafts/${empty}/change-set`, '/metadata/versions/1/change-set'])
      expect((await ben.get(path)).status).toBe(403);
    for (const path of ['/metadata/change-sets', '/metadata/change-sets/check'])
      expect((await ben.post(path, { changeSet: {} })).status).toBe(403);
  });

  describe('from somebody who means harm, or made a slip', () => {
    let set: ChangeSet;
    beforeEach(async () => {
      set = await test.export(await test.draft('Good', [{ ...title, label: 'Name' }, mayor]));
    });
    const TITLE = 'overrides/field.city.title.json';
    const MAYOR = 'fields/city/mayor.json';
    const with_ = (files: Record<string, unknown>, elements: Record<string, unknown> = {}) => ({
      ...set,
      files: Object.fromEntries(Object.entries({ ...set.files, ...files }).filter(([, document]) => document !== undefined)),
      elements: Object.fromEntries(Object.entries({ ...set.elements, ...elements }).filter(([, entry]) => entry !== undefined)),
    });

    it.each<[string, () => unknown, object]>([
      [
        'a path out of the folder',
        () => with_({ '../../evil.json': mayor }, { '../../evil.json': { element: 'fld_city_mayor', base: null } }),
        { code: 'bad_format', file: 'change-set.json' },
      ],
      [
        'a path out of the folder that is not named',
        () => with_({ '../../evil.json': mayor }),
        { code: 'unknown_file', file: '../../evil.json' },
      ],
      ['an absolute path', () => with_({}, { '/etc/evil.json': { element: 'fld_city_mayor', base: null } }), { file: 'change-set.json' }],
      [
        'an override that would lie elsewhere',
        () => with_({ [TITLE]: { ...set.files[TITLE], name: '../../../evil' } }),
        { code: 'wrong_place', file: TITLE },
      ],
      [
        'an unknown kind',
        () => with_({ [MAYOR]: { ...mayor, kind: 'feild' } }),
        { code: 'unknown_kind', file: MAYOR, path: '/kind', message: expect.stringContaining('Did you mean "field"?') as string },
      ],
      [
        'a kind that does not travel',
        () => with_({ [MAYOR]: { kind: 'pack', name: 'mayor', label: 'Mayor', version: '1.0.0' } }),
        { code: 'not_allowed', file: MAYOR, path: '/kind' },
      ],
      [
        'a shape that is none',
        () => with_({ [MAYOR]: { ...mayor, typ: 'text' } }),
        { file: MAYOR, path: '/typ', code: 'unknown_property' },
      ],
      ['no document at all', () => with_({ [MAYOR]: null }), { file: MAYOR, code: 'not_an_object' }],
      ['a file too few', () => with_({ [MAYOR]: undefined }), { file: MAYOR, code: 'missing_file' }],
      ['a file too many', () => with_({}, { [MAYOR]: undefined }), { file: MAYOR, code: 'unknown_file' }],
      [
        'one element twice',
        () =>
          with_({ 'fields/city/other.json': { ...mayor, name: 'other' } }, { 'fields/city/other.json': { element: mayor.id, base: null } }),
        { code: 'duplicate_id', file: 'fields/city/other.json' },
      ],
      [
        'another element than it says',
        () => with_({ [MAYOR]: { ...mayor, id: 'fld_city_chief' } }),
        { code: 'wrong_element', file: MAYOR },
      ],
      [
        'a base that was edited',
        () => with_({ [TITLE]: { ...set.files[TITLE], was: { '/label': 'Heading' } } }),
        { code: 'wrong_base', file: TITLE, path: '/was/~1label' },
      ],
      [
        'a base that is missing',
        () => with_({ [TITLE]: { ...set.files[TITLE], was: undefined } }),
        { file: TITLE, path: '/set/~1label', code: 'missing_property' },
      ],
      [
        'another id',
        () => with_({ [TITLE]: { ...set.files[TITLE], set: { '/id': 'fld_city_size' }, was: { '/id': 'x' } } }),
        { file: TITLE, path: '/set/~1id', code: 'not_allowed' },
      ],
      ['no change set', () => ({ kind: 'bundle', files: {} }), { path: '/kind' }],
      ['a later format', () => ({ ...set, format: 2 }), { path: '/format', code: 'newer_format' }],
      ['another property', () => ({ ...set, run: 'rm' }), { file: 'change-set.json', path: '/run', code: 'unknown_property' }],
    ])('%s is refused by file and place', async (_what, make, issue) => {
      const answer = await prod.import(JSON.parse(JSON.stringify(make())));
      expect([answer.status === 400 || answer.status === 422, answer.body.code]).toEqual([
        true,
        expect.stringMatching(/^(malformed|metadata_invalid)$/),
      ]);
      expect(answer.body.issues).toContainEqual(expect.objectContaining(issue));
    });

    it('too many files and too many bytes are refused before they are looked at', async () => {
      const many = Object.fromEntries(Array.from({ length: LIMITS.change_set_elements.max + 1 }, (_, n) => [`fields/city/f${n}.json`, {}]));
      expect((await prod.import({ ...set, files: many })).body.issues).toMatchObject([{ code: 'limit_exceeded' }]);
      // Longer than other bodies may be, and shorter than the limit.
      expect((await prod.import({ ...set, description: 'x'.repeat(2_000_000) })).body.issues).toMatchObject([{ path: '/description' }]);
      expect((await prod.import({ ...set, description: 'x'.repeat(LIMITS.change_set_bytes.max) })).status).toBe(413);
    });
  });
});

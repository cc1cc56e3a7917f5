import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenMetadata } from '../../src/catalog/describe.js';
import { reportTranslations } from '../../src/model/element-texts.js';
import { compileModel } from '../../src/model/compile-model.js';
import { localised, localisedDocument } from '../../src/model/localise.js';
import { composedFiles } from '../../src/planner/compose-packs.js';
import { readPackFiles } from '../../src/model/read-packs.js';
import type { SourceDocument } from '../../src/model/types.js';
import { PACKS, openSpace, source, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text' };
const size = {
  kind: 'field',
  id: 'fld_city_size',
  object: 'city',
  name: 'size',
  label: 'Size',
  help: 'How large.',
  type: 'picklist',
  options: [
    { value: 'small', label: 'Small' },
    { value: 'large', label: 'Large' },
  ],
};
const rule = {
  kind: 'validation',
  id: 'val_city_title',
  object: 'city',
  name: 'title',
  label: 'Title',
  errorWhen: { is_empty: { var: 'title' } },
  message: 'Give it a title.',
};
const mail = {
  kind: 'template',
  id: 'tpl_city_new',
  name: 'city_new',
  label: 'New city',
  object: 'city',
  subject: 'New: {{record.title}}',
  text: 'Hello, {{record.title}} is new.',
};
const translation = (locale: string, texts: object, more: object = {}) => ({
  kind: 'translation',
  id: `trn_${locale.toLowerCase().replace('-', '_')}_city`,
  locale,
  name: 'city',
  texts,
  ...more,
});
const german = translation('de', {
  obj_city: { label: 'Stadt', pluralLabel: 'Städte' },
  fld_city_size: { label: 'Größe', 'options.small': 'Klein', 'options.large': 'Groß' },
  val_city_title: { message: 'Geben Sie einen Titel an.' },
  tpl_city_new: { subject: 'Neu: {{record.title}}' },
});
const base = [city, title, size, rule, mail];
const compile = (...documents: (object | SourceDocument)[]) =>
  compileModel([...base, ...documents].map((document) => ('origin' in document ? (document as SourceDocument) : source(document))));
const modelOf = (...documents: (object | SourceDocument)[]) => {
  const compiled = compile(...documents);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const bindings = { dataSchema: 'sp1', viewSchema: 'sp1_v', tables: new Map(), objectNumbers: new Map(), columns: new Map() };
  return { space: 1, revision: 1, model: compiled.model, bindings };
};

describe('the metadata in another language', () => {
  const austrian = translation('de-AT', { fld_city_size: { 'options.large': 'Riesig' } });
  const active = modelOf(german, austrian);
  const seen = (locale: string) => {
    const { model } = localised(active, locale);
    const object = model.objects.get('city');
    const options = object?.fields.get('size')?.options.options?.map(({ label }) => label);
    return [object?.label, object?.pluralLabel, object?.fields.get('size')?.label, ...(options ?? []), object?.fields.get('title')?.label];
  };

  it.each([
    ['de', ['Stadt', 'Städte', 'Größe', 'Klein', 'Groß', 'Title']],
    ['de-AT', ['Stadt', 'Städte', 'Größe', 'Klein', 'Riesig', 'Title']],
    ['de-CH', ['Stadt', 'Städte', 'Größe', 'Klein', 'Groß', 'Title']],
    ['fr', ['City', 'Cities', 'Size', 'Small', 'Large', 'Title']],
    ['en-GB', ['City', 'Cities', 'Size', 'Small', 'Large', 'Title']],
  ])('%s reads what there is, nearest first, and the rest as it was written', (locale, expected) => {
    expect(seen(locale)).toEqual(expected);
  });

  it('is a model of its own for each language, made once, so that nothing cached by model is shared between languages', () => {
    expect(localised(active, 'de-AT')).toBe(localised(active, 'de-AT'));
    expect(localised(active, 'de-CH')).toBe(localised(active, 'de'));
    expect(localised(active, 'fr')).toBe(active);
    const hashes = ['en', 'de', 'de-AT'].map((locale) => localised(active, locale).model.hash);
    expect(new Set(hashes).size).toBe(3);
    expect(Object.isFrozen(localised(active, 'de').model.objects.get('city')?.fields.get('size')?.options)).toBe(true);
  });

  it('holds messages of rules, texts of e-mails and everything screens are made from', () => {
    const { model } = localised(active, 'de');
    expect(model.objects.get('city')?.validations[0]?.message).toBe('Geben Sie einen Titel an.');
    expect(localisedDocument(active.model, mail as never, 'de')).toMatchObject({ subject: 'Neu: {{record.title}}', text: mail.text });
    const screens = JSON.stringify(screenMetadata(localised(active, 'de'), { kind: 'system', roles: [] }));
    expect(screens).toContain('Städte');
    expect(screens).not.toContain('Cities');
  });

  it('calls the types of records by the same name in the field that holds them', () => {
    const type = { kind: 'record_type', id: 'rty_city_port', object: 'city', name: 'port', label: 'Port' };
    const { model } = localised(
      modelOf(type, translation('de', { rty_city_port: { label: 'Hafenstadt' }, sys_record_type: { label: 'Art' } })),
      'de',
    );
    expect(model.objects.get('city')?.recordTypes[0]?.label).toBe('Hafenstadt');
    expect(model.objects.get('city')?.fields.get('record_type')).toMatchObject({
      label: 'Art',
      options: { options: [{ label: 'Hafenstadt' }] },
    });
  });

  it('takes what this installation says before what packs ship', () => {
    const own = { origin: 'tenant', document: translation('de', { obj_city: { label: 'Ort' } }, { id: 'trn_own', name: 'own' }) };
    const { model } = localised(modelOf(german, own as unknown as SourceDocument), 'de');
    expect([model.objects.get('city')?.label, model.objects.get('city')?.pluralLabel]).toEqual(['Ort', 'Städte']);
  });
});

describe('the rules of processes, record types and dependent options', () => {
  const stage = {
    kind: 'field',
    id: 'fld_city_stage',
    object: 'city',
    name: 'stage',
    label: 'Stage',
    type: 'picklist',
    options: [
      { value: 'plan', label: 'Plan' },
      { value: 'build', label: 'Build' },
      { value: 'live', label: 'Live' },
    ],
    dependsOn: { field: 'size', values: { small: ['plan'], large: ['plan', 'build', 'live'] } },
  };
  const mayor = { kind: 'role', id: 'rol_mayor', name: 'mayor', label: 'Mayor', default: { create: true, read: 'all', fields: 'edit' } };
  const process = {
    kind: 'process',
    id: 'prc_city_stage',
    object: 'city',
    name: 'stage',
    label: 'Growth',
    field: 'stage',
    initial: ['plan'],
    transitions: [
      { id: 'start', from: ['plan'], to: ['build'], when: { '!': [{ is_empty: { var: 'title' } }] }, message: 'Give it a title first.' },
      { from: ['build'], to: ['live'], roles: ['mayor'], required: ['title'], label: 'Open' },
    ],
    enter: [{ to: ['live'], required: ['title'] }],
  };
  const port = {
    kind: 'record_type',
    id: 'rty_city_port',
    object: 'city',
    name: 'port',
    label: 'Port',
    roles: ['mayor'],
    picklists: { size: { options: ['large'] } },
  };
  const rules = [stage, mayor, process, port];
  const texts = translation('de', {
    obj_city: { label: 'Stadt' },
    fld_city_title: { label: 'Titel' },
    fld_city_size: { label: 'Größe', 'options.small': 'Klein', 'options.large': 'Groß' },
    fld_city_stage: { label: 'Stand', 'options.plan': 'Plan', 'options.build': 'Bau', 'options.live': 'Leben' },
    rol_mayor: { label: 'Bürgermeisterin' },
    rty_city_port: { label: 'Hafenstadt' },
    prc_city_stage: { 'transitions.start.message': 'Geben Sie erst einen Titel an.', 'transitions.1': 'Eröffnen' },
  });
  const messages = (locale: string, ...documents: object[]) =>
    localised(modelOf(...rules, ...documents), locale)
      .model.objects.get('city')
      ?.validations.filter(({ id }) => id !== rule.id)
      .map(({ message }) => message);

  it('say in English what they say', () => {
    expect(messages('en', texts)).toEqual([
      'A new City begins with Stage “Plan”.',
      'Stage can not be cleared.',
      'From “Plan”, Stage can change to “Build” only.',
      'From “Build”, Stage can change to “Live” only.',
      'Stage “Live” is final and can not change any more.',
      'Give it a title first.',
      'Only “Mayor” may make this change of Stage.',
      'Open needs Title.',
      'Title is needed for Stage “Live”.',
      'Only “Mayor” may choose “Port”.',
      'Size of “Port” can be “Large”.',
      'Choose Size first: Stage depends on it.',
      'With Size “Small”, Stage can be “Plan”.',
    ]);
  });

  it('say it in German around German labels, and their own messages as they are translated', () => {
    expect(messages('de', texts)).toEqual([
      'Neu (Stadt): Stand beginnt mit „Plan“.',
      'Stand kann nicht geleert werden.',
      'Von „Plan“ kann Stand nur zu „Bau“ wechseln.',
      'Von „Bau“ kann Stand nur zu „Leben“ wechseln.',
      'Stand „Leben“ ist endgültig und kann nicht mehr geändert werden.',
      'Geben Sie erst einen Titel an.',
      'Diese Änderung (Stand) dürfen nur „Bürgermeisterin“ machen.',
      'Eröffnen geht nur mit einem Wert in Titel.',
      'Titel ist nötig für Stand „Leben“.',
      '„Hafenstadt“ dürfen nur „Bürgermeisterin“ wählen.',
      'Größe von „Hafenstadt“ kann „Groß“ sein.',
      'Wählen Sie zuerst Größe: davon hängt Stand ab.',
      'Mit Größe „Klein“ kann Stand „Plan“ sein.',
    ]);
  });

  it('say it in German around labels that nobody translated', () => {
    expect(messages('de-CH')?.slice(0, 2)).toEqual(['Neu (City): Stage beginnt mit „Plan“.', 'Stage kann nicht geleert werden.']);
  });

  it('are asked for in the report, with the labels of steps and of the fields of every record', () => {
    const [report] = reportTranslations(modelOf(...rules, translation('de', {})).model);
    const missing = report?.missing.map(({ element, key }) => `${element} ${key}`) ?? [];
    expect(missing).toEqual(
      expect.arrayContaining([
        'prc_city_stage transitions.start.message',
        'prc_city_stage transitions.1',
        'rol_mayor label',
        'sys_owner label',
        'sys_record_type label',
        'sys_user pluralLabel',
      ]),
    );
    // Names for administrators are welcome, and not asked for.
    expect(missing).not.toContain('prc_city_stage label');
    expect(report?.unknown).toEqual([]);
  });

  it('two moves can not have one id', () => {
    const twice = { ...process, transitions: process.transitions.map((move) => ({ ...move, id: 'start' })) };
    const compiled = compile(stage, mayor, port, twice);
    expect(compiled.ok ? [] : compiled.issues.map(({ path, code }) => `${path} ${code}`)).toEqual(['/transitions/1/id duplicate_id']);
  });
});

describe('a translation that is wrong', () => {
  const other = { id: 'trn_de_other', name: 'other' };
  it.each<[string, object, string]>([
    ['leaves out a value', translation('de', { tpl_city_new: { subject: 'Neu' } }), '/texts/tpl_city_new/subject missing_placeholder'],
    [
      'names a value that is not there',
      translation('de', { tpl_city_new: { text: '{{record.title}} {{record.mayor}}' } }),
      '/texts/tpl_city_new/text unknown_field',
    ],
    ['is too long', translation('de', { obj_city: { label: 'x'.repeat(121) } }), '/texts/obj_city/label too_long'],
    ['is empty', translation('de', { obj_city: { label: '' } }), '/texts/obj_city/label bad_value'],
    ['is of no locale', translation('german', {}), '/locale bad_format'],
  ])('%s', (_what, document, expected) => {
    const compiled = compile(document);
    expect(compiled.ok ? [] : compiled.issues.map(({ path, code }) => `${path} ${code}`)).toContain(expected);
  });

  it('is there twice', () => {
    const compiled = compile(german, translation('de', { obj_city: { label: 'Ort' } }, other));
    expect(compiled.ok ? [] : compiled.issues.map(({ path, code }) => `${path} ${code}`)).toEqual(['/texts/obj_city/label duplicate_text']);
  });

  it('is reported when what it translates is not there, with the nearest that is; retiring a field is no problem', () => {
    const [report] = reportTranslations(
      modelOf(translation('de', { fld_city_sice: { label: 'x' }, fld_city_size: { 'options.smal': 'y' } })).model,
    );
    expect(report?.unknown).toEqual([
      { element: 'fld_city_sice', key: '', guess: ' Did you mean "fld_city_size"?' },
      { element: 'fld_city_size', key: 'options.smal', guess: ' Did you mean "options.small"?' },
    ]);
    expect(report?.missing).toContainEqual({ element: 'obj_city', key: 'label', text: 'City' });
  });
});

it('the packs are whole in every language they ship', async () => {
  const compiled = compileModel(composedFiles(await readPackFiles(PACKS)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const reports = reportTranslations(compiled.model);
  expect(reports.map(({ locale }) => locale)).toEqual(['de']);
  for (const { missing, unknown } of reports) expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
});

describe('published', () => {
  let s: TestSpace;
  beforeAll(async () => {
    s = await openSpace([...base, german]);
  });
  afterAll(() => s.close());
  it('a translation changes no table', async () => {
    const before = await s.test.sql(`select relname from pg_class where relnamespace = 'sp1'::regnamespace order by 1`);
    await s.publish([...base, { ...german, texts: { ...german.texts, obj_city: { label: 'Ort' } } }]);
    expect(localised(s.activeModels.current(s.space), 'de').model.objects.get('city')?.label).toBe('Ort');
    expect(await s.test.sql(`select relname from pg_class where relnamespace = 'sp1'::regnamespace order by 1`)).toEqual(before);
  });
});

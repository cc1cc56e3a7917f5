import { describe, expect, it } from 'vitest';
import { emptyDraft, findDocument, put } from './draft.js';
import { changesIn, mistakeIn, parseCsv, pseudo, rowsOf, setTexts, toCsv } from './translation-commands.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'id' } as const;
const draft = put(emptyDraft, city.id, city);

const ofDocuments = (of: typeof draft, locale: string) => rowsOf(of, locale).filter(({ document }) => document !== undefined);

describe('translating in a draft', () => {
  it('keeps texts in a document of this installation, and takes it away with the last of them', () => {
    const one = setTexts(draft, 'de-AT', [{ id: 'obj_city', key: 'label', text: 'Stadt' }]);
    expect(findDocument(one, 'trn_own_de_at')).toEqual({
      kind: 'translation',
      id: 'trn_own_de_at',
      locale: 'de-AT',
      name: 'own',
      texts: { obj_city: { label: 'Stadt' } },
    });
    expect(ofDocuments(one, 'de-AT').map(({ key, translation, isOwn }) => [key, translation, isOwn])).toEqual([
      ['label', 'Stadt', true],
      ['pluralLabel', '', false],
    ]);
    expect(setTexts(one, 'de-AT', [{ id: 'obj_city', key: 'label', text: '' }]).changes).toEqual(draft.changes);
  });

  it('has the fields of every record, and what processes and workflows say', () => {
    const process = {
      kind: 'process',
      id: 'prc_city_size',
      object: 'city',
      name: 'size',
      label: 'Growth',
      field: 'size',
      message: 'Cities grow step by step.',
      transitions: [{ id: 'grow', from: ['small'], to: ['large'], label: 'Grow', message: 'Build first.' }, { label: 'Any' }],
      enter: [{ id: 'large', required: ['name'], message: 'Name it.' }],
    } as const;
    const workflow = {
      kind: 'workflow',
      id: 'wfl_city',
      name: 'city',
      label: 'City grows',
      object: 'city',
      trigger: { type: 'record', on: ['create'] },
      nodes: [{ id: 'mail', type: 'email.send', label: 'Tell people', input: {} }],
      start: 'mail',
      edges: [],
    } as const;
    const rows = rowsOf(put(put(emptyDraft, process.id, process as never), workflow.id, workflow as never), 'de');
    expect(rows.map(({ id, key }) => `${id} ${key}`)).toEqual([
      'prc_city_size label',
      'prc_city_size message',
      'prc_city_size transitions.grow',
      'prc_city_size transitions.grow.message',
      'prc_city_size transitions.1',
      'prc_city_size enter.large.message',
      'wfl_city label',
      'wfl_city nodes.mail',
      ...['id', 'owner', 'created_at', 'created_by', 'updated_at', 'updated_by', 'version', 'deleted_at', 'record_type'].map(
        (name) => `sys_${name} label`,
      ),
      'sys_user label',
      'sys_user pluralLabel',
      'sys_user_name label',
      'sys_user_is_active label',
      'sys_user_is_queue label',
    ]);
    expect(toCsv(rows)).toContain('"prc_city_size","transitions.grow.message","Build first.",""');
  });

  it('reads back the file it writes, whatever is in the texts', () => {
    const text = 'He said "hello",\nand left';
    const rows = ofDocuments(draft, 'de').map((row) => ({ ...row, translation: text }));
    expect(parseCsv(toCsv(rows))[1]).toEqual(['obj_city', 'label', 'City', text]);
    expect(changesIn(toCsv(rows), ofDocuments(draft, 'de'))).toEqual({
      changes: ['label', 'pluralLabel'].map((key) => ({ id: 'obj_city', key, text })),
      refused: 0,
    });
    expect(changesIn('element,key,text,translation\nobj_town,label,x,y', rows)).toEqual({ changes: [], refused: 1 });
  });

  it.each([
    ['Neu: {{record.name}}', undefined],
    ['Neu', 'Leaves out {{record.name}}.'],
    ['x'.repeat(41), 'At most 40 characters.'],
  ])('%s', (translation, expected) => {
    expect(mistakeIn({ text: 'New: {{record.name}}', longest: 40 }, translation)).toBe(expected);
  });

  it('shows a text longer and accented, with its values', () => {
    expect(pseudo('Score: {{record.score}}')).toBe('[Sçöré: {{record.score}}~~~~~~~]');
  });
});

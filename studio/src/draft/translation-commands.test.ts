import { describe, expect, it } from 'vitest';
import { emptyDraft, findDocument, put } from './draft.js';
import { changesIn, mistakeIn, parseCsv, pseudo, rowsOf, setTexts, toCsv } from './translation-commands.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'id' } as const;
const draft = put(emptyDraft, city.id, city);

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
    expect(rowsOf(one, 'de-AT').map(({ key, translation, isOwn }) => [key, translation, isOwn])).toEqual([
      ['label', 'Stadt', true],
      ['pluralLabel', '', false],
    ]);
    expect(setTexts(one, 'de-AT', [{ id: 'obj_city', key: 'label', text: '' }]).changes).toEqual(draft.changes);
  });

  it('reads back the file it writes, whatever is in the texts', () => {
    const text = 'He said "hello",\nand left';
    const rows = rowsOf(draft, 'de').map((row) => ({ ...row, translation: text }));
    expect(parseCsv(toCsv(rows))[1]).toEqual(['obj_city', 'label', 'City', text]);
    expect(changesIn(toCsv(rows), rowsOf(draft, 'de'))).toEqual({
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

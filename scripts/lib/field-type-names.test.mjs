import { describe, expect, it } from 'vitest';
import { namesIn, strayTypeNames } from './field-type-names.mjs';

const types = new Set(['text', 'rich_text', 'file', 'date', 'picklist', 'polymorphic', 'lookup', 'currency']);
const found = (text) => namesIn('a.ts', text, types).map(({ name }) => name);

describe('names of field types in code', () => {
  it.each([
    ['a comparison', "if (field.type === 'file') stop();", ['file']],
    ['a comparison the other way round', "const is = 'rich_text' !== field.type;", ['rich_text']],
    ['a comparison of a field that may be missing', "const is = field?.type === 'date';", ['date']],
    ['a table', "const WORDS = { rich_text: 'a', picklist: 'b' };", ['rich_text', 'picklist']],
    ['a set', "const WIDE = new Set(['text', 'rich_text']);", ['rich_text']],
    ['a switch', "switch (form.type) { case 'lookup': case 'date': return 1; }", ['lookup', 'date']],
    ['a list that is searched', "['lookup', 'text'].includes(by.type);", ['lookup', 'text']],
    ['the type of a value', "if (node.type === 'date') stop();", []],
    ['words of other things', "const answer = { text: '', file: 1, currency: 'EUR' };", []],
    ['a function of that name', "import { picklist } from './x.js'; call({ picklist });", []],
  ])('%s', (_case, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('are nowhere but where the list says why', async () => {
    const { files, wrong } = await strayTypeNames();
    expect(wrong).toEqual([]);
    expect(files).toBeGreaterThan(500);
  });
});

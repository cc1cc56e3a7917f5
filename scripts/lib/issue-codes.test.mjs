import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { codesIn, issueCodes } from './issue-codes.mjs';

describe('codes of issues', () => {
  it.each([
    ['the property of an issue', "issues.push({ path: '', code: 'not_later', message: 'Must be later.' });", ['not_later']],
    ['one of two', "const issue = { code: isOne ? 'too_small' : 'too_large' };", ['too_small', 'too_large']],
    ['the word before what is said', "problems.add(source, '/type', 'not_for_type', `A ${type} can not.`);", ['not_for_type']],
    ['a sentence of the catalogue', "return bad('not_text', told('value.text'));", ['not_text']],
    ['a failure of a step', "throw new StepFailure('no_record', 'There is none.');", ['no_record']],
    ['other words', "add('first', 'second'); at(alias, 'created_at');", []],
  ])('are found as %s', (_where, text, expected) => {
    expect([...codesIn('a.ts', text)]).toEqual(expected);
  });

  it('are all on the page of errors, and no others', async () => {
    const codes = await issueCodes();
    const page = await readFile('docs/errors.md', 'utf8');
    const told = new Set(
      [...page.matchAll(/^\| `(\w+)`|^\*\*.*$/gm)].flatMap(([line]) => [...line.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code)),
    );
    expect([...codes.keys()].filter((code) => !told.has(code))).toEqual([]);
    const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
    expect(rows.filter((code) => !codes.has(code))).toEqual([]);
    expect(codes.size).toBeGreaterThan(150);
  });
});

import { describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/errors.js';
import { MAX_JSON_DEPTH, parseBody } from './body.js';

const parse = (text: string) => parseBody(Buffer.from(text));
const refusal = (bytes: Uint8Array) => {
  try {
    parseBody(bytes);
  } catch (error) {
    return error instanceof AppError ? error.message : `a ${typeof error}`;
  }
  return 'accepted';
};

describe('body', () => {
  it('is any JSON value', () => {
    expect(parse('{"a":[1,"\\"{[",null]}').value).toEqual({ a: [1, '"{[', null] });
    expect(parse('"text"').value).toBe('text');
  });

  it.each([
    ['{"a":1,}', 'line 1, column 8'],
    ['{\n  "a": x\n}', 'line 2, column 8'],
    ['{"a":1} 2', 'line 1, column 9'],
    ['[1,"a\tb"]', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'],
    ['[}', 'line 1, column 2'],
    ['{"a":', 'line 1, column 6'],
    ['', 'line 1, column 1'],
  ])('%j has its mistake at %s', (text, where) => {
    expect(refusal(Buffer.from(text))).toBe(`The body is not JSON: there is a mistake at ${where}.`);
  });

  it('is UTF-8', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]))).toBe('The body is not UTF-8.');
  });

  it('does not smuggle a prototype', () => {
    expect(refusal(Buffer.from('{"__proto__":{"admin":true}}'))).toContain('__proto__');
    expect(refusal(Buffer.from(String.raw`{"a":[{"\u005f_pr\u006Fto__":{"admin":true}}]}`))).toContain('__proto__');
    expect(parse(String.raw`{"a":"\\u005f_proto__ \u00e9"}`).value).toEqual({ a: String.raw`\u005f_proto__ é` });
  });

  it('has an end to its depth', () => {
    expect(parse('['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH)).value).toBeDefined();
    expect(refusal(Buffer.from('['.repeat(100_000)))).toContain('nested deeper');
  });
});

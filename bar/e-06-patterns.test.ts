import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../metadata/language/evaluate.js';
import { parseCondition } from '../metadata/language/parse-condition.js';
import { parseFormula } from '../metadata/language/parse-formula.js';
import { json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { FIELD_TYPES } from '../engine/src/fields/registry.js';
import { thingScope } from '../engine/test/support/expression-world.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { cpuMs } from './support/cpu-time.js';
import { patternsIn, repeats, schemaPatterns, slowest } from './support/own-patterns.js';

/** Patterns that hold an engine which goes back and tries again, and what they choke on. */
const BAD: readonly string[] = [
  ...[
    '^(a+)+$',
    '^(a*)*$',
    '^(a|a)+$',
    '^(a|aa)+$',
    '^(a|a?)+$',
    '(a+){10}$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    '^(.*a){11}$',
    '(.*)*$',
  ],
  ...[
    '^(\\d+)*$',
    '(\\w+\\s*)+:',
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
  ],
  ...[
    '(a|b|ab)*c',
    '^(?:a+)+b',
    '(?:(?:a)*)*b',
    '([^"]+)*"',
    '"(?:[^"\\\\]|\\\\.)*"(?=x)',
    '(\\s*\\w+\\s*)+;',
    '^\\s+|\\s+$',
    '\\s*,\\s*$',
    '(\\/\\*)([^*]|\\*[^/])*(\\*\\/)',
  ],
  ...[
    '((a{1,30}){1,30}){1,30}b',
    '(a{0,99}){0,99}b',
    '^(a?){30}a{30}$',
    '(?=(a+))\\1*b',
    '(?!(a+)+$)b',
    '(?<=(a+)+)b',
    '(?<n>a+)\\k<n>+b',
    '(a+)\\1+b',
  ],
  ...[
    '[\\w-]+(\\.[\\w-]+)*@',
    '^([\\w.]+)+@',
    '(http|https)://([\\w.]+)+/?$',
    '^<([a-z]+)([^<]+)*(?:>(.*)<\\/\\1>|\\s+\\/>)$',
    '<!--(.|\\s)*-->',
    '(<[^>]*>)*x',
  ],
  ...[
    '(\\d+,?)+x',
    '^(\\d{1,3},?)*\\.$',
    '([0-9]+)+\\#',
    '^(0|1|01)*2$',
    '^(1[01]*|0)*$x',
    '(.+)+\\n',
    '(?:.|\\n)*?x$',
    '(.*?,){11}P',
    '(a.*b)*c',
  ],
  ...[
    '^(\\(?\\d+\\)?)+$x',
    '^[+]?(\\d+\\s?)+$x',
    '^(?:[A-Z][a-z]*\\s?)+$x',
    '(\\p{L}+\\s?)+!',
    '([\\s\\S]+)*z',
    '(?:(?:a|b)+|c)+d',
    '(a||b)*c',
    '((.*)*)*!',
    '^(\\W|\\w)*$x',
  ],
  ...['%(%)*_', '[%-_]{2,}', '(|a)+b', '(a*?)*?b', '$'.repeat(50), '('.repeat(200), '[', '\\', '(?', 'a{2,1}', '*', '(?i)(a+)+', '(?R)'],
];
const CHOKES = [
  'a'.repeat(5_000) + '!',
  'x'.repeat(5_000),
  '0'.repeat(5_000) + 'x',
  ' '.repeat(5_000) + '.',
  '"'.repeat(5_000),
  '<a'.repeat(2_500),
];

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

describe('E-06: a pattern that somebody gives', () => {
  it('has no place in metadata, in a filter or in a formula', async () => {
    expect(BAD.length).toBeGreaterThanOrEqual(60);
    const { revision } = json<{ revision: number }>(await system.call('admin', 'GET', '/metadata'));
    const taken: string[] = [];
    for (const property of ['pattern', 'regex', 'regexp', 'format', 'mask', 'match', 'validate', 'validation', 'matches']) {
      for (const pattern of BAD.slice(0, 12)) {
        const document = { kind: 'field', id: 'fld_bar_x', object: SPECIMEN, name: 'bar_x', label: 'X', type: 'text', [property]: pattern };
        await system.call('admin', 'PUT', `/metadata/draft/field/${SPECIMEN}.bar_x`, { body: { baseRevision: revision, document } });
        const plan = json<{ hash?: string | null }>(await system.call('admin', 'POST', '/metadata/draft/plan'));
        if ((plan.hash ?? null) !== null) taken.push(`${property} ${pattern}`);
        await system.call('admin', 'DELETE', '/metadata/draft');
        // Of the others one is enough: none of them is a property of a text.
        if (property !== 'pattern') break;
      }
    }
    for (const pattern of BAD) {
      for (const operator of ['matches', 'match', 'regex', 'regexp', 'like', 'ilike', 'similar', '~', '~*', '=~', 'rlike', 'glob'])
        if (parseCondition({ [operator]: [{ var: 'name' }, pattern] }, thingScope).ok) taken.push(`${operator} ${pattern}`);
      for (const name of ['REGEX', 'REGEXMATCH', 'REGEXP_REPLACE', 'MATCH', 'MATCHES', 'LIKE', 'SEARCH', 'TEST', 'REPLACE', 'SPLIT'])
        if (parseFormula(`${name}(name, "${pattern.replaceAll('"', '""')}")`, thingScope).ok) taken.push(`${name} ${pattern}`);
    }
    expect(taken).toEqual([]);
  }, 300_000);

  it('is a text like any other where a text is asked for, in the process and in the database', async () => {
    const slow: string[] = [];
    const wrong: string[] = [];
    for (const pattern of BAD) {
      for (const choke of [...CHOKES, `before ${pattern} after`]) {
        for (const operator of ['contains', 'starts_with', 'ends_with', '==']) {
          const parsed = parseCondition({ [operator]: [{ var: 'name' }, pattern] }, thingScope);
          if (!parsed.ok) continue;
          let answer: unknown;
          const env = { record: { name: choke }, userId: null, now: new Date(0), timeZone: 'UTC' };
          const ms = cpuMs(() => (answer = evaluate(parsed.expression, env)), 20);
          if (ms > 20) slow.push(`${operator} ${pattern}: ${String(ms)} ms`);
          if (operator === 'contains' && answer !== choke.toLowerCase().includes(pattern.toLowerCase()))
            wrong.push(`${pattern} in ${choke.slice(0, 30)}`);
        }
        const substitute = parseFormula(`SUBSTITUTE(name, "${pattern.replaceAll('"', '""')}", "")`, thingScope);
        if (substitute.ok) {
          const ms = cpuMs(
            () => evaluate(substitute.expression, { record: { name: choke }, userId: null, now: new Date(0), timeZone: 'UTC' }),
            20,
          );
          if (ms > 20) slow.push(`SUBSTITUTE ${pattern}: ${String(ms)} ms`);
        }
      }
    }
    const [first = ''] = BAD;
    expect(json(await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body: { title: `Has ${first} in it` } }))['title']).toContain(
      first,
    );
    for (const pattern of BAD) {
      const found = await system.call('admin', 'POST', `/records/${SPECIMEN}/query`, {
        body: { filter: { contains: [{ var: 'title' }, pattern] } },
      });
      const hits = json<{ data: unknown[] }>(found).data.length;
      const searched = await system.call('admin', 'GET', '/search', { query: { q: pattern } });
      if (found.status !== 200 || (searched.status !== 200 && searched.status !== 400))
        wrong.push(`${pattern}: ${String(found.status)} ${String(searched.status)}`);
      // A pattern would match more than the one record that holds it.
      if (hits > 1 && pattern.length > 3) wrong.push(`${pattern} found ${String(hits)}`);
    }
    expect(slow).toEqual([]);
    expect(wrong).toEqual([]);
  }, 300_000);
});

/** Patterns that are only ever asked about few signs, or about what is ours. */
const BOUNDED: Readonly<Record<string, string>> = {
  '[\\s"\'«»„“”,;:!?.]+$': 'a search text has 200 characters at most',
  '(\\w+)\\(([^)]*)\\)': 'rights as Postgres writes them, for the doctor',
  '<link(?=[^>]*\\brel="?modulepreload)': 'pages of the build',
};

describe('E-06: a pattern of the product itself', () => {
  it('takes hardly any time, whatever it is asked about', async () => {
    const all = [...(await patternsIn(['engine/src', 'metadata/language'])), ...(await schemaPatterns('metadata/schema'))];
    expect(all.length).toBeGreaterThan(250);
    const slow = all
      .filter(repeats)
      .filter(({ source }) => !(source in BOUNDED))
      .flatMap((pattern) => {
        const found = slowest(pattern, 20_000, 20);
        return found === undefined
          ? []
          : [`${pattern.file}:${String(pattern.line)} /${pattern.source}/: ${String(Math.round(found.ms))} ms on ${found.attack}`];
      });
    expect(slow).toEqual([]);
    for (const source of Object.keys(BOUNDED)) expect(all.map((pattern) => pattern.source)).toContain(source);
  }, 600_000);

  it('is made of words of ours only: no pattern is put together from what somebody sent', async () => {
    const made: string[] = [];
    for (const file of ['engine/src/planner/catalog-part.ts', 'engine/src/http/static-files.ts']) {
      if (/new RegExp\(`/.test(await readFile(file, 'utf8'))) made.push(file);
    }
    // Names of our own tables, and two names of encodings.
    expect(made).toHaveLength(2);
    expect(await placesOfNewPatterns()).toEqual(made.sort());
  });

  it('is quick on the values of every type of field', () => {
    const texts = [
      'a',
      '0',
      ' ',
      '-',
      '.',
      '@',
      '<',
      '<a',
      '<a href="',
      '&#',
      '"',
      '1:',
      'a.',
      'a@',
      '+1 ',
      'PT',
      '1h ',
      'http://a.',
      '(',
      '\u0301',
      '{"a":',
    ].flatMap((unit) => [unit.repeat(20_000 / unit.length), `${unit.repeat(20_000 / unit.length)}\u0001`]);
    const slow: string[] = [];
    for (const [name, type] of Object.entries(FIELD_TYPES)) {
      for (const text of texts) {
        // Formatted text is parsed and written again.
        const enough = name === 'rich_text' ? 250 : 20;
        const ms = cpuMs(() => [type.normalize(text, {}), type.fromCell(text, {})], enough);
        if (ms > enough) slow.push(`${name} ${text.slice(0, 10)}: ${String(Math.round(ms))} ms`);
      }
    }
    expect(slow).toEqual([]);
  }, 300_000);
});

async function placesOfNewPatterns(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const found: string[] = [];
  for (const folder of ['engine/src', 'metadata/language'])
    for (const entry of await readdir(folder, { recursive: true })) {
      const file = `${folder}/${entry}`;
      if (file.endsWith('.ts') && !file.endsWith('.test.ts') && /\bnew RegExp\(|\bRegExp\(/.test(await readFile(file, 'utf8')))
        found.push(file);
    }
  return found.sort();
}

import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../metadata/language/evaluate.js';
import { MAX_FORMULA_DEPTH, MAX_FORMULA_NODES, MAX_FORMULA_TEXT } from '../metadata/language/formula-limits.js';
import { MAX_DEPTH, MAX_LIST, MAX_NODES, OPERATOR_NAMES } from '../metadata/language/operators.js';
import { parseCondition } from '../metadata/language/parse-condition.js';
import { parseFormula } from '../metadata/language/parse-formula.js';
import { inParallel, json, type Asked } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { checkShape } from '../engine/src/rules/record-schema.js';
import { bundleWorker } from '../engine/test/support/bundle-worker.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { cpuMs } from './support/cpu-time.js';
import { largeRecord, largestConditions, largestFormulas, scope, type Cost } from './support/expression-costs.js';
import { IS_NIGHT } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

const PROTOTYPE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  '__lookupGetter__',
  'inherited',
];
const GLOBALS = [
  'process',
  'global',
  'globalThis',
  'require',
  'module',
  'Function',
  'eval',
  'Buffer',
  'this',
  'window',
  'self',
  'arguments',
  'env',
  'fs',
];
const FOREIGN = [
  '$eval',
  '$lookup',
  '$function',
  '$map',
  '$reduce',
  '$sift',
  '$single',
  '$each',
  '$error',
  '$assert',
  '$now',
  '$millis',
  '$match',
  '$replace',
  '$split',
  '$join',
];

/** Formulas that mean to be more: other languages, the inside of this one, loops, and what is too large. */
const FORMULAS: readonly string[] = [
  ...PROTOTYPE.flatMap((name) => [name, `place.${name}`, `${name}(note)`, `note.${name}`, `$user.${name}`, `"${name}" & ${name}`]),
  ...GLOBALS.flatMap((name) => [name, `${name}.exit()`, `${name}("return 1")`, `${name}.constructor`]),
  ...FOREIGN.flatMap((name) => [`${name}("1+1")`, `${name}([1..1e7], function($x) { $x })`]),
  ...[
    '[1..10000000]',
    '(function(){})()',
    '($f := function($x) { $f($x) }; $f(1))',
    '($f := λ($x) { $f($x) }; $f(1))',
    'note ~> $uppercase',
    'note[0]',
    '{"a": note}',
    'note ? 1 : 2',
    '/^(a+)+$/',
    '`x`',
    '${note}',
  ],
  ...[
    'WHILE(TRUE, 1)',
    'FOR(1)',
    'LOOP(1)',
    'REPEAT(note, 1000000)',
    'REPT(note, 1000000)',
    'LAMBDA(x, x)',
    'LET(x, note, x & x)',
    'INDIRECT("note")',
    'EVAL("1")',
    'EXEC("ls")',
    'WEBSERVICE("http://x.example")',
    'IMPORTXML("x")',
    'POWER(9, 999)',
    '9^999',
    '9**999',
    '1e999999',
    '99999999999999999999999999999999999',
  ],
  ...[
    `${'('.repeat(12_000)}1${')'.repeat(12_000)}`,
    `${'-'.repeat(4_990)}1`,
    `${'NOT('.repeat(1_200)}flag${')'.repeat(1_200)}`,
    'x'.repeat(1_000_000),
    '"'.repeat(4_999),
    `IF(${'flag,'.repeat(900)}1)`,
    'note&'.repeat(990) + 'note',
    `SUBSTITUTE(note, "", "${'a'.repeat(4_000)}")`,
  ],
  ...[
    'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(note, "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa")',
    'note & note & note & note & note & note & note & note',
    'LEFT(note, 1e99)',
    'MID(note, -1, 99999999999)',
    'DATE(99999, 99, 99)',
    'DATEADD(day, 99999999999, "year")',
    '1/0',
    'MOD(1, 0)',
    'ROUND(amount, -99)',
    'ROUND(amount, 99)',
    'amount * amount * amount * amount',
  ],
  ...[
    '',
    ' ',
    ';',
    '--',
    "'",
    '\u0000',
    '\ud800',
    '\u202enote',
    'note\u0000',
    '=note',
    '=cmd|x!A0',
    '<script>',
    '{{note}}',
    '%s%n',
    '../note',
    'note;drop table x',
  ],
];

const v = (name: unknown) => ({ var: name });
const nest = (depth: number): unknown => {
  let json: unknown = { '==': [v('note'), 'x'] };
  for (let level = 0; level < depth; level += 1) json = { '!': json };
  return json;
};
const doubled = Array.from({ length: 24 }).reduce((made) => ({ cat: [made, made] }), 'x' as unknown);
/** The same for conditions. */
const CONDITIONS: readonly unknown[] = [
  ...PROTOTYPE.flatMap((name) => [
    v(name),
    { '==': [v(name), 'x'] },
    { '==': [v(`place.${name}`), 'x'] },
    { [name]: [1, 1] },
    { '==': [v(`$user.${name}`), 'x'] },
    { any: [name, { '==': [v('note'), 'x'] }] },
  ]),
  ...GLOBALS.flatMap((name) => [{ [name]: ['x'] }, { '==': [v(name), 'x'] }, { '==': [v(`$${name}`), 'x'] }]),
  // What JSONLogic and its like know besides.
  ...[
    'cat',
    'substr',
    'map',
    'reduce',
    'filter',
    'merge',
    'log',
    'method',
    'missing',
    'missing_some',
    'if',
    '?:',
    '===',
    '!==',
    '!!',
    '+',
    '*',
    '-',
    '/',
    '%',
    'var_',
    'some',
    'matches',
    'eval',
    'val',
    'exists',
    'throw',
    'try',
    'preserve',
  ].flatMap((name) => [{ [name]: [v('note'), 'x'] }, { '==': [{ [name]: ['x'] }, 'x'] }]),
  { '==': [doubled, 'x'] },
  { reduce: [{ var: 'tags' }, { cat: [v('accumulator'), v('accumulator')] }, 'xx'] },
  ...[nest(MAX_DEPTH - 1), nest(100), nest(12_000)],
  { or: Array.from({ length: 100_000 }, () => ({ '==': [v('note'), 'x'] })) },
  { in: [v('note'), Array.from({ length: MAX_LIST + 1 }, (_, n) => String(n))] },
  { or: Array.from({ length: 11 }, () => ({ '>': [{ count: 'parts' }, 1] })) },
  ...[
    null,
    undefined,
    1,
    'x',
    true,
    [],
    {},
    [[]],
    [{}],
    { '==': null },
    { '==': [] },
    { '==': {} },
    { and: {} },
    { var: {} },
    { var: [] },
    { var: [v('note')] },
    { '==': [v('note'), v('note'), v('note')] },
    { '': [1] },
    { ' ': [1] },
  ],
  ...[
    'a.b.c.d.e',
    '.',
    '..',
    'note.',
    '.note',
    'note..x',
    '$',
    '$.',
    '$user',
    '$record.x',
    '$previous',
    'place.place.place.note',
    'x'.repeat(100_000),
  ].map((name) => ({ '==': [v(name), 'x'] })),
];
/** As JSON, if it is not too deep for that. */
function shownAs(what: unknown): string {
  try {
    return typeof what === 'string' ? what : String(JSON.stringify(what));
  } catch {
    return 'too deep to show'.padEnd(20_000);
  }
}
const environment = { record: largeRecord, previous: largeRecord, userId: null, now: new Date(0), timeZone: 'Europe/Berlin' };

const FORMULAS_AT_THEIR_LARGEST = largestFormulas();
/** The same by the names of the fields that there are in the system. */
const LARGEST_HERE = FORMULAS_AT_THEIR_LARGEST.map((formula) =>
  formula.replaceAll('note', 'title').replaceAll('other', 'code').replaceAll('amount', 'size'),
);
/** Answers of another tenant that are looked at while one has all that it can. */
const ANSWERS_IN_STORM = 20;

describe('E-05: an expression', () => {
  it('is refused with every problem at its place, or has a plain value: nothing inherited, nothing of the process', () => {
    expect(FORMULAS.length + CONDITIONS.length).toBeGreaterThanOrEqual(300);
    const wrong: string[] = [];
    let refused = 0;
    const look = (what: unknown, parse: () => ReturnType<typeof parseCondition> | ReturnType<typeof parseFormula>) => {
      const shown = shownAs(what).slice(0, 80);
      const ms = cpuMs(parse, 250);
      if (ms > 250) wrong.push(`${shown}: ${String(ms)} ms to read`);
      const parsed = parse();
      if (!parsed.ok) {
        refused += 1;
        if (parsed.issues.length === 0 || parsed.issues.some(({ message, code }) => message === '' || code === ''))
          wrong.push(`${shown}: no reason`);
        return;
      }
      const value = evaluate(parsed.expression, environment);
      const isPlain = value === null || value === undefined || ['string', 'boolean'].includes(typeof value) || Array.isArray(value);
      if (!isPlain || /zqk\w+wvx|native code|\[object|function/.test(String(value))) wrong.push(`${shown}: ${String(value).slice(0, 100)}`);
      if (typeof value === 'string' && value.length > 100_000) wrong.push(`${shown}: ${String(value.length)} characters`);
    };
    for (const formula of FORMULAS) look(formula, () => parseFormula(formula, scope));
    for (const condition of CONDITIONS) look(condition, () => parseCondition(condition, scope));
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(250);
  }, 300_000);

  it('is held to limits before it is worked out: depth, parts, lists, and operators of a closed list', () => {
    const codes = (result: ReturnType<typeof parseCondition> | ReturnType<typeof parseFormula>) =>
      result.ok ? [] : result.issues.map(({ code }) => code);
    expect([MAX_DEPTH, MAX_NODES <= 500, MAX_LIST, MAX_FORMULA_DEPTH <= 30, MAX_FORMULA_NODES]).toEqual([20, true, 200, true, 500]);
    const among = (count: number) => parseCondition({ in: [v('note'), Array.from({ length: count }, (_, n) => String(n))] }, scope);
    expect([codes(among(200)), codes(among(201))]).toEqual([[], ['too_large']]);
    expect(codes(parseCondition(nest(12_000), scope))).toEqual(['too_deep']);
    expect(codes(parseCondition({ or: Array.from({ length: 300 }, () => v('flag')) }, scope))).toEqual(['too_large']);
    expect(codes(parseFormula(`${'NOT('.repeat(40)}flag${')'.repeat(40)}`, scope))).toContain('too_deep');
    expect(codes(parseFormula(Array.from({ length: 600 }, () => '1').join('+'), scope))).toContain('too_large');
    for (const name of ['cat', 'reduce', 'constructor', '__proto__']) expect(OPERATOR_NAMES).not.toContain(name);
    expect(FORMULAS_AT_THEIR_LARGEST.length).toBeGreaterThan(100);
    expect(largestConditions().length).toBeGreaterThan(10);
  });

  it('takes less than 250 ms and 64 MB at its largest, over the largest record', async () => {
    const { file, folder } = await bundleWorker('bar/support/expression-worker.ts');
    try {
      const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', file], { maxBuffer: 64 * 1_048_576 });
      const all = JSON.parse(stdout) as Cost[];
      expect(all.length).toBeGreaterThan(120);
      expect(all.filter(({ ms, parseMs }) => ms + parseMs > 250)).toEqual([]);
      // What a formula puts together is cut off; a field itself may be longer.
      expect(all.filter(({ what, length }) => what.includes('&') && length > MAX_FORMULA_TEXT)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 300_000);

  it('that names what is not there is told so quickly, however much of it there is', () => {
    const object = system.trial.open.model().objects.get(SPECIMEN);
    if (object === undefined) throw new Error('there is no such object');
    const names = Array.from({ length: 60_000 }, (_, n) => `unknown_name_${String(n)}`);
    const ms = cpuMs(() => checkShape(object, Object.fromEntries(names.map((name) => [name, 1])), 'create'), 250);
    expect(ms).toBeLessThan(250);
    const wide = { ...scope, names: () => names.slice(0, 400) };
    const formula = names
      .slice(0, 180)
      .map((name) => `${name}_x`)
      .join('+');
    expect(cpuMs(() => parseFormula(formula, wide), 250)).toBeLessThan(250);
    const condition = { or: names.slice(0, 60).map((name) => ({ '==': [v(`${name}_${'x'.repeat(20)}`), 1] })) };
    expect(cpuMs(() => parseCondition(condition, wide), 250)).toBeLessThan(250);
  });

  it('sent over HTTP is a problem of the one who sent it', async () => {
    const wrong: string[] = [];
    const send = async (path: string, asked: Asked, what: unknown) => {
      const reply = await system.call('admin', 'POST', path, asked);
      if (reply.status >= 500) wrong.push(`${path} ${shownAs(what).slice(0, 100)}: ${String(reply.status)}`);
      if (/native code|node_modules|zqk\w+inherited/.test(reply.text)) wrong.push(reply.text.slice(0, 200));
    };
    const record = system.records.find(({ object }) => object === SPECIMEN)?.id;
    for (const formula of FORMULAS.filter((text) => text.length < 10_000)) {
      // The names of the fields that it has here.
      const here = formula.replaceAll('note', 'title').replaceAll('amount', 'size');
      await send('/metadata/formula/check', { body: { object: SPECIMEN, formula: here, record } }, formula);
      if (IS_NIGHT) await send('/metadata/formula/complete', { body: { object: SPECIMEN, formula: here, offset: here.length } }, formula);
    }
    await send('/metadata/formula/complete', { body: { object: SPECIMEN, formula: 'a'.repeat(900_000), offset: 900_000 } }, 'long');
    for (const filter of CONDITIONS.filter((condition) => shownAs(condition).length < 20_000))
      await send(`/records/${SPECIMEN}/query`, { body: { filter } }, filter);
    const deep = `{"filter":${'{"!":'.repeat(12_000)}true${'}'.repeat(12_000)}}`;
    await send(
      `/records/${SPECIMEN}/query`,
      { bytes: new Uint8Array(Buffer.from(deep)), headers: { 'Content-Type': 'application/json' } },
      'deep',
    );
    expect(wrong).toEqual([]);
  }, 300_000);

  it('is read in turns: fifty of one tenant, sent first, are behind twenty calls of another', async () => {
    const record = system.records.find(({ object }) => object === SPECIMEN)?.id;
    let answered = 0;
    const all = Promise.all(
      LARGEST_HERE.slice(0, 50).map(async (formula) => {
        const { status } = await system.call('admin', 'POST', '/metadata/formula/check', { body: { object: SPECIMEN, formula, record } });
        answered += 1;
        return status;
      }),
    );
    for (let n = 0; n < ANSWERS_IN_STORM; n += 1) expect((await system.call('other_own', 'GET', `/records/${SPECIMEN}`)).status).toBe(200);
    expect(answered).toBeLessThan(40);
    expect(new Set(await all)).toEqual(new Set([200]));
  });

  it('is answered at a pace where it is refused: two hundred of one tenant do not go ahead of twenty calls of another', async () => {
    let answered = 0;
    const began = performance.now();
    const refused = inParallel(
      Array.from({ length: 200 }, (_, n) => n),
      40,
      async (n) => {
        const filter = { '==': [v(PROTOTYPE[n % PROTOTYPE.length]), 'x'] };
        expect((await system.call('admin', 'POST', `/records/${SPECIMEN}/query`, { body: { filter } })).status).toBe(400);
        answered += 1;
      },
    );
    for (let n = 0; n < ANSWERS_IN_STORM; n += 1) expect((await system.call('other_own', 'GET', `/records/${SPECIMEN}`)).status).toBe(200);
    // Fifty at once and a hundred a second, of forty at a time, each within a second; on a slow machine the twenty take as long as all of these.
    expect(answered).toBeLessThanOrEqual(60 + 0.14 * (performance.now() - began));
    await refused;
  });

  it('of one tenant, fifty at a time, keeps nobody of another from working', async () => {
    const record = system.records.find(({ object }) => object === SPECIMEN)?.id;
    const filter = { or: Array.from({ length: 49 }, (_, n) => ({ contains: [v('title'), `zq${String(n)}`] })) };
    const list = async () => {
      const reply = await system.call('other_own', 'GET', `/records/${SPECIMEN}`);
      return { status: reply.status, rows: json<{ data: unknown[] }>(reply).data?.length };
    };
    const quiet = [];
    for (let n = 0; n < 50; n += 1) quiet.push(await list());
    const statuses = new Set<number>();
    const busy: Awaited<ReturnType<typeof list>>[] = [];
    // As long as both are seen, whatever the machine: every call was sent and the other one was answered often enough.
    // It ends in any case: who is answered once while another one is two hundred times is being kept from working.
    const calls = IS_NIGHT ? 2_000 : 200;
    const most = calls + ANSWERS_IN_STORM * 200;
    let sent = 0;
    let isOver = false;
    const isGoingOn = () => !isOver && sent < most && (sent < calls || busy.length < ANSWERS_IN_STORM);
    const storm = inParallel(
      Array.from({ length: 50 }, (_, n) => n),
      50,
      async () => {
        while (isGoingOn()) {
          const n = sent++;
          const reply =
            n % 2 === 0
              ? await system.call('admin', 'POST', '/metadata/formula/check', {
                  body: { object: SPECIMEN, formula: LARGEST_HERE[n % LARGEST_HERE.length], record },
                })
              : await system.call('admin', 'POST', `/records/${n % 4 === 1 ? SPECIMEN : PLACE}/query`, {
                  body: { filter: n % 4 === 1 ? filter : undefined, count: 'exact' },
                });
          statuses.add(reply.status);
        }
      },
    ).finally(() => (isOver = true));
    try {
      while (!isOver) busy.push(await list());
    } finally {
      isOver = true;
      await storm;
    }
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(new Set([...quiet, ...busy].map(({ status, rows }) => `${String(status)} ${String(rows)}`)).size).toBe(1);
    expect(busy.length).toBeGreaterThanOrEqual(ANSWERS_IN_STORM);
    expect(system.leaks).toEqual([]);
  }, 300_000);
});

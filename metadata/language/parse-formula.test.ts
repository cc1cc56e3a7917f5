import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, type RecordValues } from './evaluate.js';
import type { ValueType } from './expression.js';
import { formulaCompletions } from './formula-completions.js';
import { FORMULA_FUNCTIONS } from './formula-functions.js';
import { parseFormula } from './parse-formula.js';
import { printFormula } from './print-formula.js';
import { renameFormula } from './rename-formula.js';
import type { Scope, ScopeField } from './scope.js';

const field = (type: ValueType, more: Partial<ScopeField> = {}): ScopeField => ({ type, fieldType: type, ...more });
const OBJECTS: Readonly<Record<string, Readonly<Record<string, ScopeField>>>> = {
  deal: {
    name: field('text'),
    amount: field('decimal'),
    discount: field('decimal'),
    closed_on: field('date'),
    changed_at: field('datetime'),
    is_won: field('boolean'),
    stage: field('option', { options: ['open', 'won', 'lost'] }),
    tags: field('options', { options: ['hot', 'cold'] }),
    account: field('reference', { target: 'account' }),
  },
  account: { name: field('text'), revenue: field('decimal'), parent: field('reference', { target: 'account' }) },
};
const scope: Scope = {
  object: 'deal',
  field: (object, name) => (Object.hasOwn(OBJECTS[object] ?? {}, name) ? OBJECTS[object]?.[name] : undefined),
  relation: () => undefined,
  names: (object) => Object.keys(OBJECTS[object] ?? {}),
  allow: new Set(['user']),
};

const RECORD: RecordValues = {
  name: 'Zoë 😀 Ltd',
  amount: '1250.50',
  discount: null,
  closed_on: '2024-01-31',
  changed_at: '2026-03-28T23:30:00Z',
  is_won: true,
  stage: 'won',
  tags: ['hot'],
  account: { id: '00000000-0000-7000-8000-000000000001', name: 'Acme', revenue: '3' },
};

function valueOf(text: string): unknown {
  const result = parseFormula(text, scope);
  if (!result.ok) return result.issues.map(({ code, line, column }) => `${code} ${String(line)}:${String(column)}`).join(', ');
  return evaluate(result.expression, { record: RECORD, userId: null, now: new Date('2026-06-15T12:00:00Z'), timeZone: 'Europe/Berlin' });
}

describe('the value of a formula', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['10 - 4 - 3', '3'],
    ['-2 * -3', '6'],
    ['0.1 + 0.2', '0.3'],
    ['10 / 3', '3.3333333333'],
    ['2 / 3', '0.6666666667'],
    ['1 / 0', null],
    ['MOD(7, 0)', null],
    ['amount * discount', null],
    ['amount * BLANKVALUE(discount, 0.1)', '125.05'],
    ['9999999999999999999999999999 + 1', null],
    ['ROUND(1.005, 2)', '1.01'],
    ['ROUND(-2.5)', '-3'],
    ['ROUND(1250.50, -2)', '1300'],
    ['FLOOR(-1.2) & "/" & CEILING(-1.2)', '-2/-1'],
    ['MOD(-3, 2)', '1'],
    ['MIN(amount, discount, 7)', '7'],
    ['IF(ISBLANK(discount), "none", TEXT(discount))', 'none'],
    ['IF(discount > 0, 1)', null],
    ['CASE(stage, "open", 1, "won", 2, 0)', '2'],
    ['stage = "won" = is_won', true],
    ['"a" & discount & "b"', 'ab'],
    ['"say ""hi"""', 'say "hi"'],
    ['LEN(name)', '9'],
    ['RIGHT(name, 5)', '😀 Ltd'],
    ['MID(name, 5, 1)', '😀'],
    ['LEFT(name, 0)', null],
    ['UPPER("straße")', 'STRAßE'],
    ['SUBSTITUTE("a-b-c", "-", "$&")', 'a$&b$&c'],
    ['VALUE(" 12.50 ") + VALUE("")', null],
    ['VALUE("1e5")', null],
    ['CONTAINS(tags, "hot")', true],
    ['CONTAINS(name, "LTD")', true],
    ['account.name & ", " & account.revenue', 'Acme, 3'],
    ['DATE(2023, 2, 29)', null],
    ['DATEADD(closed_on, 1, "month")', '2024-02-29'],
    ['closed_on + 1', '2024-02-01'],
    ['TODAY() - closed_on', '866'],
    ['DATEDIFF("2024-01-31", "2024-02-29", "month")', '0'],
    ['DATEDIFF("2024-02-29", "2023-02-28", "year")', '-1'],
    ['DAY(changed_at)', '29'],
    ['WEEKDAY(closed_on)', '4'],
    ['closed_on = "2024-01-31"', true],
    ['closed_on < changed_at', true],
  ])('%s is %j', (text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  it('does not grow beyond bounds, however SUBSTITUTE is nested', () => {
    let text = '"x"';
    for (let round = 0; round < 12; round += 1) text = `SUBSTITUTE(${text}, "x", "${'x'.repeat(300)}")`;
    expect(String(valueOf(text)).length).toBe(10_000);
  });
});

describe('a formula that is wrong', () => {
  it.each<[string, string]>([
    ['', 'malformed 1:1'],
    ['amuont + 1', 'unknown_field 1:1'],
    ['amount +\n  account.nme', 'unknown_field 2:3'],
    ['IF(amount > 1, 2', 'malformed 1:17'],
    ['amount ^ 2', 'malformed 1:8, malformed 1:10'],
    ['"open', 'malformed 1:1, malformed 1:6'],
    ['amount amount', 'malformed 1:8'],
    ['amount + name', 'wrong_type 1:10'],
    ['1 + ', 'malformed 1:5'],
    ['IFF(TRUE, 1)', 'unknown_function 1:1'],
    ['LEFT(name)', 'wrong_arity 1:1'],
    ['stage = "wonn"', 'unknown_option 1:9'],
    ['DATEADD(closed_on, 1, "mont")', 'bad_literal 1:23'],
    ['DATEADD(closed_on, 1, "hour")', 'wrong_type 1:23'],
    ['ROUND(amount, discount)', 'bad_literal 1:15'],
    ['IF(amount, 1, 2)', 'wrong_type 1:4'],
    ['IF(is_won, 1, "a")', 'bad'],
    ['tags & "x"', 'wrong_type 1:1'],
    ['amount < NULL', 'bad_literal 1:1'],
    ['name.length', 'not_a_link 1:1'],
    ['constructor + __proto__', 'unknown_field 1:1, unknown_field 1:15'],
    ['$previous.amount', 'not_allowed 1:1'],
    ['AND(amuont > 1, nmae = "x", FOO(2))', 'unknown_field 1:5, unknown_field 1:17, unknown_function 1:29'],
    ['('.repeat(40) + '1' + ')'.repeat(40), 'too_deep 1:32'],
    [Array(300).fill('1').join('+'), 'too_large 1:501'],
  ])('%s: %s', (text, expected) => {
    expect(valueOf(text)).toEqual(expected === 'bad' ? 'wrong_type 1:15' : expected);
  });

  it('names the nearest field and function', () => {
    const messages = (text: string) => {
      const result = parseFormula(text, scope);
      return result.ok ? [] : result.issues.map(({ message }) => message);
    };
    expect(messages('amuont')).toEqual(['"deal" has no field "amuont". Did you mean "amount"?']);
    expect(messages('ROUDN(1)')).toEqual(['There is no function "ROUDN". Did you mean "ROUND"?']);
    expect(messages('"x" + "y"')).toEqual(['Texts are joined with &, not with +.']);
    expect(messages('x'.repeat(5001))).toEqual(['A formula may have at most 5000 characters.']);
  });

  it('is one whose value has another type than the field', () => {
    expect(parseFormula('amount', scope, 'decimal').ok).toBe(true);
    expect(parseFormula('amount', scope, 'text').ok).toBe(false);
    expect(parseFormula('"2026-01-01"', scope, 'date').ok).toBe(true);
  });
});

describe('a formula as text', () => {
  it.each([
    ['(1+2)*3', '(1 + 2) * 3'],
    ['1-(2-3)', '1 - (2 - 3)'],
    ['(1-2)-3', '1 - 2 - 3'],
    ['if(is_won,amount&"",null)', 'IF(is_won, CONCAT(TEXT(amount), NULL), NULL)'],
    ['- - 5', '-(-5)'],
    ["name='it''s \"x\"'", 'name = "it\'s ""x"""'],
  ])('%s is printed as %s', (text, printed) => {
    const result = parseFormula(text, scope);
    expect(result.ok && printFormula(result.expression)).toBe(printed);
  });

  it('keeps its layout when names change', () => {
    const names = {
      field: (object: string, name: string) => (object === 'account' && name === 'name' ? 'title' : name === 'amount' ? 'value' : name),
      object: (name: string) => name,
      target: (object: string, name: string) => OBJECTS[object]?.[name]?.target,
      related: () => undefined,
      ofTemplate: () => undefined,
    };
    const before = 'IF( amount>0,\n  account.name & " amount ", account.parent.name) & amount(name)';
    expect(renameFormula(names, { record: 'deal' }, before)).toBe(
      'IF( value>0,\n  account.title & " amount ", account.parent.title) & amount(name)',
    );
  });
});

describe('completion', () => {
  const labels = (text: string) => formulaCompletions(text, text.length, scope).items.map(({ label }) => label);
  it.each<[string, readonly string[]]>([
    ['am', ['amount']],
    ['IF(is', ['is_won', 'ISBLANK']],
    ['account.', ['name', 'revenue', 'parent']],
    ['1 + account.parent.r', ['revenue']],
    ['account.parent.parent.', []],
    ['"am', []],
    ['12', []],
  ])('of %s offers %j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });
});

it('every function is in the guide, as the editor describes it', () => {
  const guide = readFileSync(new URL('../../docs/formulas.md', import.meta.url), 'utf8');
  const missing = [...FORMULA_FUNCTIONS.values()].filter(
    ({ signature, doc }) => !guide.includes(`\`${signature}\``) || !guide.includes(doc),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

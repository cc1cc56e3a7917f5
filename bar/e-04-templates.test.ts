import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { parseTemplate } from '../engine/src/model/template-syntax.js';
import { renderTemplate } from '../engine/src/workflow/actions/render-template.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { cpuMs } from './support/cpu-time.js';

const ENVIRONMENT = 'zqkenvironmentwvx';
process.env['FIELDSTONE_BAR_SECRET'] = ENVIRONMENT;

/** What a record might hold, and a class with something to inherit. */
class Holder {
  own = 'own';
  get inherited(): string {
    return 'zqkinheritedwvx';
  }
  secret(): string {
    return 'zqksecretwvx';
  }
}
const rows = Array.from({ length: 300 }, (_, n) => ({
  n,
  name: `row ${String(n)}`,
  at: `2026-01-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`,
}));
const long = 'a'.repeat(100_000);
const spaces = ' '.repeat(100_000);
const nested = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ['x']));
const data = {
  record: {
    name: 'Ada',
    holder: new Holder(),
    rows,
    long,
    spaces,
    nested,
    money: rows.map(({ n }) => ({ amount: '1.5', currency: code(n) })),
    huge: { amount: '1e1000000', currency: 'EUR' },
  },
  trigger: { new: { link: 'javascript:alert(1)' } },
};
function code(n: number): string {
  return String.fromCharCode(65 + (n % 26), 65 + (Math.floor(n / 26) % 26), 90);
}

const NAMES = [
  'constructor',
  '__proto__',
  'prototype',
  '__defineGetter__',
  '__lookupGetter__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'inherited',
  'secret',
];
const ROOTS = ['', 'record.', 'record.holder.', 'this.', './', '../', '@root.', 'record.[', 'record.name.'];
const HELPERS = [
  'lookup',
  'log',
  'helperMissing',
  'blockHelperMissing',
  'eval',
  'require',
  'import',
  'process',
  'exec',
  'partial',
  'inline',
  'with',
  'each',
  'if',
  'unless',
  'raw',
  'env',
  'include',
  'file',
  'json',
  'constructor',
  'bind',
  'call',
  'apply',
];

/** Templates that try to be more than a text with values. */
const PAYLOADS: readonly string[] = [
  ...ROOTS.flatMap((root) => NAMES.map((name) => `{{${root}${name}${root.endsWith('[') ? ']' : ''}}}`)),
  ...HELPERS.flatMap((helper) => [
    `{{${helper} record}}`,
    `{{#${helper} record "constructor"}}x{{/${helper}}}`,
    `{{uppercase (${helper} record "constructor")}}`,
  ]),
  ...[
    '{{> secret}}',
    '{{> (lookup . "x")}}',
    '{{#> layout}}x{{/layout}}',
    '{{#*inline "x"}}{{/inline}}',
    '{{* decorator}}',
    '{{#* decorator}}{{/decorator}}',
  ],
  ...[
    '{{{record.name}}}',
    '{{&record.name}}',
    '{{{{raw}}}}{{x}}{{{{/raw}}}}',
    '{{record.name hash=1}}',
    '{{#each record as |a b|}}{{a}}{{/each}}',
  ],
  ...[
    '{{#with "constructor"}}{{#with ../record}}{{lookup this ..}}{{/with}}{{/with}}',
    '{{record.["constructor"]}}',
    '{{record.[__proto__].x}}',
    '{{"constructor"}}',
    '{{1}}',
    '{{true}}',
    '{{undefined}}',
    '{{null}}',
  ],
  ...[
    '{{#with (lookup this "constructor")}}{{#with prototype}}{{x}}{{/with}}{{/with}}',
    '{{#with record.holder as |h|}}{{h.constructor}}{{/with}}',
    '{{@root}}',
    '{{@data}}',
    '{{@process.env}}',
    '{{@partial-block}}',
    '{{@index}}',
  ],
  ...[
    '${process.env.FIELDSTONE_BAR_SECRET}',
    '<%= process.env.FIELDSTONE_BAR_SECRET %>',
    '#{process.env}',
    '{%raw%}',
    '{{= <% %> =}}',
    '\\{{record.name}}',
    '\\\\{{record.constructor}}',
    '{{!-- {{log this}} --}}',
    '{{~record.constructor~}}',
  ],
  ...[
    '{{#each record.holder}}{{this}}{{/each}}',
    '{{#each record.rows}}{{../constructor}}{{/each}}',
    '{{#each record.name}}{{this}}{{/each}}',
    '{{#if record.constructor}}x{{/if}}',
    '{{default record.constructor "x"}}',
    '{{default record.holder.inherited "x"}}',
  ],
  ...[
    '{{',
    '}}',
    '{{}}',
    '{{#}}',
    '{{/if}}',
    '{{#if}}{{/if}}',
    '{{#if a}}{{else}}{{else}}{{/if}}',
    '{{^}}',
    '{{else}}',
    `{{${'('.repeat(5_000)}`,
    '{{#if a}}'.repeat(500),
    '{{!--'.repeat(20_000),
    `{{${'../'.repeat(5_000)}x}}`,
    `{{a.${'b.'.repeat(5_000)}c}}`,
  ],
];
/** Templates that would take long, or grow. */
const nestedCalls = (depth: number) => `{{${'uppercase ('.repeat(depth)}default record.name "x"${')'.repeat(depth)}}}`;
const BOMBS: readonly string[] = [
  '{{#each record.rows}}{{#each ../record.rows}}{{#each ../../record.rows}}x{{/each}}{{/each}}{{/each}}',
  '{{#each record.rows}}{{#each @root.record.rows}}x{{/each}}{{/each}}',
  '{{#each record.rows}}{{#each ../record.rows}}{{#if (uppercase ../../record.long)}}{{/if}}{{/each}}{{/each}}',
  '{{#each record.rows}}{{#each ../record.rows}}{{#if (lowercase ../../record.nested)}}{{/if}}{{/each}}{{/each}}',
  '{{#each record.rows}}{{#each ../record.rows}}{{formatDateTime ../at "full"}}{{/each}}{{/each}}',
  '{{#each record.rows}}{{#each ../record.rows}}{{formatDate n}}{{formatNumber n}}{{/each}}{{/each}}',
  '{{#each record.money}}{{formatMoney this}}{{/each}}',
  '{{#each record.rows}}{{#each ../record.money}}{{formatMoney this}}{{/each}}{{/each}}',
  '{{formatMoney record.huge}}',
  '{{#each record.rows}}{{../record.long}}{{/each}}',
  '{{#each record.rows}}{{../record.nested}}{{/each}}',
  '{{#each record.rows}}{{formatNumber ../record.long}}{{formatDate ../record.long}}{{formatMoney ../record.long}}{{/each}}',
  '{{#each record.rows}}<a href="{{../record.long}}" src=\'{{../record.spaces}}\' href=  {{n}}{{/each}}',
  `${' href='.repeat(15_000)}`,
  `<a href${' '.repeat(90_000)}`,
  `<a ${'href='.repeat(15_000)}"`,
  `<a href="${'&#0;'.repeat(20_000)}"`,
  nestedCalls(20),
  nestedCalls(4_000),
  '{{#if a}}'.repeat(11_000),
  `{{#if a}}${'{{else if a}}'.repeat(7_000)}{{/if}}`,
  `{{#if a}}${'{{else}}{{#if a}}'.repeat(5_000)}`,
  '{{^a}}'.repeat(16_000),
  `{{#if ${'a '.repeat(40_000)}}}`,
  `{{record.${'a.'.repeat(45_000)}b}}`,
  `{{record.name ${'a=1 '.repeat(20_000)}}}`,
  '{{a}}'.repeat(20_000),
  // The largest that the parser gets to see.
  '{{a}}'.repeat(5_000),
  `{{#if ${'a '.repeat(12_490)}}}`,
  `{{record.${'a.'.repeat(12_490)}b}}`,
  `{{record.name ${'a=1 '.repeat(6_240)}}}`,
  '{{uppercase record.long}}'.repeat(3_000),
  '{{#if record.name}}'.repeat(20) + '{{record.long}}'.repeat(1_000) + '{{/if}}'.repeat(20),
  '{{#with record}}'.repeat(20) + 'x' + '{{/with}}'.repeat(20),
  'x'.repeat(100_000),
  '{{record.name}}'.repeat(6_600),
  `{{default ${'record.name '.repeat(8_000)}}}`,
];

const settings = { html: false, locale: 'de-DE', timeZone: 'Europe/Berlin' };
function rendered(source: string, html = false): string | undefined {
  const parsed = parseTemplate(source);
  return parsed.ok ? renderTemplate(parsed.nodes, data, { ...settings, html }) : undefined;
}

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

describe('E-04: a template', () => {
  it('shows nothing that is not an own value of its data, and writes nothing to the log', () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
    const log = [vi.spyOn(console, 'log'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    const told: string[] = [];
    let refused = 0;
    for (const source of PAYLOADS) {
      for (const html of [false, true]) {
        const text = rendered(source, html);
        if (text === undefined) refused += 1;
        else if (/zqk\w+wvx|function|native code|\[object|\[native/.test(text)) told.push(`${source.slice(0, 100)}: ${text.slice(0, 100)}`);
      }
    }
    expect(told).toEqual([]);
    expect(refused).toBeGreaterThan(PAYLOADS.length / 2);
    for (const spy of log) expect(spy).not.toHaveBeenCalled();
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
    expect(rendered('{{record.name}} {{#each record.rows}}{{#if @last}}{{name}}{{/if}}{{/each}}')).toBe('Ada row 299');
  });

  it('is a text: a tree that was prepared elsewhere, and everything else, is refused', async () => {
    const program = {
      type: 'Program',
      body: [{ type: 'MustacheStatement', path: { type: 'NumberLiteral', value: 'process.env' }, params: [], loc: {} }],
      strip: {},
    };
    const things: unknown[] = [
      program,
      [program],
      [],
      {},
      1,
      true,
      null,
      ['{{record.name}}'],
      { toString: '{{x}}' },
      { $template: program },
      new String('{{x}}'),
    ];
    for (const thing of things) expect(parseTemplate(thing as string).ok).toBe(false);
    // And so it is where people send it.
    const { revision } = json<{ revision: number }>(await system.call('admin', 'GET', '/metadata'));
    for (const thing of things.slice(0, 9)) {
      const document = {
        kind: 'template',
        id: 'tpl_bar',
        name: 'bar',
        label: 'Bar',
        object: SPECIMEN,
        subject: thing,
        text: thing,
        html: thing,
      };
      const put = await system.call('admin', 'PUT', '/metadata/draft/template/bar', { body: { baseRevision: revision, document } });
      const plan = await system.call('admin', 'POST', '/metadata/draft/plan', { body: undefined });
      const answers = [put, plan].map(({ status }) => status);
      expect([JSON.stringify(thing), ...answers.map((status) => status < 500)]).toEqual([JSON.stringify(thing), true, true]);
      expect(json<{ hash?: string | null }>(plan).hash ?? null).toBeNull();
    }
    await system.call('admin', 'DELETE', '/metadata/draft');
  });

  it.each(['subject', 'text', 'html'])('with something it may not have is not published: %s', async (part) => {
    const { revision } = json<{ revision: number }>(await system.call('admin', 'GET', '/metadata'));
    const wrong: string[] = [];
    for (const source of PAYLOADS.filter((each) => !parseTemplate(each).ok && each.length <= 400).slice(0, part === 'text' ? 40 : 10)) {
      const document = {
        kind: 'template',
        id: 'tpl_bar',
        name: 'bar',
        label: 'Bar',
        object: SPECIMEN,
        subject: 'S',
        text: 'T',
        [part]: source,
      };
      await system.call('admin', 'PUT', '/metadata/draft/template/bar', { body: { baseRevision: revision, document } });
      const plan = json<{ hash: string | null; issues: { path: string; code: string }[] }>(
        await system.call('admin', 'POST', '/metadata/draft/plan'),
      );
      if (plan.hash !== null || !plan.issues.some(({ path, code: is }) => path === `/${part}` && is === 'bad_template')) wrong.push(source);
    }
    expect(wrong).toEqual([]);
    await system.call('admin', 'DELETE', '/metadata/draft');
  });

  it('takes little time and room, whatever it says and whatever the record holds', () => {
    const slow: string[] = [];
    const large: string[] = [];
    for (const source of [...BOMBS, ...PAYLOADS]) {
      for (const html of [false, true]) {
        let text: string | undefined;
        const ms = cpuMs(() => (text = rendered(source, html)), 200);
        if (ms > 200) slow.push(`${source.slice(0, 80)}: ${String(Math.round(ms))} ms`);
        // In HTML a sign that stands for itself is written in five others.
        if ((text?.length ?? 0) > 1_048_576) large.push(source.slice(0, 80));
      }
    }
    expect(slow).toEqual([]);
    expect(large).toEqual([]);
  }, 300_000);

  it('leads nowhere but to addresses of the web, mail and telephones', () => {
    const links = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      ' javascript:alert(1)',
      'java\tscript:alert(1)',
      '\u0001javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
    ];
    const places = [
      '<a href="%">x</a>',
      "<a href='%'>x</a>",
      '<a href=%>x</a>',
      '<a/href="%">x</a>',
      '<a title="x"href="%">x</a>',
      '<a\nhref\n=\n"%">x</a>',
      '<form action="%">',
      '<img src="%">',
      '<object data="%">',
      '<svg><a xlink:href="%"/></svg>',
      '<button formaction="%">',
    ];
    const live: string[] = [];
    for (const place of places)
      for (const link of links) {
        const parsed = parseTemplate(place.replace('%', '{{link}}'));
        const html = parsed.ok ? renderTemplate(parsed.nodes, { link }, { ...settings, html: true }) : '';
        // Without quotes, what comes after a blank is another attribute.
        const isCut = place.includes('=%') && /\s/.test(link);
        if (!isCut && !/=\s*["']?#/.test(html)) live.push(`${place} ${JSON.stringify(link)}: ${html}`);
      }
    // Written by the author of the template, in the spelling of HTML.
    for (const spelt of [
      'javascript&colon;alert(1)',
      'javascript&#58;alert(1)',
      'javascript&#x3A;alert(1)',
      '&#106;avascript:alert(1)',
      'java&Tab;script:alert(1)',
    ]) {
      const html = rendered(`<a href="${spelt}">x</a>`, true) ?? '';
      if (!html.includes('"#"')) live.push(html);
    }
    expect(live).toEqual([]);
    expect(rendered('<a href="https://a.example/?b={{record.name}}">x</a>', true)).toBe('<a href="https://a.example/?b=Ada">x</a>');
  });
});

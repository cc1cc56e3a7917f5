import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../model/template-syntax.js';
import { renderTemplate, TemplateLimit } from './render-template.js';

const render = (source: string, data: Record<string, unknown> = {}, html = false) => {
  const parsed = parseTemplate(source);
  if (!parsed.ok) return `refused: ${parsed.message}`;
  return renderTemplate(parsed.nodes, data, { html, locale: 'de-DE', timeZone: 'Europe/Berlin' });
};

const data = {
  record: {
    name: 'Ada <b>',
    amount: { amount: '1234567.50', currency: 'EUR' },
    owner: { id: '1', label: 'Grace' },
    close: '2027-03-28',
    at: '2027-03-28T23:30:00Z',
    tags: ['a', 'b'],
    none: null,
    rows: [{ n: 1 }, { n: 2 }],
    link: 'javascript:alert(1)',
  },
};

describe('a template', () => {
  it.each([
    ['plain values', 'Hi {{record.name}}!', 'Hi Ada <b>!'],
    ['what is missing', '[{{record.nothing.at.all}}{{nobody}}]', '[]'],
    ['money and lookups as they read', '{{record.amount}}, {{record.owner}}', '1234567.50 EUR, Grace'],
    ['lists', '{{record.tags}}', 'a, b'],
    ['if and else', '{{#if record.none}}yes{{else}}no{{/if}}', 'no'],
    ['unless', '{{#unless record.none}}open{{/unless}}', 'open'],
    ['each with its place', '{{#each record.rows}}{{@index}}:{{n}} {{/each}}', '0:1 1:2 '],
    ['a way up out of each', '{{#each record.tags}}{{../record.owner}} {{/each}}', 'Grace Grace '],
    ['with', '{{#with record.owner}}{{label}}{{/with}}', 'Grace'],
    ['a date has no zone', '{{formatDate record.close "long"}}', '28. März 2027'],
    ['an instant has one', '{{formatDateTime record.at "short"}}', '29.03.27, 01:30'],
    ['a fallback', '{{default record.none "nobody"}}', 'nobody'],
    ['nested helpers', '{{uppercase (default record.none "x")}}', 'X'],
  ])('shows %s', (_name, source, expected) => {
    expect(render(source, data)).toBe(expected);
  });

  it('formats money exactly', () => {
    expect(render('{{formatMoney record.amount}}', data).replace(/\s/g, ' ')).toBe('1.234.567,50 €');
  });

  it('escapes in HTML and defuses addresses', () => {
    expect(
      render('<p>{{record.name}}</p><a href="{{record.link}}">x</a><a href="https://a.example/{{record.name}}">y</a>', data, true),
    ).toBe('<p>Ada &lt;b&gt;</p><a href="#">x</a><a href="https://a.example/Ada &lt;b&gt;">y</a>');
  });

  it.each([
    ['a partial', '{{> secret}}'],
    ['a decorator', '{{* x}}'],
    ['raw output', '{{{record.name}}}'],
    ['raw output by ampersand', '{{&record.name}}'],
    ['the constructor', '{{record.constructor}}'],
    ['the prototype', '{{record.__proto__.x}}'],
    ['an unknown helper', '{{exec "ls"}}'],
    ['the lookup helper', '{{lookup record "constructor"}}'],
    ['the log helper', '{{log record}}'],
    ['an unknown block', '{{#raw x}}{{/raw}}'],
    ['root data', '{{@root.process}}'],
    ['something unclosed', '{{#if record.name}}'],
    ['helpers that are nested too deep', `{{${'uppercase ('.repeat(30)}record.name${')'.repeat(30)}}}`],
    ['blocks that are nested too deep', '{{#if record.name}}'.repeat(30) + '{{/if}}'.repeat(30)],
    ['too much in many braces', '{{record.name}}'.repeat(1_667)],
    ['too much in one pair of braces', `{{default record.name "${'x'.repeat(25_000)}"}}`],
    ['too many branches', `{{#if a}}${'{{else if a}}'.repeat(50)}{{/if}}`],
  ])('refuses %s', (_name, source) => {
    expect(render(source, data)).toMatch(/^refused: /);
  });

  it.each([
    ['as much in braces as there may be', '{{record.name}}'.repeat(1_666)],
    ['a long text in braces', `{{default record.name "${'x'.repeat(24_000)}"}}`],
    ['a comment of any length', `{{!-- ${'x'.repeat(90_000)} --}}`],
  ])('takes %s', (_name, source) => {
    expect(parseTemplate(source).ok).toBe(true);
  });

  it('refuses anything but text', () => {
    expect(parseTemplate({ type: 'Program', body: [] } as unknown as string).ok).toBe(false);
  });

  it('does not read what objects inherit', () => {
    expect(render('[{{record.toString}}{{record.rows.length}}{{#with record.rows}}{{map}}{{/with}}]', data)).toBe('[2]');
  });

  it('stops a bomb of nested loops that would go on for years', () => {
    const items = Array.from({ length: 300 }, (_, index) => index);
    const depth = 7;
    const loops = Array.from({ length: depth }, (_, level) => `{{#each ${'../'.repeat(level)}items}}`).join('');
    expect(() => render(`${loops}{{#if false}}x{{/if}}${'{{/each}}'.repeat(depth)}`, { items })).toThrow(TemplateLimit);
  });

  it('counts no quoted bracket, comment or escape as nesting', () => {
    expect(render(`{{default record.none "${'('.repeat(60)}"}}`, data)).toBe('('.repeat(60));
    expect(render(`{{!-- ${'{{#if a}}'.repeat(60)} --}}${'\\{{#if '.repeat(60)}x`, data)).toBe(`${'{{#if '.repeat(60)}x`);
    expect(render(`{{#if record.none}}{{else if record.name}}b{{else}}c{{/if}}`.repeat(60), data)).toBe('b'.repeat(60));
  });

  it('stops helpers that work on too much, whether it is shown or not', () => {
    const long = 'x'.repeat(100_000);
    const items = Array.from({ length: 100 }, () => 1);
    expect(() => render('{{#each items}}{{#if (uppercase ../long)}}{{/if}}{{/each}}', { items, long })).toThrow(TemplateLimit);
  });

  it('stops a text that grows too large', () => {
    const items = Array.from({ length: 40 }, () => 'x'.repeat(50_000));
    expect(() => render('{{#each items}}{{this}}{{/each}}', { items })).toThrow(TemplateLimit);
  });
});

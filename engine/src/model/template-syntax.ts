import Handlebars from 'handlebars';
import { templateSize } from './template-size.js';

/**
 * A template as the platform understands it: the part of Handlebars that shows values, with a closed list of helpers. The library only parses;
 * nothing is ever compiled to code, so a template can do no more than the renderer does for these nodes.
 */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: TemplateValue }
  | {
      readonly kind: 'if';
      readonly negated: boolean;
      readonly test: TemplateValue;
      readonly then: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'each'; readonly list: TemplateValue; readonly body: readonly TemplateNode[]; readonly empty: readonly TemplateNode[] }
  | {
      readonly kind: 'with';
      readonly value: TemplateValue;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

export type TemplateValue =
  | { readonly kind: 'path'; readonly parts: readonly string[]; readonly up: number; readonly data: boolean }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly helper: ValueHelper; readonly args: readonly TemplateValue[] };

export const VALUE_HELPERS = ['formatDate', 'formatDateTime', 'formatMoney', 'formatNumber', 'uppercase', 'lowercase', 'default'] as const;
export type ValueHelper = (typeof VALUE_HELPERS)[number];

export type ParsedTemplate =
  | { readonly ok: true; readonly nodes: readonly TemplateNode[]; readonly paths: readonly (readonly string[])[] }
  | { readonly ok: false; readonly message: string };

const MAX_DEPTH = 20;
/** Blocks, what stands in their other branches, and helpers in one another are counted together before anything is read. */
const MAX_NESTING = 2 * MAX_DEPTH + 2;
const MAX_LENGTH = 100_000;
/** Text costs the parser next to nothing, what stands in braces some microseconds a character. */
const MAX_IN_BRACES = 25_000;
const FORBIDDEN = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

class Refused extends Error {}

/**
 * Parses a template.
 *
 * Shape:  `paths` are the absolute paths it reads outside of `each` and `with`, for checking names. Strings only: a prepared tree is no template.
 * Errors: none; what Handlebars cannot parse, and what is outside the closed part, comes back as a message with its line.
 */
export function parseTemplate(source: string): ParsedTemplate {
  if (typeof source !== 'string') return { ok: false, message: 'A template is a text.' };
  if (source.length > MAX_LENGTH) return { ok: false, message: `A template has at most ${MAX_LENGTH} characters.` };
  // The library's parser takes quadratic time for what is nested: nothing deep gets there.
  const { nesting, inBraces } = templateSize(source);
  if (inBraces > MAX_IN_BRACES) return { ok: false, message: `At most ${MAX_IN_BRACES} characters of a template stand in braces.` };
  if (nesting > MAX_NESTING) return { ok: false, message: `Blocks and helpers may be nested ${MAX_DEPTH} deep.` };
  try {
    const paths: string[][] = [];
    return { ok: true, nodes: block(Handlebars.parse(source), { depth: 0, scoped: false, paths }), paths };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, message: error.message };
    const line = error instanceof Error ? /line (\d+)/.exec(error.message)?.[1] : undefined;
    return { ok: false, message: line ? `The template is not well-formed near line ${line}.` : 'The template is not well-formed.' };
  }
}

type Place = { readonly depth: number; readonly scoped: boolean; readonly paths: string[][] };

function block(program: hbs.AST.Program | undefined, place: Place): TemplateNode[] {
  if (place.depth > MAX_DEPTH) throw new Refused(`Blocks may be nested ${MAX_DEPTH} deep.`);
  return (program?.body ?? []).flatMap((statement) => node(statement, place));
}

function node(statement: hbs.AST.Statement, place: Place): TemplateNode[] {
  switch (statement.type) {
    case 'ContentStatement':
      return [{ kind: 'text', text: (statement as hbs.AST.ContentStatement).value }];
    case 'CommentStatement':
      return [];
    case 'MustacheStatement': {
      const { path, params, hash, escaped, loc } = statement as hbs.AST.MustacheStatement;
      if (!escaped) throw refused(loc, 'values are always escaped: write two braces');
      return [{ kind: 'value', value: callOrValue(path, params, hash, place) }];
    }
    case 'BlockStatement':
      return [blockNode(statement as hbs.AST.BlockStatement, place)];
    default:
      throw refused(statement.loc, 'partials and decorators are not available');
  }
}

function blockNode({ path, params, hash, program, inverse, loc }: hbs.AST.BlockStatement, place: Place): TemplateNode {
  const helper = path.type === 'PathExpression' ? path.original : '';
  const [subject, ...more] = params;
  if (subject === undefined || more.length > 0 || hash?.pairs.length > 0 || program.blockParams?.length > 0) {
    throw refused(loc, `"${helper}" takes exactly one value`);
  }
  const value = valueOf(subject, place);
  const inner: Place = { ...place, depth: place.depth + 1 };
  const scoped: Place = { ...inner, scoped: true };
  switch (helper) {
    case 'if':
    case 'unless':
      return { kind: 'if', negated: helper === 'unless', test: value, then: block(program, inner), otherwise: block(inverse, inner) };
    case 'each':
      return { kind: 'each', list: value, body: block(program, scoped), empty: block(inverse, inner) };
    case 'with':
      return { kind: 'with', value, body: block(program, scoped), otherwise: block(inverse, inner) };
    default:
      throw refused(loc, `there is no block helper "${helper}"; there are: if, unless, each, with`);
  }
}

function callOrValue(
  path: hbs.AST.Expression,
  params: readonly hbs.AST.Expression[],
  hash: hbs.AST.Hash | undefined,
  place: Place,
): TemplateValue {
  if (hash && hash.pairs.length > 0) throw refused(path.loc, 'helpers take no named arguments');
  if (params.length === 0) return valueOf(path, place);
  const name = path.type === 'PathExpression' ? (path as hbs.AST.PathExpression).original : '';
  const helper = VALUE_HELPERS.find((known) => known === name);
  if (!helper) throw refused(path.loc, `there is no helper "${name}"; there are: ${VALUE_HELPERS.join(', ')}`);
  if (place.depth > MAX_DEPTH) throw refused(path.loc, `helpers may be nested ${MAX_DEPTH} deep`);
  const inner: Place = { ...place, depth: place.depth + 1 };
  return { kind: 'call', helper, args: params.map((param) => valueOf(param, inner)) };
}

function valueOf(expression: hbs.AST.Expression, place: Place): TemplateValue {
  switch (expression.type) {
    case 'PathExpression': {
      const { parts, depth, data, original } = expression as hbs.AST.PathExpression;
      if (parts.some((part) => typeof part !== 'string' || FORBIDDEN.has(part)))
        throw refused(expression.loc, `"${original}" cannot be read`);
      if (data && !['index', 'first', 'last', 'key'].includes(parts[0] ?? ''))
        throw refused(expression.loc, `"${original}" cannot be read`);
      if (!data && depth === 0 && !place.scoped && parts.length > 0) place.paths.push(parts);
      return { kind: 'path', parts, up: depth, data };
    }
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return { kind: 'literal', value: (expression as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value };
    case 'NullLiteral':
    case 'UndefinedLiteral':
      return { kind: 'literal', value: null };
    case 'SubExpression': {
      const { path, params, hash } = expression as hbs.AST.SubExpression;
      return callOrValue(path, params, hash, place);
    }
    default:
      throw refused(expression.loc, 'this expression is not available');
  }
}

const refused = (at: hbs.AST.SourceLocation | undefined, message: string) =>
  new Refused(at ? `Line ${at.start.line}: ${message}.` : `${message}.`);

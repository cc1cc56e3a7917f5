import type { TemplateNode, TemplateValue, ValueHelper } from '../../model/template-syntax.js';

export type RenderSettings = { readonly html: boolean; readonly locale: string; readonly timeZone: string };

/** A template that would not end or grows too large is stopped. */
export class TemplateLimit extends Error {}

const MAX_OUTPUT = 1_048_576;
const MAX_STEPS = 50_000;
/** Characters that helpers and values may handle, whether they are written or not. */
const MAX_HANDLED = 4 * MAX_OUTPUT;
/** A helper takes as long as so many nodes. */
const HELPER_STEPS = 5;
/** Forms of dates and numbers, each of which is as dear to make as to use a hundred times. */
const MAX_FORMATS = 200;

type Frame = { readonly value: unknown; readonly parent: Frame | null; readonly loop?: Readonly<Record<string, unknown>> };

/**
 * Renders a parsed template over plain JSON data.
 *
 * Shape:  a path reads own properties only; what is missing shows as nothing. In HTML every value is escaped, and an address in an attribute keeps
 *         only harmless schemes.
 * Units:  at most 50,000 nodes are visited, 4 MiB handled by helpers and 1 MiB written, so the time is bounded (about 50 ms) whatever the template and
 *         the data are: nothing is compiled, no other thread is needed to stop it.
 * Errors: TemplateLimit.
 */
export function renderTemplate(nodes: readonly TemplateNode[], data: Readonly<Record<string, unknown>>, settings: RenderSettings): string {
  const parts: string[] = [];
  const work = new Work(settings);
  let length = 0;
  const write = (text: string) => {
    length += text.length;
    if (length > MAX_OUTPUT) throw new TemplateLimit('The text grew larger than 1 MiB.');
    parts.push(text);
  };
  const walk = (list: readonly TemplateNode[], frame: Frame): void => {
    for (const node of list) {
      work.step();
      if (node.kind === 'text') write(node.text);
      else if (node.kind === 'value') {
        const text = display(evaluate(node.value, frame, work), work);
        write(settings.html ? escapeHtml(text) : text);
      } else if (node.kind === 'if') walk(isTruthy(evaluate(node.test, frame, work)) !== node.negated ? node.then : node.otherwise, frame);
      else if (node.kind === 'with') {
        const value = evaluate(node.value, frame, work);
        if (isTruthy(value)) walk(node.body, { value, parent: frame });
        else walk(node.otherwise, frame);
      } else {
        const items = entries(evaluate(node.list, frame, work));
        if (items.length === 0) walk(node.empty, frame);
        items.forEach(([key, value], index) => {
          work.step();
          walk(node.body, { value, parent: frame, loop: { index, key, first: index === 0, last: index === items.length - 1 } });
        });
      }
    }
  };
  walk(nodes, { value: data, parent: null });
  return settings.html ? defuseAddresses(parts.join('')) : parts.join('');
}

/** What one rendering has done so far, and what it made on the way. */
class Work {
  readonly settings: RenderSettings;
  readonly #formats = new Map<string, unknown>();
  #steps = 0;
  #handled = 0;

  constructor(settings: RenderSettings) {
    this.settings = settings;
  }

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new TemplateLimit('The template takes too many steps.');
  }

  /** Takes note of a text before it is worked on. */
  handle(text: string): string {
    this.#handled += text.length;
    if (this.#handled > MAX_HANDLED) throw new TemplateLimit('The template works on too much text.');
    return text;
  }

  /** Made once, however often it is used. */
  format<T>(key: string, make: () => T): T {
    const known = this.#formats.get(key);
    if (known !== undefined) return known as T;
    if (this.#formats.size >= MAX_FORMATS) throw new TemplateLimit('The template writes dates or amounts in too many ways.');
    const made = make();
    this.#formats.set(key, made);
    return made;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function entries(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item]);
  return isObject(value) ? Object.entries(value) : [];
}

function evaluate(value: TemplateValue, frame: Frame, work: Work): unknown {
  if (value.kind === 'literal') return value.value;
  if (value.kind === 'call') {
    work.step(HELPER_STEPS);
    return HELPERS[value.helper](
      value.args.map((argument) => evaluate(argument, frame, work)),
      work,
    );
  }
  if (value.data) {
    let at: Frame | null = frame;
    while (at && !at.loop) at = at.parent;
    return at?.loop?.[value.parts[0] ?? ''];
  }
  let at: Frame | null = frame;
  for (let up = value.up; up > 0 && at; up -= 1) at = at.parent;
  let found: unknown = at?.value;
  for (const part of value.parts) found = isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  return found;
}

const isTruthy = (value: unknown) =>
  !(
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );

/** How a value shows without a helper: money with its currency, a lookup by its label. */
function display(value: unknown, work: Work): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    return value
      .slice(0, 1_000)
      .map((item) => {
        work.step();
        return display(item, work);
      })
      .join(', ');
  }
  if (isObject(value)) {
    if (typeof value['amount'] === 'string') return work.handle(`${value['amount']} ${String(value['currency'] ?? '')}`.trim());
    return typeof value['label'] === 'string' ? work.handle(value['label']) : '';
  }
  return work.handle(String(value));
}

/** More than any number or date has. */
const MAX_DIGITS = 100;
/** An exponent would be written out. */
const isNumber = (text: string): boolean => text.length <= MAX_DIGITS && /^-?\d+(\.\d+)?$/.test(text);

const HELPERS: Record<ValueHelper, (args: readonly unknown[], work: Work) => unknown> = {
  formatDate: ([value, style], work) => formatInstant(value, { dateStyle: dateStyle(style) }, work),
  formatDateTime: ([value, style], work) => formatInstant(value, { dateStyle: dateStyle(style), timeStyle: 'short' }, work),
  formatMoney: ([value], work) => {
    if (!isObject(value) || typeof value['amount'] !== 'string' || typeof value['currency'] !== 'string') return value;
    const { amount, currency } = value;
    if (!isNumber(amount) || !/^[A-Za-z]{3}$/.test(currency)) return display(value, work);
    const { locale } = work.settings;
    const format = work.format(`money ${currency}`, () => new Intl.NumberFormat(locale, { style: 'currency', currency }));
    // A decimal string is formatted exactly; the published types know only numbers here.
    return format.format(amount as unknown as number);
  },
  formatNumber: ([value], work) => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    if (!isNumber(text)) return value;
    const { locale } = work.settings;
    return work.format('number', () => new Intl.NumberFormat(locale, { maximumFractionDigits: 10 })).format(text as unknown as number);
  },
  uppercase: ([value], work) => display(value, work).toLocaleUpperCase(work.settings.locale),
  lowercase: ([value], work) => display(value, work).toLocaleLowerCase(work.settings.locale),
  default: ([value, fallback]) => (isTruthy(value) || value === 0 || value === false ? value : fallback),
};

const dateStyle = (style: unknown): 'full' | 'long' | 'medium' | 'short' =>
  style === 'full' || style === 'long' || style === 'short' ? style : 'medium';

function formatInstant(value: unknown, style: Intl.DateTimeFormatOptions, work: Work): unknown {
  if (typeof value !== 'string' || value.length > MAX_DIGITS) return value;
  // A date without a time has no zone: it is the same day everywhere.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const at = new Date(isDay ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(at.getTime())) return value;
  const { timeStyle: _time, ...dayOnly } = style;
  const { locale, timeZone } = work.settings;
  const options = { ...(isDay ? dayOnly : style), timeZone: isDay ? 'UTC' : timeZone };
  return work.format(JSON.stringify(options), () => new Intl.DateTimeFormat(locale, options)).format(at);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"'`=]/g, (character) => ENTITIES[character] ?? '');

/** Escaping cannot see what an address does: one that would run code, or carries a document in itself, points nowhere instead. */
function defuseAddresses(html: string): string {
  return html.replace(
    /([\s/"'](?:href|src|action|formaction|background|xlink:href|data|poster|cite|ping)\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/gi,
    (whole, before: string, address: string) => {
      const bare = address
        .replace(/^["']|["']$/g, '')
        .replace(/&colon;|&#(?:0*58|x0*3a);?/gi, ':')
        // eslint-disable-next-line no-control-regex -- browsers skip control characters inside a scheme
        .replace(/&[a-z0-9#]+;?|[\u0000-\u0020]/gi, '');
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1];
      return scheme === undefined || /^(https?|mailto|tel|cid)$/i.test(scheme) ? whole : `${before}"#"`;
    },
  );
}

/** HTML for a mail whose template has only text. */
export const htmlFromText = (text: string): string => `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`;

import type { TemplateNode, TemplateValue, ValueHelper } from '../../model/template-syntax.js';

export type RenderSettings = { readonly html: boolean; readonly locale: string; readonly timeZone: string };

/** A template that would not end or grows too large is stopped. */
export class TemplateLimit extends Error {}

const MAX_OUTPUT = 1_048_576;
const MAX_VISITS = 50_000;

type Frame = { readonly value: unknown; readonly parent: Frame | null; readonly loop?: Readonly<Record<string, unknown>> };

/**
 * Renders a parsed template over plain JSON data.
 *
 * Shape:  a path reads own properties only; what is missing shows as nothing. In HTML every value is escaped, and an address in an attribute keeps
 *         only harmless schemes.
 * Units:  at most 50,000 nodes are visited and 1 MiB written, so the time is bounded (about 20 ms) whatever the template and the data are: nothing
 *         is compiled, no other thread is needed to stop it.
 * Errors: TemplateLimit.
 */
export function renderTemplate(nodes: readonly TemplateNode[], data: Readonly<Record<string, unknown>>, settings: RenderSettings): string {
  const parts: string[] = [];
  let visits = 0;
  let length = 0;
  const write = (text: string) => {
    length += text.length;
    if (length > MAX_OUTPUT) throw new TemplateLimit('The text grew larger than 1 MiB.');
    parts.push(text);
  };
  const walk = (list: readonly TemplateNode[], frame: Frame): void => {
    for (const node of list) {
      if (++visits > MAX_VISITS) throw new TemplateLimit('The template takes too many steps.');
      if (node.kind === 'text') write(node.text);
      else if (node.kind === 'value') {
        const text = display(evaluate(node.value, frame, settings), settings);
        write(settings.html ? escapeHtml(text) : text);
      } else if (node.kind === 'if')
        walk(isTruthy(evaluate(node.test, frame, settings)) !== node.negated ? node.then : node.otherwise, frame);
      else if (node.kind === 'with') {
        const value = evaluate(node.value, frame, settings);
        if (isTruthy(value)) walk(node.body, { value, parent: frame });
        else walk(node.otherwise, frame);
      } else {
        const items = entries(evaluate(node.list, frame, settings));
        if (items.length === 0) walk(node.empty, frame);
        items.forEach(([key, value], index) => {
          if (++visits > MAX_VISITS) throw new TemplateLimit('The template takes too many steps.');
          walk(node.body, { value, parent: frame, loop: { index, key, first: index === 0, last: index === items.length - 1 } });
        });
      }
    }
  };
  walk(nodes, { value: data, parent: null });
  return settings.html ? defuseAddresses(parts.join('')) : parts.join('');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function entries(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item]);
  return isObject(value) ? Object.entries(value) : [];
}

function evaluate(value: TemplateValue, frame: Frame, settings: RenderSettings): unknown {
  if (value.kind === 'literal') return value.value;
  if (value.kind === 'call')
    return HELPERS[value.helper](
      value.args.map((argument) => evaluate(argument, frame, settings)),
      settings,
    );
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
function display(value: unknown, settings: RenderSettings): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value))
    return value
      .slice(0, 1_000)
      .map((item) => display(item, settings))
      .join(', ');
  if (isObject(value)) {
    if (typeof value['amount'] === 'string') return `${value['amount']} ${String(value['currency'] ?? '')}`.trim();
    return typeof value['label'] === 'string' ? value['label'] : '';
  }
  return String(value);
}

const HELPERS: Record<ValueHelper, (args: readonly unknown[], settings: RenderSettings) => unknown> = {
  formatDate: ([value, style], settings) => formatInstant(value, { dateStyle: dateStyle(style) }, settings),
  formatDateTime: ([value, style], settings) => formatInstant(value, { dateStyle: dateStyle(style), timeStyle: 'short' }, settings),
  formatMoney: ([value], { locale }) => {
    if (!isObject(value) || typeof value['amount'] !== 'string' || typeof value['currency'] !== 'string') return value;
    try {
      // A decimal string is formatted exactly; the published types know only numbers here.
      return new Intl.NumberFormat(locale, { style: 'currency', currency: value['currency'] }).format(value['amount'] as unknown as number);
    } catch {
      return `${value['amount']} ${value['currency']}`;
    }
  },
  formatNumber: ([value], { locale }) => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return /^-?\d+(\.\d+)?$/.test(text)
      ? new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(text as unknown as number)
      : value;
  },
  uppercase: ([value], settings) => display(value, settings).toLocaleUpperCase(settings.locale),
  lowercase: ([value], settings) => display(value, settings).toLocaleLowerCase(settings.locale),
  default: ([value, fallback]) => (isTruthy(value) || value === 0 || value === false ? value : fallback),
};

const dateStyle = (style: unknown): 'full' | 'long' | 'medium' | 'short' =>
  style === 'full' || style === 'long' || style === 'short' ? style : 'medium';

function formatInstant(value: unknown, style: Intl.DateTimeFormatOptions, { locale, timeZone }: RenderSettings): unknown {
  if (typeof value !== 'string') return value;
  // A date without a time has no zone: it is the same day everywhere.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const at = new Date(isDay ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(at.getTime())) return value;
  const { timeStyle: _time, ...dayOnly } = style;
  return new Intl.DateTimeFormat(locale, { ...(isDay ? dayOnly : style), timeZone: isDay ? 'UTC' : timeZone }).format(at);
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
    /(\s(?:href|src|action|formaction|background|xlink:href)\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/gi,
    (whole, before: string, address: string) => {
      // eslint-disable-next-line no-control-regex -- browsers skip control characters inside a scheme
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/^["']|["']$/g, '').replace(/&[a-z0-9#]+;?|[\u0000-\u0020]/gi, ''))?.[1];
      return scheme === undefined || /^(https?|mailto|tel|cid)$/i.test(scheme) ? whole : `${before}"#"`;
    },
  );
}

/** HTML for a mail whose template has only text. */
export const htmlFromText = (text: string): string => `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`;

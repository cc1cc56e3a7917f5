import type { DocumentKind, MetadataDocument } from '../types/documents.js';

/** Gives a text in another language. `longest` is the greatest number of characters it may have. */
export type Visit = (key: string, text: string, longest: number) => string;

/** A list with texts: `id` names the property that addresses an item; one without it is addressed by its place. */
type Part = { readonly list: string; readonly id: string; readonly texts: readonly string[] };
type Texts = { readonly own: readonly string[]; readonly parts?: readonly Part[] };

const LABEL: Texts = { own: ['label'] };

/** Where texts for people stand in the documents of each kind. A part is addressed by its stable id, so that order and place may change. */
const TEXTS: Partial<Record<DocumentKind, Texts>> = {
  object: { own: ['label', 'pluralLabel'] },
  field: { own: ['label', 'help'], parts: [{ list: 'options', id: 'value', texts: ['label'] }] },
  validation: { own: ['label', 'message'] },
  view: LABEL,
  action: { own: ['label', 'description'], parts: [{ list: 'inputs', id: 'name', texts: ['label', 'help'] }] },
  layout: {
    own: ['label'],
    parts: [
      { list: 'sections', id: 'id', texts: ['label'] },
      { list: 'related', id: 'id', texts: ['label'] },
    ],
  },
  app: { own: ['label'], parts: [{ list: 'items', id: 'id', texts: ['label', 'group'] }] },
  role: LABEL,
  record_type: { own: ['label', 'description'] },
  process: {
    own: ['label', 'message'],
    parts: [
      { list: 'transitions', id: 'id', texts: ['label', 'message'] },
      { list: 'enter', id: 'id', texts: ['message'] },
    ],
  },
  workflow: { own: ['label'], parts: [{ list: 'nodes', id: 'id', texts: ['label'] }] },
  template: { own: ['label', 'subject', 'text', 'html'] },
};

/** Greatest length of a text, as the schema of its kind has it. */
const LONGEST: Readonly<Record<string, number>> = { help: 500, description: 500, message: 500, subject: 400, text: 100_000, html: 100_000 };
const longest = (name: string): number => LONGEST[name] ?? 120;

type Json = Record<string, unknown>;

/** A copy of a document with every text for people as `visit` gives it. A kind without such texts is returned as it is. */
export function withTexts<D extends { readonly kind: string }>(document: D, visit: Visit): D {
  const spec = TEXTS[document.kind as DocumentKind];
  if (!spec) return document;
  const source = document as unknown as Json;
  const copy: Json = { ...source };
  for (const name of spec.own) if (typeof source[name] === 'string') copy[name] = visit(name, source[name], longest(name));
  for (const part of spec.parts ?? []) {
    const list = source[part.list];
    if (Array.isArray(list)) copy[part.list] = list.map((item: Json, index) => withPartTexts(item, index, part, visit));
  }
  const { inverse } = source as { inverse?: Json };
  if (typeof inverse?.['label'] === 'string') copy['inverse'] = { ...inverse, label: visit('inverse', inverse['label'], 120) };
  // Only texts were replaced, each by a text.
  return copy as unknown as D;
}

/** What addresses a move or requirement of a process in the keys of its texts. */
export const partId = ({ id }: { readonly id?: string | undefined }, index: number): string => id ?? String(index);

function withPartTexts(item: Json, index: number, { list, id, texts }: Part, visit: Visit): Json {
  const copy: Json = { ...item };
  for (const name of texts) {
    const text = item[name];
    const key = `${list}.${String(item[id] ?? index)}${name === 'label' ? '' : `.${name}`}`;
    if (typeof text === 'string') copy[name] = visit(key, text, longest(name));
  }
  return copy;
}

export type DocumentText = { readonly key: string; readonly text: string; readonly longest: number };

/** Every text for people in a document, by its key. */
export function textsOf(document: MetadataDocument): DocumentText[] {
  const texts: DocumentText[] = [];
  withTexts(document, (key, text, most) => {
    texts.push({ key, text, longest: most });
    return text;
  });
  return texts;
}

/** The places for values in a text, such as `{{record.name}}`, each once and in order of the alphabet. */
export const placeholdersOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{\{?\s*([#/]?[^{}]*?)\s*\}?\}\}/g)].map((match) => (match[1] ?? '').replace(/\s+/g, ' ')))].sort();

/** Locales to look a text up in, nearest first: `de-AT`, `de`. */
export function localeChain(locale: string): string[] {
  const parts = locale.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

import { placeholdersOf, textsOf } from '@fieldstone/metadata/language/document-texts.js';
import { systemTexts } from '@fieldstone/metadata/language/system-texts.js';
import type { TranslationDocument } from '@fieldstone/metadata/types/documents.js';
import { documentsOf, findDocument, ofKind, originOf, put, type Draft, type StudioDocument } from './draft.js';

/** One text for people, and what it is in a language. `isOwn` says that this installation translated it, not a pack. */
export type TextRow = {
  readonly id: string;
  readonly key: string;
  /** Where it stands; texts of what every record has stand in none. */
  readonly document?: StudioDocument;
  readonly text: string;
  readonly longest: number;
  readonly translation: string;
  readonly isOwn: boolean;
};

/** The document that holds what this installation translates itself. What packs ship stays as it is, and comes after it. */
const ownId = (locale: string): string => `trn_own_${locale.toLowerCase().replaceAll('-', '_')}`;

export const localesIn = (draft: Draft): string[] => [...new Set(ofKind(draft, 'translation').map(({ locale }) => locale))].sort();

export function rowsOf(draft: Draft, locale: string): TextRow[] {
  const sources = ofKind(draft, 'translation').filter((document) => document.locale === locale);
  // What was made here comes last, so that it wins.
  const ordered = sources.toSorted((a, b) => Number(originOf(draft, a.id) === 'tenant') - Number(originOf(draft, b.id) === 'tenant'));
  const own = findDocument(draft, ownId(locale)) as TranslationDocument | undefined;
  const texts = [
    ...documentsOf(draft).flatMap((document) => textsOf(document).map((text) => ({ ...text, id: document.id, document }))),
    ...systemTexts(),
  ];
  return texts.map((text) => ({
    ...text,
    translation: ordered.reduce((found, source) => source.texts[text.id]?.[text.key] ?? found, ''),
    isOwn: own?.texts[text.id]?.[text.key] !== undefined,
  }));
}

export type TextChange = { readonly id: string; readonly key: string; readonly text: string };

/** Sets texts of one language; an empty one goes back to what the packs say. */
export function setTexts(draft: Draft, locale: string, changes: readonly TextChange[]): Draft {
  const id = ownId(locale);
  const found = findDocument(draft, id) as TranslationDocument | undefined;
  const texts: Record<string, Record<string, string>> = { ...found?.texts };
  for (const { id: element, key, text } of changes) {
    const { [key]: _former, ...others } = texts[element] ?? {};
    const next = text === '' ? others : { ...others, [key]: text };
    if (Object.keys(next).length === 0) delete texts[element];
    else texts[element] = next;
  }
  if (Object.keys(texts).length === 0) return put(draft, id, null);
  return put(draft, id, { ...(found ?? { kind: 'translation', id, locale, name: 'own' }), texts });
}

/** What is wrong with a translation, in words; undefined when it is fine. */
export function mistakeIn(row: Pick<TextRow, 'text' | 'longest'>, translation: string): string | undefined {
  if (translation === '') return undefined;
  if (translation.length > row.longest) return `At most ${row.longest} characters.`;
  const missing = placeholdersOf(row.text).filter((place) => !placeholdersOf(translation).includes(place));
  return missing.length === 0 ? undefined : `Leaves out ${missing.map((place) => `{{${place}}}`).join(', ')}.`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export const toCsv = (rows: readonly TextRow[]): string =>
  ['element,key,text,translation', ...rows.map((row) => [row.id, row.key, row.text, row.translation].map(quoted).join(','))].join('\r\n');

/** Rows of a CSV file (RFC 4180): quoted cells may hold commas, line breaks and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  for (let match = cells.exec(text); match !== null && match[0] !== ''; match = cells.exec(text)) {
    rows.at(-1)?.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    if (match[3] !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** What a file of translations changes, and how many of its rows can not be used: unknown texts, and those with mistakes. */
export function changesIn(csv: string, rows: readonly TextRow[]): { changes: TextChange[]; refused: number } {
  const known = new Map(rows.map((row) => [`${row.id} ${row.key}`, row]));
  const changes: TextChange[] = [];
  let refused = 0;
  for (const [id = '', key = '', , translation = ''] of parseCsv(csv.replace(/^\uFEFF/, '')).slice(1)) {
    const row = known.get(`${id} ${key}`);
    if (row === undefined || mistakeIn(row, translation) !== undefined) refused += 1;
    else if (translation !== '' && translation !== row.translation) changes.push({ id, key, text: translation });
  }
  return { changes, refused };
}

const ACCENTS: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ö',
  u: 'ü',
  c: 'ç',
  n: 'ñ',
  s: 'š',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ö',
  U: 'Ü',
};

/** A text as a longer language with accents would have it: what is cut off or not translated shows at once. Places for values stay. */
export function pseudo(text: string): string {
  const accented = text.replace(/\{\{[^}]*\}\}|[a-zA-Z]/g, (part) => ACCENTS[part] ?? part);
  return `[${accented}${'~'.repeat(Math.ceil(text.length * 0.3))}]`;
}

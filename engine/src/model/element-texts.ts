import { textsOf, type DocumentText } from '@fieldstone/metadata/language/document-texts.js';
import { systemTexts } from '@fieldstone/metadata/language/system-texts.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId } from './element.js';
import type { Model, SourceDocument } from './types.js';

export type ElementTexts = ReadonlyMap<string, { readonly texts: ReadonlyMap<string, DocumentText>; readonly document?: MetadataDocument }>;

/** Every text for people by element id and key, in the language the documents are written in. */
export function elementTexts(sources: readonly Pick<SourceDocument, 'document'>[]): ElementTexts {
  const elements = new Map<string, { texts: ReadonlyMap<string, DocumentText>; document?: MetadataDocument }>();
  for (const { document } of sources) {
    const texts = textsOf(document);
    if (texts.length > 0) elements.set(elementId(document), { texts: new Map(texts.map((text) => [text.key, text])), document });
  }
  // The fields that every object has, and the object of users, are no documents, but have labels.
  for (const { id, ...text } of systemTexts()) {
    elements.set(id, { texts: new Map([...(elements.get(id)?.texts ?? []), [text.key, text]]) });
  }
  return elements;
}

/** Kinds whose own label only administrators meet: its translation is welcome, and not asked for. */
const LABELLED_FOR_ADMINISTRATORS: ReadonlySet<string> = new Set(['process', 'validation', 'template', 'layout']);
const isForPeople = (kind: string | undefined, key: string): boolean =>
  kind === undefined || key !== 'label' || !LABELLED_FOR_ADMINISTRATORS.has(kind);

export type TranslationReport = {
  readonly locale: string;
  readonly texts: number;
  readonly translated: number;
  readonly missing: readonly { readonly element: string; readonly key: string; readonly text: string }[];
  /** What is translated and is not there: retired, or misspelt. `guess` begins with a blank, or is empty. */
  readonly unknown: readonly { readonly element: string; readonly key: string; readonly guess: string }[];
};

/** What each locale translates, and what it leaves out. A text of a wider locale counts: `de` covers `de-AT`. */
export function reportTranslations(model: Pick<Model, 'sources' | 'translations'>): TranslationReport[] {
  const elements = elementTexts(model.sources);
  return [...model.translations].map(([locale, byElement]) => {
    const wider = model.translations.get(locale.split('-')[0] ?? '');
    const has = (id: string, key: string) => byElement.get(id)?.[key] !== undefined || wider?.get(id)?.[key] !== undefined;
    const all = [...elements].flatMap(([element, { texts, document }]) =>
      [...texts.values()].filter(({ key }) => isForPeople(document?.kind, key)).map(({ key, text }) => ({ element, key, text })),
    );
    const missing = all.filter(({ element, key }) => !has(element, key));
    const unknown = [...byElement].flatMap(([element, texts]) => {
      const known = elements.get(element);
      if (known === undefined) return [{ element, key: '', guess: didYouMean(element, [...elements.keys()]) }];
      return Object.keys(texts)
        .filter((key) => !known.texts.has(key))
        .map((key) => ({ element, key, guess: didYouMean(key, [...known.texts.keys()]) }));
    });
    return { locale, texts: all.length, translated: all.length - missing.length, missing, unknown };
  });
}

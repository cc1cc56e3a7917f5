import { placeholdersOf } from '@fieldstone/metadata/language/document-texts.js';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import { checkTemplate } from './check-template.js';
import { elementTexts, type ElementTexts } from './element-texts.js';
import type { Linked, Sourced } from './link.js';
import { fileOf, type Problems } from './problems.js';
import type { Translations } from './types.js';

/**
 * Texts of all translations by locale and element, checked: values keep their places, lengths fit, templates can be read.
 *
 * Shape: what this installation made goes before what packs ship. Two packs that translate the same text are a problem of the second.
 */
export function compileTranslations(linked: Linked, problems: Problems): Translations {
  const elements = elementTexts(Object.values(linked.byKind).flat());
  const locales = new Map<string, Map<string, Record<string, string>>>();
  const first = new Map<string, Sourced<'translation'>>();
  for (const source of linked.byKind.translation.toSorted((a, b) => Number(a.origin === 'tenant') - Number(b.origin === 'tenant'))) {
    const { locale } = source.document;
    const byElement = locales.get(locale) ?? new Map<string, Record<string, string>>();
    locales.set(locale, byElement);
    for (const [id, texts] of Object.entries(source.document.texts)) {
      checkElement(linked, source, id, texts, elements, problems);
      for (const key of Object.keys(texts)) {
        const place = `${locale} ${id} ${key}`;
        const other = first.get(place);
        if (other && source.origin !== 'tenant') {
          problems.add(source, pointer('texts', id, key), 'duplicate_text', `This text is translated already, in ${fileOf(other)}.`);
        }
        first.set(place, source);
      }
      byElement.set(id, { ...byElement.get(id), ...texts });
    }
  }
  return locales;
}

function checkElement(
  linked: Linked,
  source: Sourced<'translation'>,
  id: string,
  texts: Readonly<Record<string, string>>,
  elements: ElementTexts,
  problems: Problems,
): void {
  const element = elements.get(id);
  // Texts of what was retired wait for its return. That they name something at all is for the report and for the check of packs.
  if (element === undefined) return;
  for (const [key, text] of Object.entries(texts)) {
    const at = pointer('texts', id, key);
    const own = element.texts.get(key);
    if (own === undefined) continue;
    if (text.length > own.longest) problems.add(source, at, 'too_long', `This text may have at most ${own.longest} characters.`);
    const missing = placeholdersOf(own.text).filter((placeholder) => !placeholdersOf(text).includes(placeholder));
    if (missing.length > 0) {
      const list = missing.map((placeholder) => `{{${placeholder}}}`).join(', ');
      problems.add(source, at, 'missing_placeholder', `The text leaves out ${list}.`);
    }
  }
  if (element.document?.kind === 'template') checkTemplateTexts(linked, source, { ...element.document, ...texts }, id, problems);
}

/** A translated template is read like any other: what it names must exist. */
function checkTemplateTexts(
  linked: Linked,
  source: Sourced<'translation'>,
  document: Extract<MetadataDocument, { kind: 'template' }>,
  id: string,
  problems: Problems,
): void {
  const own = problems.issues.length;
  checkTemplate(linked, { ...source, document }, problems);
  const found = problems.issues.splice(own);
  for (const issue of found) {
    const key = issue.path.split('/')[1] ?? '';
    if (key in (source.document.texts[id] ?? {})) problems.add(source, pointer('texts', id, key), issue.code, issue.message);
  }
}

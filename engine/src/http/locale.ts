import { localesOf } from '../model/localise.js';
import type { ActiveModel } from '../model/active.js';
import type { Model } from '../model/types.js';
import { LANGUAGES } from '../texts/say.js';

/**
 * The language somebody is answered in: the one they chose, else the first that their browser asks for and the metadata has, else the
 * tenant's.
 *
 * Shape: `tenant` is what is used when nothing else is known. Of "de-AT" is taken what there is, with the formats of Austria.
 */
export function callerLocale(active: ActiveModel, tenant: string, chosen: string | null, accepted: string | undefined): string {
  if (chosen !== null) return chosen;
  if (accepted === undefined) return tenant;
  const languages = languagesOf(active.model);
  const own = languageOf(tenant);
  return acceptedLocales(accepted).find((locale) => languageOf(locale) === own || languages.has(languageOf(locale))) ?? tenant;
}

const known = new WeakMap<Model, ReadonlySet<string>>();

function languagesOf(model: Model): ReadonlySet<string> {
  let languages = known.get(model);
  if (languages === undefined) known.set(model, (languages = new Set(localesOf(model).map(languageOf))));
  return languages;
}

/** The language of whoever has not signed in: the first that their browser asks for and the engine speaks. */
export const strangersLocale = (accepted: string | undefined): string =>
  acceptedLocales(accepted).find((locale) => LANGUAGES.has(languageOf(locale))) ?? 'en';

const languageOf = (locale: string): string => locale.split('-')[0] ?? locale;

const MAX_ACCEPTED = 20;

/** Headers that came before: browsers send the same with each request. */
const read = new Map<string, readonly string[]>();
const MAX_READ = 200;
const MAX_CHARACTERS = 200;

/** Locales of an Accept-Language header, most wanted first. What is no locale is passed over. */
function acceptedLocales(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  const before = read.get(header);
  if (before !== undefined) return before;
  const locales = readAccepted(header);
  if (header.length > MAX_CHARACTERS) return locales;
  if (read.size >= MAX_READ) read.clear();
  read.set(header, locales);
  return locales;
}

function readAccepted(header: string): string[] {
  return header
    .split(',', MAX_ACCEPTED)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each !== undefined);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .flatMap(({ tag }) => canonical(tag));
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}

import i18next from 'i18next';
import { registerKitTexts } from '../ui-kit/kit-texts.js';
import { en, type Key, type Texts } from './en.js';

void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // Lit escapes every text it shows; names with dots stay whole.
  interpolation: { escapeValue: false },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
});

/** Languages of the screens besides English, which is always there. Each is fetched when somebody reads it. */
const OTHERS: Readonly<Record<string, () => Promise<Texts>>> = { de: async () => (await import('./de.js')).de };

/** Shows the screens in the language of a locale: `de-AT` reads German. What is not there is shown in English. Gives the language shown. */
export async function useLanguage(locale: string): Promise<string> {
  const language = locale.split('-')[0] ?? 'en';
  const load = OTHERS[language];
  // Without it the screens are in English, which is better than none.
  if (load && !i18next.hasResourceBundle(language, 'translation')) {
    const texts = await load().catch(() => undefined);
    if (texts) i18next.addResourceBundle(language, 'translation', texts);
  }
  const shown = load ? language : 'en';
  await i18next.changeLanguage(shown);
  registerKitTexts(shown, {
    clearEntry: t('kit.clear'),
    close: t('kit.close'),
    loading: t('kit.loading'),
    numOptionsSelected: (count) => t('kit.chosen', { count }),
    remove: t('kit.remove'),
  });
  return shown;
}

type PartTexts<Name extends string> = Readonly<Record<string, Readonly<Record<Name, string>>>> & {
  readonly en: Readonly<Record<Name, string>>;
};

let parts = 0;

/** Texts of a part that is fetched when it is wanted: they come with it, in all languages, and are no weight of the screens before. */
export function textsOf<Name extends string>(languages: PartTexts<Name>): (name: Name, values?: Record<string, string | number>) => string {
  const ns = `part${(parts += 1)}`;
  for (const [language, texts] of Object.entries(languages)) i18next.addResourceBundle(language, ns, texts);
  return (name, values = {}) => i18next.t(name, { ...values, ns });
}

/** A text of the screens. Labels of objects and fields come from the metadata, not from here. */
export const t = (key: Key, values: Record<string, string | number> = {}): string => i18next.t(key, values);

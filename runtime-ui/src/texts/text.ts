import i18next from 'i18next';
import { en } from './en.js';

type Key = keyof typeof en;

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

/** A text of the screens. Labels of objects and fields come from the metadata, not from here. */
export const t = (key: Key, values: Record<string, string | number> = {}): string => i18next.t(key, values);

import { registerTranslation, type Translation } from '@shoelace-style/shoelace/dist/utilities/localize.js';

/** What elements of the kit say by themselves, to those who can not see their signs above all. */
export type KitTexts = Pick<Translation, 'clearEntry' | 'close' | 'loading' | 'numOptionsSelected' | 'remove'>;

/** Gives the kit its words in a language; elements that are shown already say them at once. English it brings along. */
export const registerKitTexts = (language: string, texts: KitTexts): void => {
  registerTranslation({ $code: language, $name: language, $dir: 'ltr', ...texts });
};

import { say } from './say.js';
import type { Given, Sentence, TextKey } from './sentence.js';

/** Something told to people: in English for logs and the command line, and as a sentence for whoever reads another language. */
export type Told = { readonly message: string; readonly said: Sentence };

/** A sentence of the catalogue. The key and the names of its values are checked against the English texts. */
export const sentence = <Key extends TextKey>(key: Key, ...[values]: Given<Key>): Sentence => ({ key, values: values ?? {} });

/** Says something to people. */
export function told<Key extends TextKey>(key: Key, ...given: Given<Key>): Told {
  const said = sentence(key, ...given);
  return { message: say('en', said), said };
}

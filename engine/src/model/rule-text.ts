import { RECORD_TYPE_TEXT } from '@fieldstone/metadata/language/system-texts.js';
import { say } from '../texts/say.js';
import type { Sentence, TextKey, Value, ValuesOf } from '../texts/sentence.js';
import { RECORD_TYPE_FIELD } from './record-type-field.js';
import type { Label, RuleSentence, RuleText, RuleValue } from './rule-sentence.js';

/** Gives a text of a document in a language. */
export type Lookup = (id: string, key: string, text: string) => string;

export const ruleSays = <Key extends TextKey>(
  sentence: Key,
  values: { readonly [Name in keyof ValuesOf<Key>]: RuleValue },
): RuleSentence => ({ sentence, values: values as Readonly<Record<string, RuleValue>> });

/** The text of a rule as a reader of `locale` is told it. */
export const ruleMessage = (locale: string, text: RuleText, lookup: Lookup): string =>
  'of' in text ? lookup(text.of, text.key, text.text) : say(locale, sentenceOf(text, lookup));

function sentenceOf({ sentence, values }: RuleSentence, lookup: Lookup): Sentence {
  const inWords = (value: RuleValue): Value => {
    if ('sentence' in value) return sentenceOf(value, lookup);
    if ('labels' in value) return { names: value.labels.map((label) => lookup(label.of, label.key, label.text)), join: value.join };
    return lookup(value.of, value.key, value.text);
  };
  return { key: sentence, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inWords(value)])) };
}

type Named = { readonly id: string; readonly label: string; readonly name?: string };

/** The label of an element. The field of record types is called the same on every object. */
export const labelOf = ({ id, label, name }: Named): Label => ({
  of: name === RECORD_TYPE_FIELD ? RECORD_TYPE_TEXT : id,
  key: 'label',
  text: label,
});

type Options = {
  readonly id: string;
  readonly name: string;
  readonly options: { readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined };
};

/** The label of an option of a picklist; its code where it has none. */
export function optionLabel({ id, name, options }: Options, code: string): Label {
  const text = options.options?.find(({ value }) => value === code)?.label ?? code;
  // There the options are the types themselves.
  return name === RECORD_TYPE_FIELD ? { of: code, key: 'label', text } : { of: id, key: `options.${code}`, text };
}

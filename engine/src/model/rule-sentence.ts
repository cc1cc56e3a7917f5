import type { TextKey } from '../texts/sentence.js';

/** A text that stands in a document, by the element and key it is translated under. */
export type Label = { readonly of: string; readonly key: string; readonly text: string };
type Labels = { readonly labels: readonly Label[]; readonly join: 'and' | 'or' };
export type RuleValue = Label | Labels | RuleSentence;
/** A sentence of the engine around labels of the metadata. */
export type RuleSentence = { readonly sentence: TextKey; readonly values: Readonly<Record<string, RuleValue>> };

/** What somebody who broke a rule is told: a message that a document has, or a sentence that is made of labels. It is data, in no language yet. */
export type RuleText = Label | RuleSentence;

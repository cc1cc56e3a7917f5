import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { printFormula } from '@fieldstone/metadata/language/print-formula.js';
import { referencesOf } from '@fieldstone/metadata/language/references.js';
import type { RowRule } from '../model/types.js';
import { say } from '../texts/say.js';
import { sentence } from '../texts/told.js';
import type { Sentence } from '../texts/sentence.js';

/**
 * Who reads it: in which language, and what they may know of. A condition over anything else is only said to be there.
 *
 * Shape:  `mayRead` left out: whoever edits permissions knows every field.
 */
export type RuleReader = { readonly locale: string; readonly mayRead?: (step: PathStep) => boolean };

const GROUPS = { queues: 'rule.queues', team: 'rule.team', below: 'rule.below' } as const;

const isOwner = (node: Expression | undefined): boolean =>
  node?.kind === 'field' && node.path.length === 1 && node.path[0]?.field === 'owner';

function conditionText(where: Expression, reader: RuleReader): string {
  const { locale } = reader;
  const says = (told: Sentence): string => say(locale, told);
  if (where.kind === 'shared') return says(sentence(where.level === 'edit' ? 'rule.shared_edit' : 'rule.shared'));
  if (where.kind === 'call') {
    const [first, second] = where.args;
    if (where.op === 'eq' && isOwner(first) && second?.kind === 'user') return says(sentence('rule.own'));
    if (where.op === 'in' && second?.kind === 'people' && second.group !== 'territories' && isOwner(first)) {
      return says(sentence(GROUPS[second.group]));
    }
    if (where.op === 'or') return where.args.map((arg) => conditionText(arg, reader)).join(', ');
    if (!isKnown(where, reader)) return says(sentence('rule.hidden'));
    if (where.op === 'in' && second?.kind === 'people') return says(sentence('rule.among', { field: nameOf(first), group: second.group }));
    if (where.op === 'and') return where.args.map((arg) => conditionText(arg, reader)).join(says(sentence('rule.and')));
    if (where.op === 'not' && first !== undefined) return says(sentence('rule.not', { rule: conditionText(first, reader) }));
  }
  return isKnown(where, reader) ? printed(where, locale) : says(sentence('rule.hidden'));
}

const isKnown = (where: Expression, { mayRead }: RuleReader): boolean =>
  mayRead === undefined || referencesOf(where).fields.every((step) => mayRead(step));

const nameOf = (node: Expression | undefined): string => (node?.kind === 'field' ? node.path.map(({ field }) => field).join('.') : 'value');

/** Formulas can say most conditions, and administrators read them. */
function printed(where: Expression, locale: string): string {
  try {
    return say(locale, sentence('rule.where', { condition: printFormula(where) }));
  } catch {
    return say(locale, sentence('rule.over_others'));
  }
}

const ENGLISH: RuleReader = { locale: 'en' };

/** A rule in words. */
export const ruleText = (rule: RowRule, reader: RuleReader = ENGLISH): string =>
  rule.kind === 'all'
    ? say(reader.locale, sentence('rule.all'))
    : rule.kind === 'none'
      ? say(reader.locale, sentence('rule.none'))
      : conditionText(rule.where, reader);

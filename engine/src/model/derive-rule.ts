import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import { parseCondition } from '@fieldstone/metadata/language/parse-condition.js';
import type { Linked, LinkedObject } from './link.js';
import type { Problems } from './problems.js';
import type { RuleText } from './rule-sentence.js';
import { ruleMessage } from './rule-text.js';
import { scopeOf } from './scope.js';
import type { SourceDocument, ValidationModel } from './types.js';

/** A rule that a document says in other words than a condition: which moves are legal, which options go together. */
export type DerivedRule = {
  readonly errorWhen: ConditionJson;
  readonly says: RuleText;
  readonly field: string;
  readonly code?: NonNullable<ValidationModel['code']>;
  readonly narrows?: boolean;
  readonly exceptRoles?: readonly string[];
  /** Place in the document that it comes from, as a JSON Pointer. */
  readonly at: string;
};

/**
 * Makes validations of derived rules. From there on they are rules like any other: the same condition is judged by the write statement, before it,
 * and in the form.
 *
 * Shape:  `id` and `name` are those of the document that the rules come from.
 * Errors: a rule that does not parse is a problem at the place it comes from: a condition that is too long once it is put together.
 */
export function deriveRules(
  linked: Linked,
  object: LinkedObject,
  source: SourceDocument,
  { id, name }: { readonly id: string; readonly name: string },
  rules: readonly DerivedRule[],
  problems: Problems,
): ValidationModel[] {
  const scope = scopeOf(linked, object.name, { allow: ['previous', 'changed', 'user'] });
  return rules.flatMap(({ at, errorWhen, ...rule }, index): ValidationModel[] => {
    const parsed = parseCondition(errorWhen, scope);
    if (!parsed.ok) {
      for (const issue of parsed.issues) problems.add(source, at, issue.code, issue.message);
      return [];
    }
    const made = {
      id,
      name: `${name}_${String(index + 1)}`,
      on: ['create', 'update'] as const,
      errorWhen: parsed.expression,
      source: errorWhen,
      message: ruleMessage('en', rule.says, asWritten),
    };
    return [{ ...made, ...rule }];
  });
}

const asWritten = (_id: string, _key: string, text: string): string => text;

const v = (path: string): ConditionJson => ({ var: path });

/** Conditions in JSON, as derived rules are put together from them. */
export const say = {
  value: v,
  and: (...parts: readonly (ConditionJson | undefined)[]): ConditionJson => {
    const all = parts.filter((part) => part !== undefined);
    return all.length === 1 && all[0] !== undefined ? all[0] : { and: all };
  },
  or: (...parts: readonly ConditionJson[]): ConditionJson => (parts.length === 1 && parts[0] !== undefined ? parts[0] : { or: parts }),
  not: (part: ConditionJson): ConditionJson => ({ '!': [part] }),
  isEmpty: (path: string): ConditionJson => ({ is_empty: [v(path)] }),
  isSet: (path: string): ConditionJson => ({ '!': [{ is_empty: [v(path)] }] }),
  is: (path: string, code: string): ConditionJson => ({ '==': [v(path), code] }),
  isOneOf: (path: string, codes: readonly string[]): ConditionJson => ({ in: [v(path), codes] }),
  changed: (field: string): ConditionJson => ({ changed: field }),
};

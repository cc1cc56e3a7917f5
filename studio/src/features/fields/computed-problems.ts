import { parseFormulaField } from '@fieldstone/metadata/language/formula-field.js';
import type { FormulaIssue } from '@fieldstone/metadata/language/parse-formula.js';
import { fieldTypeInfo } from '../../draft/field-types.js';
import type { Draft } from '../../draft/draft.js';
import { knownFields, relationsOf, scopeOf } from '../../draft/scope.js';
import type { FieldForm, FormProblems } from './field-form.js';

/** What is wrong with the formula of a form, in the order of the text. */
export function formulaIssues(draft: Draft, object: string, form: FieldForm): readonly FormulaIssue[] {
  const parsed = parseFormulaField(
    {
      formula: form.formula,
      returns: form.returns === '' ? undefined : form.returns,
      options: form.options,
      currencyOf: form.returns === 'currency' && form.currencyOf !== '' ? form.currencyOf : undefined,
    },
    scopeOf(draft, object, ['user']),
  );
  return parsed.ok ? [] : parsed.issues;
}

export const placeText = ({ line, column, message }: FormulaIssue): string => `Line ${line}, column ${column}: ${message}`;

/** What keeps a computed field from being applied. The server finds what only the whole model shows, such as a circle. */
export function computedProblems(draft: Draft, object: string, form: FieldForm): FormProblems {
  const { givenBy } = fieldTypeInfo(form.type);
  if (givenBy === 'formula') {
    if (form.formula.trim() === '') return { formula: 'Write a formula, such as amount * 2.' };
    const [first] = formulaIssues(draft, object, form);
    return first === undefined ? {} : { formula: placeText(first) };
  }
  if (givenBy !== 'rollup') return {};
  const relation = relationsOf(draft, object).find(({ name }) => name === form.relation);
  if (relation === undefined) return { relation: 'Choose which records are brought together.' };
  const isMissing = form.rollupFunction !== 'count' && !knownFields(draft, relation.from).some(({ name }) => name === form.rollupField);
  return isMissing ? { rollupField: 'Choose the field.' } : {};
}

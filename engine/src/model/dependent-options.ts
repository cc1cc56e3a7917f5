import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { deriveRules, say, type DerivedRule } from './derive-rule.js';
import { unknownField, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import type { RuleSentence } from './rule-sentence.js';
import { labelOf, optionLabel, ruleSays } from './rule-text.js';
import type { FieldModel, ValidationModel } from './types.js';

type DependsOn = NonNullable<FieldModel['options']['dependsOn']>;

const codesOf = (field: FieldModel): readonly string[] => (field.options.options ?? []).map(({ value }) => value);

/** Checks what a picklist depends on; the picklist that decides, if all is well. */
function checkDependsOn(
  object: LinkedObject,
  source: Sourced<'field'>,
  { field, values }: DependsOn,
  problems: Problems,
): FieldModel | undefined {
  const dependent = object.fields.get(source.document.name)?.model;
  const deciding = object.fields.get(field)?.model;
  const before = problems.issues.length;
  if (fieldType(source.document.type).choice !== 'one' || dependent === undefined) return undefined;
  if (deciding === undefined) {
    problems.add(source, '/dependsOn/field', 'unknown_field', unknownField(field, object));
    return undefined;
  }
  if (fieldType(deciding.type).choice !== 'one') {
    problems.add(source, '/dependsOn/field', 'not_for_type', `Options can depend on a picklist; ${field} is a ${deciding.type} field.`);
    return undefined;
  }
  if (isCircular(object, source.document.name)) {
    problems.add(source, '/dependsOn/field', 'circular', `${source.document.name} would depend on itself.`);
  }
  const check = (path: string, code: string, known: readonly string[]) => {
    if (!known.includes(code)) problems.add(source, path, 'unknown_option', `There is no option "${code}".${didYouMean(code, known)}`);
  };
  for (const [code, options] of Object.entries(values)) {
    const at = pointer('dependsOn', 'values', code);
    check(at, code, codesOf(deciding));
    for (const [index, option] of options.entries()) check(at + pointer(index), option, codesOf(dependent));
  }
  return problems.issues.length === before ? deciding : undefined;
}

function isCircular(object: LinkedObject, name: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; at = object.fields.get(at)?.model.options.dependsOn?.field) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/**
 * The rules of a picklist whose options depend on another: one for each option of the deciding picklist, so that the message can name what goes
 * with it.
 *
 * Shape:  judged when one of the two changes, so that records from before keep what they have.
 */
export function dependentOptions(linked: Linked, object: LinkedObject, source: Sourced<'field'>, problems: Problems): ValidationModel[] {
  const { dependsOn, id, name } = source.document;
  if (dependsOn === undefined) return [];
  const deciding = checkDependsOn(object, source, dependsOn, problems);
  if (deciding === undefined) return [];
  const field = labelOf(source.document);
  const of = labelOf(deciding);
  const count = source.document.options?.length ?? 0;
  const listed = new Map(Object.entries(dependsOn.values));
  const isTouched = say.and(say.isSet(name), say.or(say.changed(name), say.changed(deciding.name)));
  const rule = (errorWhen: DerivedRule['errorWhen'], says: RuleSentence, at = '/dependsOn'): DerivedRule => ({
    errorWhen: say.and(errorWhen, isTouched),
    says,
    field: name,
    code: 'not_an_option',
    narrows: true,
    at,
  });
  const rules: DerivedRule[] = [rule(say.isEmpty(deciding.name), ruleSays('rule.depends_first', { deciding: of, field }))];
  for (const option of deciding.options.options ?? []) {
    const allowed = listed.get(option.value) ?? [];
    if (allowed.length === count) continue;
    const chosen = { deciding: of, option: optionLabel(deciding, option.value), field };
    const labels = allowed.map((code) => optionLabel({ id, name, options: source.document }, code));
    const says =
      allowed.length === 0
        ? ruleSays('rule.depends_empty', chosen)
        : ruleSays('rule.depends', { ...chosen, options: { labels, join: 'or' } });
    const errorWhen = say.and(say.is(deciding.name, option.value), say.not(say.isOneOf(name, allowed)));
    rules.push(rule(errorWhen, says, pointer('dependsOn', 'values', option.value)));
  }
  return deriveRules(linked, object, source, { id, name: `${name}_options` }, rules, problems);
}

import type { Draft } from '../../draft/draft.js';
import { aggregatesOf, knownFields, withParts, type Allowed } from '../../draft/scope.js';
import type { Choice } from '../../ui/Field.js';

/** Fields a test can be about: the record's own, those one link away, and those before the change. */
export function fieldChoices(draft: Draft, object: string, allow: readonly Allowed[], current: string): Choice[] {
  const own = knownFields(draft, object);
  const choices: Choice[] = withParts(own).map((field) => ({ value: field.name, label: field.label, group: 'This record' }));
  for (const link of own) {
    if (link.target === undefined || link.type !== 'reference' || link.fieldType === 'id') continue;
    for (const field of withParts(knownFields(draft, link.target))) {
      if (field.fieldType !== 'id')
        choices.push({ value: `${link.name}.${field.name}`, label: `${link.label}: ${field.label}`, group: link.label });
    }
  }
  for (const { path, label, relation } of aggregatesOf(draft, object)) choices.push({ value: path, label, group: relation.label });
  if (allow.includes('previous'))
    for (const field of withParts(own))
      choices.push({ value: `$previous.${field.name}`, label: `${field.label} before`, group: 'Before the change' });
  if (allow.includes('user')) choices.push({ value: '$user.id', label: 'The person', group: 'Who' });
  return choices.some((choice) => choice.value === current)
    ? choices
    : [{ value: current, label: current, group: 'This record' }, ...choices];
}

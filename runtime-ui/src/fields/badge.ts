import { html } from 'lit';
import type { ScreenField } from '@fieldstone/metadata/types/wire.js';

type OptionOf = NonNullable<ScreenField['options']>[number];

export const optionOf = (field: ScreenField, value: unknown): OptionOf | undefined =>
  field.options?.find((option) => option.value === value);

/** A choice with its colour. The text says what the colour says. */
export const badge = (field: ScreenField, value: unknown) => {
  const option = optionOf(field, value);
  return html`<span class="badge ${option?.color ?? 'neutral'}">${option?.label ?? String(value)}</span>`;
};

/** Choices for an editor: inactive ones can not be chosen, but stay when they are the value. */
export const choicesOf = (field: ScreenField, chosen: readonly unknown[]) =>
  (field.options ?? [])
    .filter((option) => !option.inactive || chosen.includes(option.value))
    .map((option) => ({ value: option.value, label: option.label }));

/** All choices, inactive ones too: records may still hold them. */
export const badgeChoices = (field: ScreenField) => (field.options ?? []).map((option) => ({ value: option.value, label: option.label }));

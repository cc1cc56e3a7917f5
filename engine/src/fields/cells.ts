import type { FieldOptions, FieldType } from './field-type.js';

type Cell = Pick<FieldType, 'toCell' | 'fromCell'>;

/** Values that are a text or a number in JSON are the same in a cell. */
export const plainCell: Cell = {
  toCell: (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : ''),
  fromCell: (text) => (text === '' ? null : text),
};

const fold = (text: string): string => text.trim().toLowerCase();

/** A choice by its label, where that says which one it is; else by its code. Several choices are parted by semicolons. */
export function optionToCell(code: string, { options = [] }: FieldOptions): string {
  const label = options.find(({ value }) => value === code)?.label;
  if (label === undefined || label.includes(';') || label.trim() !== label) return code;
  const others = options.filter(({ value }) => value !== code);
  return others.some((other) => fold(other.label) === fold(label) || other.value === fold(label)) ? code : label;
}

/** The code of a choice from its code or label; a text that is neither is given back for `normalize` to refuse. */
export function optionFromCell(text: string, { options = [] }: FieldOptions): string {
  const wanted = fold(text);
  const found = options.find(({ value }) => value === wanted) ?? options.find(({ label }) => fold(label) === wanted);
  return found?.value ?? text.trim();
}

/** The items of a cell that holds several, without blank ones. */
export const splitCell = (text: string): string[] =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');

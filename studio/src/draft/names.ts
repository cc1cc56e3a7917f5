import type { EditableKind } from './draft.js';

const ID_PREFIX: Record<EditableKind, string> = {
  action: 'act',
  app: 'app',
  field: 'fld',
  layout: 'lay',
  object: 'obj',
  permission: 'prm',
  process: 'prc',
  record_type: 'rty',
  role: 'rol',
  template: 'tpl',
  translation: 'trn',
  validation: 'val',
  view: 'viw',
  workflow: 'wfl',
};

/** Random base36 text. Ids are made where the edit is made and never change, so two administrators must not meet. */
export function randomCode(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}

export const newId = (kind: EditableKind): string => `${ID_PREFIX[kind]}_${randomCode(12)}`;

/** Words PostgreSQL or the API give a meaning of their own; allowed in the database, but a trap in filters and integrations. */
const SYSTEM_NAMES = new Set(['id', 'owner', 'created_at', 'created_by', 'updated_at', 'updated_by', 'version', 'deleted_at']);

/** API name suggested for a label: snake_case, at most 41 characters, starting with a letter. */
export function suggestName(label: string): string {
  const name = label
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const started = /^[a-z]/.test(name) || name === '' ? name : `x_${name}`;
  return started.slice(0, 41).replace(/_+$/, '');
}

/**
 * A label that nothing beside it has, nor a name made of it: the word, or the word and the first number from 2 on that is free. A long word loses
 * its end to the number, which would else be cut off its name.
 */
export function freeLabel(word: string, names: ReadonlySet<string>, labels: ReadonlySet<string> = new Set()): string {
  let stem = word;
  while (suggestName(stem).length > 36) stem = stem.slice(0, -1);
  let label = word;
  for (let number = 2; names.has(suggestName(label)) || labels.has(label); number += 1) label = `${stem.trimEnd()} ${number}`;
  return label;
}

/** Plural a speaker of English would expect; the form lets people correct it. */
export function suggestPlural(label: string): string {
  const word = label.trim();
  if (word === '') return '';
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/i.test(word)) return `${word}es`;
  return `${word}s`;
}

/** What is wrong with an API name, or undefined. `taken` holds the names already used beside it. */
export function nameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (name === '') return 'An API name is needed.';
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name)) return 'Use small letters, digits and _, starting with a letter, at most 41 characters.';
  if (SYSTEM_NAMES.has(name)) return `"${name}" is a field that every object has.`;
  if (taken.has(name)) return `"${name}" is already used.`;
  return undefined;
}

import type { FieldDocument } from '../types/documents.js';

type Type = FieldDocument['type'];

const TEXTS: readonly Type[] = ['text', 'long_text'];
const FROM_TEXT: readonly Type[] = [
  'email',
  'phone',
  'url',
  'integer',
  'decimal',
  'percent',
  'currency',
  'boolean',
  'date',
  'datetime',
  'picklist',
  'multi_picklist',
];

/**
 * Which type can become which by converting the values of every record into a column of the new type. What is not listed is refused: nobody
 * could say what a link would be as a date.
 */
const CONVERSIONS: Readonly<Partial<Record<Type, readonly Type[]>>> = {
  text: FROM_TEXT,
  long_text: ['text', ...FROM_TEXT],
  integer: [...TEXTS, 'decimal', 'percent', 'currency', 'boolean', 'picklist'],
  decimal: [...TEXTS, 'decimal', 'integer', 'percent', 'currency'],
  percent: [...TEXTS, 'percent', 'integer', 'decimal'],
  currency: [...TEXTS, 'integer', 'decimal'],
  boolean: [...TEXTS, 'integer', 'picklist'],
  date: [...TEXTS, 'datetime'],
  datetime: [...TEXTS, 'date'],
  picklist: [...TEXTS, 'multi_picklist', 'boolean', 'integer'],
  multi_picklist: [...TEXTS, 'picklist'],
  autonumber: TEXTS,
};

/** Types where every stored value of the one is a value of the other: the field changes, its column and its records do not. */
const IN_PLACE: Readonly<Partial<Record<Type, readonly Type[]>>> = {
  text: ['long_text'],
  email: TEXTS,
  phone: TEXTS,
  url: TEXTS,
  // One whole number that looks different: its bounds hold for what is written from now on, as those of a field do that gets some.
  integer: ['score', 'rating'],
  score: ['integer'],
  rating: ['integer'],
  lookup: ['master_detail'],
  master_detail: ['lookup'],
};

export const convertibleTo = (type: Type): readonly Type[] => CONVERSIONS[type] ?? [];
export const sameValues = (from: Type, to: Type): boolean => IN_PLACE[from]?.includes(to) ?? false;

/** Every other type that a published field of this type can be given. */
export const possibleTypes = (type: Type): readonly Type[] =>
  [...new Set([...(IN_PLACE[type] ?? []), ...convertibleTo(type)])].filter((other) => other !== type);

import type { FieldDocument } from '../types/documents.js';

type Type = FieldDocument['type'];

const TEXTS: readonly Type[] = ['text', 'long_text'];
const FROM_TEXT: readonly Type[] = [
  'rich_text',
  'email',
  'phone',
  'url',
  'integer',
  'decimal',
  'percent',
  'currency',
  'score',
  'rating',
  'boolean',
  'date',
  'time',
  'datetime',
  'duration',
  'address',
  'geo_point',
  'tags',
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
  rich_text: TEXTS,
  integer: [...TEXTS, 'decimal', 'percent', 'currency', 'boolean', 'duration', 'picklist'],
  decimal: [...TEXTS, 'decimal', 'integer', 'percent', 'currency', 'score'],
  percent: [...TEXTS, 'percent', 'integer', 'decimal', 'score'],
  score: [...TEXTS, 'decimal', 'percent'],
  rating: [...TEXTS, 'decimal', 'picklist'],
  currency: [...TEXTS, 'integer', 'decimal'],
  boolean: [...TEXTS, 'integer', 'picklist'],
  date: [...TEXTS, 'datetime'],
  time: TEXTS,
  datetime: [...TEXTS, 'date', 'time'],
  duration: [...TEXTS, 'integer'],
  address: TEXTS,
  geo_point: TEXTS,
  json: TEXTS,
  tags: [...TEXTS, 'picklist', 'multi_picklist'],
  picklist: [...TEXTS, 'multi_picklist', 'tags', 'boolean', 'integer', 'rating'],
  multi_picklist: [...TEXTS, 'picklist', 'tags'],
  autonumber: [...TEXTS, 'integer'],
};

/** Types where every stored value of the one is a value of the other: the field changes, its column and its records do not. */
const IN_PLACE: Readonly<Partial<Record<Type, readonly Type[]>>> = {
  text: ['long_text'],
  email: TEXTS,
  phone: TEXTS,
  url: TEXTS,
  // One whole number that looks different: its bounds hold for what is written from now on, as those of a field do that gets some.
  integer: ['score', 'rating'],
  score: ['integer', 'rating'],
  rating: ['integer', 'score'],
  lookup: ['master_detail'],
  master_detail: ['lookup'],
};

export const convertibleTo = (type: Type): readonly Type[] => CONVERSIONS[type] ?? [];
export const sameValues = (from: Type, to: Type): boolean => IN_PLACE[from]?.includes(to) ?? false;

/** Every other type that a published field of this type can be given. */
export const possibleTypes = (type: Type): readonly Type[] =>
  [...new Set([...(IN_PLACE[type] ?? []), ...convertibleTo(type)])].filter((other) => other !== type);

/** Types that no rule leads to or from, and why. The first that fits is told. */
const REASONS: readonly [types: readonly Type[], where: 'either' | 'to', reason: string][] = [
  [['formula', 'rollup'], 'either', 'the values of a computed field are worked out, not stored'],
  [['encrypted_text'], 'either', 'secrets are sealed before they reach the database, which can neither read nor write them'],
  [['file', 'image'], 'either', 'a file lies beside the records'],
  [
    ['lookup', 'master_detail', 'many_to_many', 'polymorphic', 'user'],
    'either',
    'a link says which record is meant, and no other value does',
  ],
  [['autonumber'], 'to', 'an automatic number gives its own values, each once'],
  [['json'], 'to', 'nothing says what the structure of a value would be'],
];

/** Why values of one type can not become those of the other; undefined when they can. */
export function refusalOf(from: Type, to: Type): string | undefined {
  if (from === to || possibleTypes(from).includes(to)) return undefined;
  const found = REASONS.find(([types, where]) => types.includes(to) || (where === 'either' && types.includes(from)));
  return found?.[2] ?? 'there is no rule for its values';
}

import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';

export type FieldType = FieldDocument['type'];

/** Properties of a field that only some types have; the form shows the ones named here. */
export type TypeOption =
  | 'maxLength'
  | 'precision'
  | 'scale'
  | 'range'
  | 'stars'
  | 'options'
  | 'target'
  | 'targets'
  | 'secret'
  | 'targetUser'
  | 'format'
  | 'unique'
  | 'indexed'
  | 'searchable'
  | 'required'
  | 'formula'
  | 'rollup'
  | 'default';

export type FieldTypeInfo = {
  readonly type: FieldType;
  readonly label: string;
  readonly group: 'Text' | 'Numbers' | 'Choices and dates' | 'Relations' | 'Computed';
  readonly description: string;
  /** A value as people see it, for the example control. */
  readonly example: string;
  readonly options: readonly TypeOption[];
};

const common = ['required', 'default', 'indexed'] as const;

export const FIELD_TYPES: readonly FieldTypeInfo[] = [
  {
    type: 'text',
    label: 'Text',
    group: 'Text',
    description: 'One line: names, codes, short remarks.',
    example: 'Northwind Traders',
    options: [...common, 'unique', 'searchable', 'maxLength'],
  },
  {
    type: 'long_text',
    label: 'Long text',
    group: 'Text',
    description: 'Several lines: descriptions and notes.',
    example: 'Asked for a quote by Friday.\nPrefers a call.',
    options: ['required', 'default', 'searchable', 'maxLength'],
  },
  {
    type: 'rich_text',
    label: 'Formatted text',
    group: 'Text',
    description: 'Text with headings, lists, links, bold and italic.',
    example: 'Agreed on the call:\n• send the offer\n• meet in May',
    options: ['required', 'searchable', 'maxLength'],
  },
  {
    type: 'email',
    label: 'E-mail',
    group: 'Text',
    description: 'An e-mail address, checked and clickable.',
    example: 'ada@example.com',
    options: [...common, 'unique', 'searchable'],
  },
  {
    type: 'phone',
    label: 'Phone',
    group: 'Text',
    description: 'A telephone number, clickable on devices that can call.',
    example: '+49 30 1234567',
    options: [...common, 'unique', 'searchable'],
  },
  {
    type: 'url',
    label: 'Web address',
    group: 'Text',
    description: 'A link to a page.',
    example: 'https://example.com',
    options: [...common, 'unique', 'searchable'],
  },
  {
    type: 'encrypted_text',
    label: 'Secret',
    group: 'Text',
    description: 'A text that is stored encrypted and not shown again: account numbers, keys.',
    example: '••••4711',
    options: ['required', 'maxLength', 'secret'],
  },
  {
    type: 'address',
    label: 'Address',
    group: 'Text',
    description: 'Street, city, state, postal code and country in one field; each part can be filtered and sorted by.',
    example: '1 Main Street, 10115 Berlin, Germany',
    options: ['required'],
  },
  {
    type: 'json',
    label: 'JSON',
    group: 'Text',
    description: 'Data of other systems, kept as it is. Conditions can only ask whether there is some.',
    example: '{ "plan": "pro" }',
    options: ['required'],
  },
  {
    type: 'geo_point',
    label: 'Place on the map',
    group: 'Numbers',
    description: 'Latitude and longitude, with a link to a map.',
    example: '52.52° 13.405°',
    options: ['required'],
  },
  {
    type: 'integer',
    label: 'Whole number',
    group: 'Numbers',
    description: 'Counts and ranks, without a fraction.',
    example: '42',
    options: [...common, 'unique', 'range'],
  },
  {
    type: 'decimal',
    label: 'Decimal number',
    group: 'Numbers',
    description: 'An exact number with digits after the point.',
    example: '12.75',
    options: [...common, 'precision', 'scale', 'range'],
  },
  {
    type: 'currency',
    label: 'Currency',
    group: 'Numbers',
    description: 'An amount of money with its currency; summed per currency.',
    example: '1,250.00 EUR',
    options: [...common, 'range'],
  },
  {
    type: 'percent',
    label: 'Percent',
    group: 'Numbers',
    description: 'A share of a hundred.',
    example: '65 %',
    options: [...common, 'scale', 'range'],
  },
  {
    type: 'score',
    label: 'Score',
    group: 'Numbers',
    description: 'A whole number from 0 to 100, or within bounds you set, shown as a bar.',
    example: '72',
    options: [...common, 'range'],
  },
  {
    type: 'rating',
    label: 'Rating',
    group: 'Numbers',
    description: 'Stars to choose.',
    example: '★★★★☆',
    options: [...common, 'stars'],
  },
  {
    type: 'duration',
    label: 'Duration',
    group: 'Numbers',
    description: 'A length of time, typed as "1h 30m" and added up as time.',
    example: '1h 30m',
    options: [...common, 'range'],
  },
  {
    type: 'autonumber',
    label: 'Auto number',
    group: 'Numbers',
    description: 'Counts up by itself, such as INV-0042. Nobody types it.',
    example: 'INV-0042',
    options: ['format'],
  },
  {
    type: 'boolean',
    label: 'Yes or no',
    group: 'Choices and dates',
    description: 'A tick box.',
    example: 'Yes',
    options: ['default', 'indexed'],
  },
  {
    type: 'date',
    label: 'Date',
    group: 'Choices and dates',
    description: 'A day without a time.',
    example: '2026-11-21',
    options: [...common],
  },
  {
    type: 'time',
    label: 'Time of day',
    group: 'Choices and dates',
    description: 'A time on the clock, without a day: opening hours, best time to call.',
    example: '09:30',
    options: [...common],
  },
  {
    type: 'datetime',
    label: 'Date and time',
    group: 'Choices and dates',
    description: 'A moment, shown in the time zone of the reader.',
    example: '2026-11-21 09:30',
    options: [...common],
  },
  {
    type: 'tags',
    label: 'Tags',
    group: 'Choices and dates',
    description: 'Any words people give, in small letters. For a fixed list take several choices.',
    example: 'vip, trade fair',
    options: ['required', 'indexed'],
  },
  {
    type: 'file',
    label: 'File',
    group: 'Text',
    description: 'One file of any kind, given out for saving to people who may read the field.',
    example: 'contract.pdf',
    options: ['required'],
  },
  {
    type: 'image',
    label: 'Picture',
    group: 'Text',
    description: 'A picture (PNG, JPEG, GIF, WebP), shown on the record page.',
    example: 'photo.jpg',
    options: ['required'],
  },
  {
    type: 'picklist',
    label: 'Choice',
    group: 'Choices and dates',
    description: 'One of a list you define, with colours.',
    example: 'Hot',
    options: [...common, 'options'],
  },
  {
    type: 'multi_picklist',
    label: 'Several choices',
    group: 'Choices and dates',
    description: 'Any number out of a list you define.',
    example: 'Email, Phone',
    options: ['required', 'options'],
  },
  {
    type: 'lookup',
    label: 'Link to a record',
    group: 'Relations',
    description: 'Points to a record of another object, which keeps its own life.',
    example: 'Northwind Traders',
    options: ['required', 'default', 'target'],
  },
  {
    type: 'master_detail',
    label: 'Part of a record',
    group: 'Relations',
    description: 'Belongs to a record and goes to the recycle bin with it. Always required.',
    example: 'Order 1042',
    options: ['target'],
  },
  {
    type: 'many_to_many',
    label: 'Links to many records',
    group: 'Relations',
    description: 'Points to any number of records of another object, which can list it in turn.',
    example: 'Spring fair, Newsletter',
    options: ['required', 'target'],
  },
  {
    type: 'polymorphic',
    label: 'Link to any of several',
    group: 'Relations',
    description: 'Points to one record of any of several objects, such as what a note is about.',
    example: 'Account: Northwind Traders',
    options: ['required', 'targets'],
  },
  {
    type: 'user',
    label: 'User',
    group: 'Relations',
    description: 'Points to a person who signs in here.',
    example: 'Ada Lovelace',
    options: ['required', 'indexed', 'targetUser'],
  },
  {
    type: 'formula',
    label: 'Formula',
    group: 'Computed',
    description: 'Worked out from other fields, of this record and of those it links to. Nobody types it.',
    example: '1,125.00 EUR',
    options: ['formula', 'indexed', 'searchable'],
  },
  {
    type: 'rollup',
    label: 'Roll-up',
    group: 'Computed',
    description: 'Counts the records that point here, or adds up one of their fields. Nobody types it.',
    example: '12',
    options: ['rollup', 'indexed'],
  },
];

const byType = new Map(FIELD_TYPES.map((info) => [info.type, info]));

/** Facts about a type; every type of the language is in the table, which a test checks. */
export function fieldTypeInfo(type: FieldType): FieldTypeInfo {
  const info = byType.get(type);
  if (info === undefined) throw new Error(`no entry for field type ${type}`);
  return info;
}

export const hasOption = (type: FieldType, option: TypeOption): boolean => fieldTypeInfo(type).options.includes(option);
export const isComputed = (type: FieldType): boolean => type === 'formula' || type === 'rollup';
export const isRelation = (type: FieldType): boolean =>
  type === 'lookup' || type === 'master_detail' || type === 'many_to_many' || type === 'polymorphic';

/** Objects a link may point to. */
export const targetsOf = ({ target, targets }: FieldDocument): readonly string[] => targets ?? (target === undefined ? [] : [target]);

/** Name of a type for people, also of the types that only system fields have. */
export const typeLabel = (type: string): string => FIELD_TYPES.find((info) => info.type === type)?.label ?? type;

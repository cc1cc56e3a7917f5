import type { FieldType } from '../../fields/field-type.js';

/** A text that nobody writes by chance, in small letters and digits, so that it stays itself in tags, options and addresses. */
export const token = (n: number): string => `zqk${n.toString(36).padStart(4, '0')}wvx`;

/** What a value is made of that is not made up: records, files and people. */
export type Given = {
  /** Number of the field. */
  readonly field: number;
  readonly target: string;
  readonly targetName: string;
  readonly upload: (name: string, isPicture: boolean) => Promise<string>;
};

type Canary = {
  /** Properties that a field of the type needs, beside its name. `n` tells the field from others. */
  readonly properties?: (n: number) => Readonly<Record<string, unknown>>;
  /** What is written; undefined where nobody writes it. */
  readonly value?: (n: number, given: Given) => unknown;
  /** Texts by which the value is found again. None where values of the type are too few to be anybody's own. */
  readonly marks?: (n: number, given: Given) => readonly string[];
  /** Texts by which the metadata of the field is found again: options, formats. */
  readonly metadata?: (field: number) => readonly string[];
};

const pad = (n: number, width: number) => String(n).padStart(width, '0');
const day = (n: number) => new Date(Date.UTC(2400, 0, 1 + n)).toISOString().slice(0, 10);
const minute = (n: number) => new Date(Date.UTC(2500, 0, 1, 0, n * 61, 17, 371)).toISOString();
const whole = (n: number) => 731_000_000_000 + n * 1_009;
const amount = (n: number) => `${String(731_000_000 + n * 1_009)}.37`;
const share = (n: number) => `${String(73_100_000 + n * 13)}.37`;
const words = { value: (n: number) => token(n), marks: (n: number) => [token(n)] };
const options = (field: number) => [`${token(field)}_a`, `${token(field)}_b`].map((value) => ({ value, label: `Label ${value}` }));
const choices = {
  properties: (field: number) => ({ options: options(field) }),
  metadata: (field: number) => options(field).map(({ value }) => value),
};
const link = {
  value: (_n: number, { target }: Given) => target,
  marks: (_n: number, { target, targetName }: Given) => [target, targetName],
};

/** One value of each type that is found again wherever it shows. A new type has to say what its values are found by. */
export const CANARIES: Readonly<Record<FieldType['name'], Canary | null>> = {
  text: words,
  long_text: { ...words, value: (n) => `First line\n${token(n)}` },
  rich_text: { ...words, value: (n) => `<p>Some <strong>${token(n)}</strong></p>` },
  integer: { value: whole, marks: (n) => [String(whole(n))] },
  decimal: { value: amount, marks: (n) => [amount(n)] },
  currency: { value: (n) => ({ amount: amount(n), currency: 'EUR' }), marks: (n) => [amount(n)] },
  percent: { value: share, marks: (n) => [share(n)] },
  score: { value: (n) => 1 + (n % 99) },
  rating: { value: (n) => 1 + (n % 5) },
  boolean: { value: () => true },
  date: { value: day, marks: (n) => [day(n)] },
  time: { value: (n) => `03:${pad(n % 60, 2)}:17` },
  datetime: { value: minute, marks: (n) => [minute(n)] },
  duration: { value: (n) => `PT${String(731_000 + n)}H37M`, marks: (n) => [`PT${String(731_000 + n)}H37M`] },
  email: { ...words, value: (n) => `${token(n)}@zq.example` },
  phone: { value: (n) => `+49 7310 ${pad(n, 5)} 371`, marks: (n) => [`+49 7310 ${pad(n, 5)} 371`] },
  url: { ...words, value: (n) => `https://${token(n)}.example/` },
  address: { ...words, value: (n) => ({ street: '1 Main Street', city: token(n) }) },
  geo_point: { value: (n) => ({ lat: `12.7${pad(n, 4)}3`, lng: '7.5' }), marks: (n) => [`12.7${pad(n, 4)}3`] },
  json: { ...words, value: (n) => ({ [token(n)]: [token(n)] }) },
  tags: { ...words, value: (n) => [token(n)] },
  picklist: { ...choices, value: (_n, { field }) => options(field)[0]?.value },
  multi_picklist: { ...choices, value: (_n, { field }) => options(field).map(({ value }) => value) },
  lookup: { ...link, properties: () => ({ target: 'canary_vault' }) },
  master_detail: null,
  user: {},
  many_to_many: { ...link, properties: () => ({ target: 'canary_vault' }), value: (_n, { target }) => [target] },
  polymorphic: {
    ...link,
    properties: () => ({ targets: ['canary_vault', 'canary_place'] }),
    value: (_n, { target }) => ({ object: 'canary_vault', id: target }),
  },
  encrypted_text: { ...words, properties: () => ({ reveal: true }) },
  file: { ...words, value: (n, { upload }) => upload(token(n), false) },
  image: { ...words, value: (n, { upload }) => upload(token(n), true) },
  autonumber: { properties: (field) => ({ format: `${token(field)}-{0000}` }), metadata: (field) => [token(field)] },
  formula: { properties: (field) => ({ formula: `title & "${token(field)}"` }), metadata: (field) => [token(field)] },
  rollup: { properties: () => ({ rollup: { relation: 'parts', function: 'count' } }) },
  // Of the system: every record has them, and whoever may read it reads them.
  id: null,
  version: null,
};

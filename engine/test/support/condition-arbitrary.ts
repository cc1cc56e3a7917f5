import fc from 'fast-check';

/** Values that tell a careless comparison from a careful one, by type of field. */
export const TEXTS = [
  ...['a', 'A', 'b', 'Z', 'z', 'ab', 'AB', 'aB%', 'a_b', 'a\\b', "O'Hara", '%', '_', ' a', '0', '10', '9', '$1', 'x"y'],
  ...[
    'ä',
    'Ä',
    'ß',
    'ẞ',
    'ss',
    'SS',
    'ı',
    'İ',
    'i',
    'I',
    'Σ',
    'ς',
    'σ',
    'é',
    'e\u0301',
    'Å',
    'Å',
    '\ue000',
    '\ufffd',
    '😀',
    '𝒳',
    'a😀',
    '中',
    'ﷺ',
  ],
];
/** What is looked for in formatted text and in addresses: over two blocks, over two parts, and what only the markup has. */
export const WORDS = ['a\na', 'a\n', ' ', 'a a', 'DE', 'z de', 'fr', '<', '<b>', '&', '&amp;', '&nbsp;', 'p>', 'strong', 'a.example', 'ä'];
/** Two parts of an address, side by side. */
export const PLACES = TEXTS.slice(0, 16).flatMap((city) => [`${city} de`, `${city} FR`]);
export const INTEGERS = [0, 1, -1, 5, 7, 42, 9007199254740991, -9007199254740991];
export const DECIMALS = [
  ...[
    '0',
    '0.1',
    '0.2',
    '0.3',
    '0.30',
    '-0.1',
    '1',
    '5',
    '7',
    '42',
    '0.0000000001',
    '-0.0000000001',
    '9007199254740993',
    '9007199254740992',
  ],
  ...['1234567890123456789.0123456789', '1234567890123456789.012345679', '2.675', '2.68', '99999'],
];
export const DAYS = [
  ...['0001-01-01', '1969-12-31', '1970-01-01', '2000-02-29', '2023-02-28', '2024-02-28', '2024-02-29', '2024-03-01', '2024-12-30'],
  ...[
    '2024-12-31',
    '2025-01-01',
    '2026-01-31',
    '2026-03-28',
    '2026-03-29',
    '2026-03-30',
    '2026-10-04',
    '2026-10-25',
    '2026-10-26',
    '9999-12-31',
  ],
];
export const HOURS = ['00:00', '00:00:01', '09:00', '09:00:00', '09:30', '12:00', '23:59', '23:59:59'];
export const DURATIONS = [
  'PT0S',
  'PT1S',
  'PT5S',
  '-PT5S',
  'PT42S',
  'PT1H',
  'PT60M',
  'P1D',
  'PT2501999792983H36M31S',
  '-PT2501999792983H36M31S',
];
export const INSTANTS = [
  ...[
    '1970-01-01T00:00:00.000Z',
    '2011-12-29T09:59:59.999Z',
    '2011-12-30T10:00:00.000Z',
    '2018-11-04T02:59:59.999Z',
    '2018-11-04T03:00:00.000Z',
  ],
  ...[
    '2024-02-29T12:34:56.789Z',
    '2026-01-31T23:30:00.000Z',
    '2026-03-28T13:30:00.000Z',
    '2026-03-29T00:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
  ],
  ...[
    '2026-04-04T14:45:00.000Z',
    '2026-04-04T15:15:00.000Z',
    '2026-10-03T15:29:59.999Z',
    '2026-10-03T15:30:00.000Z',
    '2026-10-24T22:30:00.000Z',
  ],
  ...[
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
    '2026-12-31T23:00:00.000Z',
    '2027-01-01T00:00:00.000Z',
    '2035-06-15T08:00:00.000Z',
  ],
];
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/New_York',
];
export const COLOURS = ['red', 'green', 'blue'];

const id = (kind: number, number: number): string => `00000000-0000-7000-800${String(kind)}-${String(number).padStart(12, '0')}`;
export const THING_IDS = Array.from({ length: 60 }, (_, index) => id(1, index));
export const BOX_IDS = Array.from({ length: 8 }, (_, index) => id(2, index));
export const USER_IDS = Array.from({ length: 4 }, (_, index) => id(3, index));
export const PART_IDS = Array.from({ length: 80 }, (_, index) => id(4, index));

type Json = fc.Arbitrary<unknown>;
const v = (...names: string[]): Json => fc.constantFrom(...names).map((name) => ({ var: name }));
const of = (values: readonly unknown[]): Json => fc.constantFrom(...values);

/** One of them; the first is what shrinking ends at. */
const or = (...all: Json[]): Json => fc.oneof(...all);

type World = {
  text: Json;
  decimal: Json;
  date: Json;
  time?: Json;
  datetime: Json;
  option: Json;
  options?: Json;
  words?: Json;
  structure?: Json;
  /** Values that are more than a text and have words. */
  worded?: Json;
  boolean?: Json;
  box: Json;
  boxes?: Json;
  about?: Json;
  user?: Json;
};

const OUTER: World = {
  text: v('$record.name', '$record.parent.name'),
  decimal: v('$record.size', '$record.ratio'),
  date: v('$record.day'),
  time: v('$record.hour'),
  datetime: v('$record.moment'),
  option: v('$record.colour'),
  box: v('$record.parent', '$record.id'),
  user: v('$record.owner'),
};
const THING: World = {
  text: or(
    v(
      'name',
      'note',
      'mail',
      'number',
      'home.street',
      'home.city',
      'home.country',
      'box.home.city',
      'box.parent.home.city',
      '$previous.home.city',
      'box.name',
      'owner.name',
      'box.owner.name',
      'box.parent.name',
      '$previous.name',
    ),
    OUTER.text,
  ),
  decimal: or(
    v(
      'quantity',
      'ratio',
      'price',
      'share',
      'version',
      'spent',
      'grade',
      'stars',
      'spot.lat',
      'spot.lng',
      '$previous.spot.lat',
      'box.spent',
      'box.size',
      'box.ratio',
      'box.parent.size',
      '$previous.ratio',
    ),
    OUTER.decimal,
  ),
  date: or(v('day', 'box.day', 'box.parent.day', '$previous.day'), OUTER.date),
  time: or(v('hour', 'box.hour', 'box.parent.hour', '$previous.hour'), v('$record.hour')),
  datetime: or(v('moment', 'box.moment', '$previous.moment'), OUTER.datetime),
  option: or(v('colour', 'box.colour', 'box.parent.colour', '$previous.colour'), OUTER.option),
  options: v('colours', '$previous.colours'),
  words: v('words', '$previous.words'),
  structure: v('home', 'spot', 'data', 'essay', 'box.home', 'box.parent.home', '$previous.home', '$previous.data', 'box.essay'),
  worded: or(
    v('essay', 'home', 'box.essay', 'box.home', 'box.parent.essay', 'box.parent.home', '$previous.essay', '$previous.home'),
    v('$record.essay', '$record.home'),
  ),
  boolean: v('flag', '$previous.flag'),
  box: or(v('box', 'box.id', 'box.parent', '$previous.box'), OUTER.box),
  boxes: v('boxes', '$previous.boxes'),
  about: v('about', '$previous.about'),
  user: or(v('owner', 'box.owner', 'owner.id', '$user.id'), OUTER.user ?? v('owner')),
};
const PART: World = {
  text: or(v('name', 'box.name', 'box.parent.name', 'thing.name'), OUTER.text),
  decimal: or(v('quantity', 'ratio', 'box.size', 'thing.quantity'), OUTER.decimal),
  date: v('day', 'box.day'),
  datetime: v('box.moment', 'thing.moment'),
  option: v('colour', 'box.colour'),
  box: v('box', 'box.parent'),
};

/** What stands behind links to many. */
const BOX: World = {
  text: v('name', 'parent.name', 'owner.name'),
  worded: v('essay', 'home', 'parent.essay', '$record.home'),
  decimal: v('size', 'ratio', 'parent.size', '$record.size'),
  date: v('day', 'parent.day'),
  datetime: v('moment', 'parent.moment'),
  option: v('colour', 'parent.colour'),
  box: v('id', 'parent', '$record.parent'),
};

const START = of(['day', 'week', 'month', 'quarter', 'year']);
const AMOUNT = fc.integer({ min: -40, max: 40 });

function moments(world: World): { date: Json; datetime: Json } {
  return fc.letrec<{ date: unknown; datetime: unknown }>((tie) => ({
    date: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'moment' },
      world.date,
      of([{ today: [] }]),
      fc.tuple(tie('date'), START).map((args) => ({ start_of: args })),
      fc.tuple(tie('date'), AMOUNT, of(['day', 'week', 'month', 'year'])).map((args) => ({ add: args })),
    ),
    datetime: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'moment' },
      world.datetime,
      of([{ now: [] }]),
      fc.tuple(tie('datetime'), START).map((args) => ({ start_of: args })),
      fc.tuple(tie('datetime'), AMOUNT, of(['minute', 'hour', 'day', 'week', 'month', 'year'])).map((args) => ({ add: args })),
    ),
  }));
}

/** Conditions over the fields of one object: every operator that has a meaning for each type. */
function leaves(world: World): Json {
  const { date, datetime } = moments(world);
  const equal = of(['==', '!=']);
  const order = of(['<', '<=', '>', '>=', '==', '!=']);
  const compare = (op: Json, left: Json, right: Json): Json =>
    fc.tuple(op, left, right).map(([name, a, b]) => ({ [String(name)]: [a, b] }));
  const between = (field: Json, bound: Json): Json => fc.tuple(field, bound, bound).map((args) => ({ between: args }));
  const inside = (field: Json, values: readonly unknown[]): Json =>
    fc.tuple(field, fc.array(of(values), { maxLength: 4 })).map((args) => ({ in: args }));
  const either = (field: Json, values: readonly unknown[]): Json => or(of(values), field);
  const day = or(date, of(DAYS));
  return or(
    compare(order, world.text, either(world.text, TEXTS)),
    compare(of(['contains', 'starts_with', 'ends_with']), world.text, either(world.text, TEXTS)),
    between(world.text, either(world.text, TEXTS)),
    inside(world.text, TEXTS),
    compare(order, world.decimal, either(world.decimal, [...DECIMALS, ...INTEGERS, ...DURATIONS])),
    between(world.decimal, either(world.decimal, DECIMALS)),
    inside(world.decimal, DECIMALS),
    compare(order, date, day),
    between(date, day),
    inside(world.date, DAYS),
    compare(order, datetime, or(datetime, of(INSTANTS))),
    compare(of(['<', '<=', '>', '>=']), datetime, day),
    compare(
      of(['<', '<=', '>', '>=']),
      day.filter((json) => typeof json === 'object'),
      datetime,
    ),
    between(datetime, or(datetime, of(INSTANTS), day)),
    inside(world.datetime, INSTANTS),
    compare(equal, world.option, either(world.option, COLOURS)),
    inside(world.option, COLOURS),
    compare(equal, world.box, either(world.box, BOX_IDS)),
    inside(world.box, BOX_IDS),
    or(world.text, world.decimal, date, datetime, world.option, world.box).map((field) => ({ is_empty: [field] })),
    compare(equal, or(world.text, world.decimal, world.date, world.box), fc.constant(null)),
    ...(world.time === undefined
      ? []
      : [
          compare(order, world.time, either(world.time, HOURS)),
          between(world.time, either(world.time, HOURS)),
          inside(world.time, HOURS),
          or(world.time).map((field) => ({ is_empty: [field] })),
        ]),
    ...(world.options === undefined
      ? []
      : [
          fc.tuple(world.options, either(world.option, COLOURS)).map((args) => ({ contains: args })),
          fc.tuple(either(world.option, COLOURS), world.options).map((args) => ({ in: args })),
          world.options.map((field) => ({ is_empty: field })),
        ]),
    ...(world.words === undefined
      ? []
      : [
          fc.tuple(world.words, of(['red', 'RED ', 'green', 'Ä', ' x  y', 'x'])).map((args) => ({ contains: args })),
          fc.tuple(of(['Red', 'ä', 'blue']), world.words).map((args) => ({ in: args })),
          world.words.map((field) => ({ is_empty: field })),
        ]),
    ...(world.structure === undefined
      ? []
      : [world.structure.map((field) => ({ is_empty: [field] })), compare(equal, world.structure, fc.constant(null))]),
    ...(world.worded === undefined
      ? []
      : [
          compare(of(['contains', 'starts_with', 'ends_with']), world.worded, either(world.text, [...TEXTS, ...WORDS, ...PLACES])),
          world.worded.map((field) => ({ is_empty: [field] })),
        ]),
    ...(world.boxes === undefined
      ? []
      : [
          fc.tuple(world.boxes, either(world.box, BOX_IDS)).map((args) => ({ contains: args })),
          fc.tuple(either(world.box, BOX_IDS), world.boxes).map((args) => ({ in: args })),
          world.boxes.map((field) => ({ is_empty: field })),
        ]),
    ...(world.about === undefined
      ? []
      : [
          fc.tuple(world.about, of(['box', 'part', ['box', 'part']])).map((args) => ({ is_a: args })),
          compare(equal, world.about, either(world.box, [...BOX_IDS, ...PART_IDS.slice(0, 3)])),
          inside(world.about, [...BOX_IDS, ...PART_IDS.slice(0, 3)]),
          world.about.map((field) => ({ is_empty: field })),
        ]),
    ...(world.boolean === undefined ? [] : [world.boolean, compare(equal, world.boolean, either(world.boolean, [true, false]))]),
    ...(world.user === undefined ? [] : [compare(equal, world.user, either(world.user, USER_IDS)), inside(world.user, USER_IDS)]),
  );
}

/**
 * Values over the parts of a thing, now and then only of those that meet a condition, beside what they may be compared with: small counts,
 * decimals that floats would blur, days, and fields of the thing itself.
 */
function aggregates(part: Json): Json {
  const where = fc.option(part, { freq: 2, nil: undefined });
  const args = (field: Json): fc.Arbitrary<unknown[]> =>
    fc.tuple(field, where).map(([name, json]) => (json === undefined ? ['parts', name] : ['parts', name, json]));
  const over = (names: readonly string[], field: Json): Json =>
    fc.tuple(of(names), args(field)).map(([name, list]) => ({ [String(name)]: list }));
  const count = or(
    fc.constant({ count: 'parts' }),
    where.map((json) => ({ count: json === undefined ? ['parts'] : ['parts', json] })),
  );
  const number = or(count, over(['sum', 'min', 'max', 'avg'], of(['quantity', 'ratio', 'box.size', 'box.ratio', { var: 'thing.ratio' }])));
  const date = over(['min', 'max'], of(['day', 'box.day']));
  const moment = over(['min', 'max'], of(['box.moment', 'thing.moment']));
  const order = of(['<', '<=', '>', '>=', '==', '!=']);
  const compare = (left: Json, right: Json): Json => fc.tuple(order, left, right).map(([op, a, b]) => ({ [String(op)]: [a, b] }));
  const someNumber = or(of([0, 1, 2, 3, ...DECIMALS]), THING.decimal, number);
  return or(
    compare(number, someNumber),
    compare(someNumber, number),
    fc.tuple(number, someNumber, someNumber).map((list) => ({ between: list })),
    fc.tuple(number, fc.array(of([0, 1, 2, ...DECIMALS]), { maxLength: 4 })).map((list) => ({ in: list })),
    compare(date, or(of(DAYS), THING.date, date)),
    compare(moment, or(of(INSTANTS), THING.datetime, moment)),
    fc.tuple(of(['<', '<=', '>', '>=']), moment, of(DAYS)).map(([op, a, b]) => ({ [String(op)]: [a, b] })),
    fc.tuple(date, AMOUNT, of(['day', 'month'])).chain((list) => compare(fc.constant({ add: list }), THING.date)),
    or(number, date, moment).map((value) => ({ is_empty: [value] })),
  );
}

const CHANGED = of([
  'name',
  'ratio',
  'price',
  'day',
  'colour',
  'colours',
  'box',
  'flag',
  'moment',
  'number',
  'hour',
  'spent',
  'home',
  'spot',
  'data',
  'words',
  'essay',
]).map((field) => ({
  changed: field,
}));

/** A condition of the object "thing", as JSON. */
export const condition: Json = fc.letrec<{ condition: unknown; part: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'condition' },
    { weight: 12, arbitrary: leaves(THING) },
    { weight: 1, arbitrary: CHANGED },
    { weight: 2, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((args) => ({ and: args })) },
    { weight: 2, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((args) => ({ or: args })) },
    { weight: 2, arbitrary: tie('condition').map((arg) => ({ '!': arg })) },
    // Truth values compared with each other: the place where a null that was not closed would show.
    {
      weight: 1,
      arbitrary: fc.tuple(of(['==', '!=']), tie('condition'), tie('condition')).map(([op, a, b]) => ({ [String(op)]: [a, b] })),
    },
    { weight: 3, arbitrary: aggregates(tie('part')) },
    { weight: 2, arbitrary: fc.tuple(of(['any', 'all', 'none']), tie('part')).map(([op, part]) => ({ [String(op)]: ['parts', part] })) },
    { weight: 2, arbitrary: fc.tuple(of(['any', 'all', 'none']), leaves(BOX)).map(([op, box]) => ({ [String(op)]: ['boxes', box] })) },
    { weight: 1, arbitrary: fc.tuple(leaves(BOX), of([0, 1, 2])).map(([box, count]) => ({ '>': [{ count: ['boxes', box] }, count] })) },
  ),
  part: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    { weight: 6, arbitrary: leaves(PART) },
    { weight: 1, arbitrary: fc.array(tie('part'), { minLength: 1, maxLength: 2 }).map((args) => ({ or: args })) },
    { weight: 1, arbitrary: tie('part').map((arg) => ({ '!': arg })) },
  ),
})).condition;

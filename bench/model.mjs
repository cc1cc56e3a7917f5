// npm run bench:model: what it costs to load a model and to merge two changes of one, without database or network.
//
//   npm run bench:model
//
// The floor of loading is reading the same JSON and checking each document against its schema with ajv; that of merging is reading the same
// three texts and comparing them value by value. Both take turns; ratios are medians over the rounds.
import { createRequire } from 'node:module';
import { compileModel } from '../engine/dist/model/compile-model.js';
import { mergePacks } from '../engine/dist/planner/merge-packs.js';
import { desiredSchema } from '../engine/dist/planner/desired-schema.js';
import { planChange } from '../engine/dist/planner/plan.js';
import { NO_FACTS } from '../engine/dist/planner/facts.js';

const ROUNDS = 9;
const load = createRequire(new URL('../engine/package.json', import.meta.url));
const { Ajv2020 } = load('ajv/dist/2020.js');

const TYPES = ['text', 'long_text', 'integer', 'decimal', 'currency', 'date', 'datetime', 'boolean', 'email', 'picklist'];
const options = ['small', 'large', 'huge'].map((value) => ({ value, label: value }));

function field(object, index, of) {
  const base = {
    kind: 'field',
    id: `fld_${object}_f${index}`,
    object: `thing_${object}`,
    name: `f${index}`,
    label: `Field ${index}`,
    help: 'What it is for.',
  };
  if (index === 0) return { ...base, name: 'title', type: 'text', required: true };
  if (index === 1)
    return { ...base, type: 'lookup', target: `thing_${(object + 1) % of}`, inverse: { name: `back_${object}`, label: 'Back' } };
  if (index === 2) return { ...base, type: 'formula', formula: 'f4 * 2 + f4', returns: 'decimal' };
  const type = TYPES[index % TYPES.length];
  return { ...base, type, ...(type === 'picklist' ? { options } : {}) };
}

/** Objects with fields, a layout, a view and a rule each, as the documents of one pack. */
function documents(objects, fields) {
  const made = [{ kind: 'pack', name: 'bench', label: 'Bench', version: '1.0.0' }];
  for (let n = 0; n < objects; n += 1) {
    const name = `thing_${n}`;
    const names = Array.from({ length: fields }, (_, index) => (index === 0 ? 'title' : `f${index}`));
    made.push({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'title' });
    for (let index = 0; index < fields; index += 1) made.push(field(n, index, objects));
    made.push({
      kind: 'layout',
      id: `lay_${name}`,
      object: name,
      name: 'main',
      label: 'Main',
      sections: [{ id: 'main', label: 'Main', fields: names.map((each) => ({ field: each })) }],
    });
    made.push({
      kind: 'view',
      id: `viw_${name}`,
      object: name,
      name: 'all',
      label: 'All',
      type: 'list',
      columns: names.slice(0, 8).map((each) => ({ field: each })),
    });
    made.push({
      kind: 'validation',
      id: `val_${name}`,
      object: name,
      name: 'r',
      label: 'Rule',
      errorWhen: { and: [{ '>': [{ var: 'f4' }, 100] }, { is_empty: { var: 'title' } }] },
      message: 'No.',
    });
  }
  return made.map((document) => ({ origin: 'bench', document }));
}

function floorOfLoading(text) {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addSchema(load('@fieldstone/metadata/schema/condition.schema.json'));
  const kinds = new Map();
  const validate = (kind) => {
    if (!kinds.has(kind)) kinds.set(kind, ajv.compile(load(`@fieldstone/metadata/schema/${kind}.schema.json`)));
    return kinds.get(kind);
  };
  for (const { document } of JSON.parse(text)) validate(document.kind);
  return () => {
    for (const { document } of JSON.parse(text)) if (!validate(document.kind)(document)) throw new Error(`${document.id} is not valid`);
  };
}

/** Equal or not, value by value, whatever the order of properties. */
function same(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return left.length === right.length && left.every((key) => same(a[key], b[key]));
}

/** Every tenth document differs on one side, every eleventh on the other: labels, options, columns. */
function changed(sources, every, label) {
  return sources.map((source, index) => {
    if (index % every !== 0 || index === 0) return source;
    const { document } = source;
    const more =
      document.kind === 'field' && document.options ? { options: [...document.options, { value: label, label }] } : { help: label };
    return document.kind === 'field' ? { ...source, document: { ...document, ...more } } : { ...source, document: { ...document, label } };
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const time = (work) => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

function compare(what, ours, floor) {
  const rounds = Array.from({ length: ROUNDS }, (_, n) => {
    const pair = n % 2 === 0 ? [time(ours), time(floor)] : [time(floor), time(ours)].toReversed();
    return { ours: pair[0], floor: pair[1] };
  }).slice(2);
  const [mine, least] = [median(rounds.map((round) => round.ours)), median(rounds.map((round) => round.floor))];
  const ratio = median(rounds.map((round) => round.ours / round.floor));
  console.log(`${what}: ${ratio.toFixed(1)} × the floor (${mine.toFixed(0)} / ${least.toFixed(0)} ms)`);
}

const large = documents(200, 30);
const largeText = JSON.stringify(large);
const size = (text) => `${(text.length / 1024).toFixed(0)} KB`;
compare(
  `loading 200 objects × 30 fields (${large.length} documents, ${size(largeText)})`,
  () => {
    const compiled = compileModel(JSON.parse(largeText));
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues.slice(0, 5)));
  },
  floorOfLoading(largeText),
);

const { model } = compileModel(large);
const planned = {
  space: 1,
  fromRevision: 0,
  from: null,
  to: model,
  bindings: [],
  roles: { app: 'a', bi: 'b' },
  place: { timeZone: 'UTC', currency: 'EUR' },
};
let number = 0;
const numbers = new Map();
const numberFor = (id) => {
  if (!numbers.has(id)) numbers.set(id, (number += 1));
  return numbers.get(id);
};
const first = planChange({ ...planned, numberFor }, NO_FACTS);
compare(
  'planning one new field in it',
  () => {
    const to = compileModelWith(large);
    const plan = planChange({ ...planned, numberFor, fromRevision: 1, from: model, to, bindings: first.bindings }, NO_FACTS);
    if (plan.statements.length === 0) throw new Error('nothing is planned');
  },
  () => {
    compileModelWith(large);
    desiredSchema(1, model, first.bindings);
    desiredSchema(1, model, first.bindings);
  },
);
function compileModelWith(sources) {
  const extra = { kind: 'field', id: 'fld_new', object: 'thing_7', name: 'new', label: 'New', type: 'text' };
  return compileModel([...sources, { origin: 'bench', document: extra }]).model;
}

const base = documents(30, 30);
const sides = [base, changed(base, 10, 'theirs'), changed(base, 11, 'mine')].map((side) => JSON.stringify(side));
compare(
  `three-way merge of a model of ${size(sides[0])}`,
  () => {
    const [was, theirs, mine] = sides.map((text) => JSON.parse(text));
    const { conflicts } = mergePacks({ base: was, theirs, mine });
    if (conflicts.length > 0) throw new Error(JSON.stringify(conflicts[0]));
  },
  () => {
    const [was, theirs, mine] = sides.map((text) => JSON.parse(text));
    for (const [index, each] of was.entries()) {
      same(each, theirs[index]);
      same(each, mine[index]);
      same(theirs[index], mine[index]);
    }
  },
);

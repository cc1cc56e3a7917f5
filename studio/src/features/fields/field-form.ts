import { durationSeconds, durationText, spokenDuration, typedDuration } from '@fieldstone/metadata/language/durations.js';
import { CHOICE } from '@fieldstone/metadata/language/formula-field.js';
import { timeOf } from '@fieldstone/metadata/language/literals.js';
import type { ConditionJson, FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo, hasOption, isComputed, isRelation, type FieldType, type ValueInput } from '../../draft/field-types.js';
import { newId } from '../../draft/names.js';
import { withoutUndefined } from '../../draft/without-undefined.js';

export type FieldOption = NonNullable<FieldDocument['options']>[number];

/** What the field form holds while it is filled in: text as typed. */
export type FieldForm = {
  type: FieldType;
  label: string;
  name: string;
  help: string;
  required: boolean;
  unique: boolean;
  indexed: boolean;
  searchable: boolean;
  /** Of a link: its records stand in the timeline of what it leads to. */
  timeline: boolean;
  maxLength: string;
  precision: string;
  scale: string;
  min: string;
  max: string;
  options: FieldOption[];
  dependsOn: FieldDocument['dependsOn'] | undefined;
  target: string;
  showLast4: boolean;
  reveal: boolean;
  /** Objects of a link to any of several. */
  targets: string[];
  onDelete: 'clear' | 'restrict';
  inverseLabel: string;
  inverseName: string;
  format: string;
  start: string;
  fallback: string;
  formula: string;
  /** Type of a formula's result; '' when it follows from the formula. */
  returns: string;
  currencyOf: string;
  relation: string;
  rollupFunction: RollupFunction;
  rollupField: string;
  rollupWhere: ConditionJson | undefined;
  materialized: boolean;
};

export type RollupFunction = NonNullable<FieldDocument['rollup']>['function'];

export function emptyForm(type: FieldType): FieldForm {
  return {
    type,
    label: '',
    name: '',
    help: '',
    required: false,
    unique: false,
    indexed: false,
    searchable: false,
    timeline: false,
    maxLength: '',
    precision: '',
    scale: '',
    min: '',
    max: '',
    options: [],
    dependsOn: undefined,
    target: '',
    showLast4: false,
    reveal: false,
    targets: [],
    onDelete: 'clear',
    inverseLabel: '',
    inverseName: '',
    format: '{0000}',
    start: '',
    fallback: '',
    formula: '',
    returns: '',
    currencyOf: '',
    relation: '',
    rollupFunction: 'count',
    rollupField: '',
    rollupWhere: undefined,
    materialized: false,
  };
}

const inputOf = (type: FieldType): ValueInput => fieldTypeInfo(type).input;

const text = (value: number | undefined) => (value === undefined ? '' : String(value));

/** Bounds of a duration are seconds in the document and are typed as durations. */
const boundText = (type: FieldType, bound = '') => (inputOf(type) === 'duration' && bound !== '' ? spokenDuration(Number(bound)) : bound);

const secondsOf = (typed: string): number | undefined => durationSeconds(typed) ?? typedDuration(typed);

/** A bound as the document holds it; undefined where what was typed is none. */
function boundOf(type: FieldType, typed: string): string | undefined {
  if (inputOf(type) === 'duration') return secondsOf(typed)?.toString();
  return DECIMAL.test(typed) ? typed : undefined;
}

export function formOf(field: FieldDocument): FieldForm {
  return {
    type: field.type,
    label: field.label,
    name: field.name,
    help: field.help ?? '',
    required: field.required ?? false,
    unique: field.unique ?? false,
    indexed: field.indexed ?? false,
    searchable: field.searchable ?? false,
    timeline: field.timeline ?? false,
    maxLength: text(field.maxLength),
    precision: text(field.precision),
    scale: text(field.scale),
    min: boundText(field.type, field.min),
    max: boundText(field.type, field.max),
    options: field.options ?? [],
    dependsOn: field.dependsOn,
    target: field.target ?? '',
    showLast4: field.showLast4 ?? false,
    reveal: field.reveal ?? false,
    targets: field.targets ?? [],
    onDelete: field.onDelete ?? 'clear',
    inverseLabel: field.inverse?.label ?? '',
    inverseName: field.inverse?.name ?? '',
    format: field.format ?? '{0000}',
    start: text(field.start),
    fallback: defaultText(field),
    formula: field.formula ?? '',
    returns: field.returns ?? '',
    currencyOf: field.currencyOf ?? '',
    relation: field.rollup?.relation ?? '',
    rollupFunction: field.rollup?.function ?? 'count',
    rollupField: field.rollup?.field ?? '',
    rollupWhere: field.rollup?.where,
    materialized: field.materialized ?? false,
  };
}

/** Defaults that are not plain values (an expression, a lookup by condition) are shown as JSON and read back from it. */
function defaultText(field: FieldDocument): string {
  const value = field.default as unknown;
  if (value === undefined) return '';
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : JSON.stringify(value);
}

/** Whether the form asks for options: those of a choice, or of a formula that gives one. */
export const hasChoices = ({ type, returns }: FieldForm): boolean =>
  hasOption(type, 'options') || (hasOption(type, 'formula') && returns === CHOICE);

export type FormProblems = Partial<Record<keyof FieldForm, string>>;

const DECIMAL = /^-?\d+(\.\d+)?$/;

export function problemsOf(form: FieldForm): FormProblems {
  const problems: FormProblems = {};
  const has = (option: Parameters<typeof hasOption>[1]) => hasOption(form.type, option);
  if (form.label.trim() === '') problems.label = 'Give the field a name for people.';
  const whole = (key: 'maxLength' | 'precision' | 'scale' | 'start', low: number, high: number) => {
    const value = form[key];
    if (value !== '' && !(/^\d+$/.test(value) && Number(value) >= low && Number(value) <= high))
      problems[key] = `Enter a whole number from ${low} to ${high}.`;
  };
  if (has('maxLength')) whole('maxLength', 1, 100_000);
  if (has('precision')) whole('precision', 1, 38);
  if (has('scale')) whole('scale', 0, 18);
  if (isComputed(form.type)) whole('scale', 0, 10);
  if (has('format')) whole('start', 0, 1_000_000_000);
  if (has('range')) {
    const wrong = inputOf(form.type) === 'duration' ? 'Write a duration such as 1h 30m.' : 'Enter a number.';
    for (const key of ['min', 'max'] as const) if (form[key] !== '' && boundOf(form.type, form[key]) === undefined) problems[key] = wrong;
    if (
      problems.min === undefined &&
      problems.max === undefined &&
      form.min !== '' &&
      form.max !== '' &&
      Number(boundOf(form.type, form.min)) > Number(boundOf(form.type, form.max))
    )
      problems.max = 'This is less than the smallest value.';
  }
  if (has('stars') && form.max !== '' && !/^([2-9]|10)$/.test(form.max)) problems.max = 'Enter a whole number from 2 to 10.';
  if (has('format') && !/^[^{}]{0,20}\{0{1,12}\}[^{}]{0,20}$/.test(form.format))
    problems.format = 'Write zeros in braces where the number stands, such as INV-{0000}.';
  if (has('target') && form.target === '') problems.target = 'Choose the object it points to.';
  if (has('targets') && form.targets.length === 0) problems.targets = 'Choose at least one object.';
  if (hasChoices(form)) {
    const values = form.options.map((option) => option.value);
    if (form.options.length === 0) problems.options = 'Add at least one choice.';
    else if (form.options.some((option) => option.label.trim() === '')) problems.options = 'Every choice needs a label.';
    else if (new Set(values).size !== values.length) problems.options = 'Two choices have the same code.';
    else if (values.some((value) => !/^[a-z0-9][a-z0-9_]{0,60}$/.test(value))) problems.options = 'Codes use small letters, digits and _.';
  }
  const fallback = readDefault(form);
  if (fallback.problem !== undefined) problems.fallback = fallback.problem;
  return problems;
}

/** The default as the document holds it: a literal of the field's type, or the JSON of an expression. */
function readDefault(form: FieldForm): { value?: unknown; problem?: string } {
  const typed = form.fallback.trim();
  if (typed === '' || !hasOption(form.type, 'default')) return {};
  if (typed.startsWith('{')) {
    try {
      return { value: JSON.parse(typed) as unknown };
    } catch {
      return { problem: 'This is not readable JSON.' };
    }
  }
  switch (inputOf(form.type)) {
    case 'whole':
      return /^-?\d+$/.test(typed) ? { value: Number(typed) } : { problem: 'Enter a whole number.' };
    case 'time':
      return timeOf(typed) === undefined ? { problem: 'Write HH:MM.' } : { value: typed };
    case 'duration': {
      const seconds = secondsOf(typed);
      return seconds === undefined ? { problem: 'Write a duration such as 1h 30m.' } : { value: durationText(seconds) };
    }
    case 'number':
      return DECIMAL.test(typed) ? { value: typed } : { problem: 'Enter a number.' };
    case 'money':
      return { problem: 'Write {"amount":"10.00","currency":"EUR"}.' };
    case 'yes_no':
      return { value: typed === 'true' };
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(typed) ? { value: typed } : { problem: 'Write YYYY-MM-DD.' };
    default:
      return { value: typed };
  }
}

const rollupOf = (form: FieldForm): NonNullable<FieldDocument['rollup']> =>
  withoutUndefined<NonNullable<FieldDocument['rollup']>>({
    relation: form.relation,
    function: form.rollupFunction,
    field: form.rollupFunction === 'count' || form.rollupField === '' ? undefined : form.rollupField,
    where: form.rollupWhere,
  });

const numberOrNothing = (value: string) => (value === '' ? undefined : Number(value));

/** What a picklist depends on, without choices it no longer has. */
function dependsOnOf({ type, dependsOn, options }: FieldForm): FieldDocument['dependsOn'] {
  if (!hasOption(type, 'dependsOn') || dependsOn === undefined) return undefined;
  const known = options.map(({ value }) => value);
  const values = Object.entries(dependsOn.values).map(([code, list]): [string, string[]] => [
    code,
    known.filter((each) => list.includes(each)),
  ]);
  return { field: dependsOn.field, values: Object.fromEntries(values) };
}

/** The document the form describes. `former` keeps what the form does not show, such as the condition of a lookup. */
export function documentOf(form: FieldForm, object: string, former?: FieldDocument): FieldDocument {
  const has = (option: Parameters<typeof hasOption>[1]) => hasOption(form.type, option);
  const relation = isRelation(form.type);
  return withoutUndefined<FieldDocument>({
    ...(former ?? { kind: 'field', id: newId('field'), object }),
    name: former?.name ?? form.name,
    label: form.label.trim(),
    type: form.type,
    help: form.help.trim() === '' ? undefined : form.help.trim(),
    required: has('required') && form.required ? true : undefined,
    unique: has('unique') && form.unique ? true : undefined,
    indexed: has('indexed') && form.indexed ? true : undefined,
    searchable: has('searchable') && form.searchable ? true : undefined,
    timeline: (has('target') || has('targets')) && form.timeline ? true : undefined,
    maxLength: has('maxLength') ? numberOrNothing(form.maxLength) : undefined,
    precision: has('precision') ? numberOrNothing(form.precision) : undefined,
    scale: has('scale') || isComputed(form.type) ? numberOrNothing(form.scale) : undefined,
    min: has('range') ? boundOf(form.type, form.min) : undefined,
    max: has('range') || has('stars') ? boundOf(form.type, form.max) : undefined,
    options: hasChoices(form) ? form.options : undefined,
    showLast4: has('secret') && form.showLast4 ? true : undefined,
    reveal: has('secret') && form.reveal ? true : undefined,
    target: has('target') ? form.target : undefined,
    targets: has('targets') ? form.targets : undefined,
    dependsOn: dependsOnOf(form),
    onDelete: has('onDelete') && form.onDelete === 'restrict' ? 'restrict' : undefined,
    inverse:
      relation && form.inverseName !== '' ? { name: form.inverseName, label: form.inverseLabel.trim() || form.inverseName } : undefined,
    format: has('format') ? form.format : undefined,
    start: has('format') ? numberOrNothing(form.start) : undefined,
    formula: has('formula') ? form.formula.trim() : undefined,
    returns: has('formula') && form.returns !== '' ? (form.returns as NonNullable<FieldDocument['returns']>) : undefined,
    currencyOf: has('formula') && form.returns === 'currency' && form.currencyOf !== '' ? form.currencyOf : undefined,
    rollup: has('rollup') ? rollupOf(form) : undefined,
    materialized: has('rollup') && form.materialized ? true : undefined,
    default: readDefault(form).value as FieldDocument['default'] | undefined,
  });
}

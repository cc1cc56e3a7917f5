import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { isComputed, resultType } from '../fields/registry.js';
import type { FieldModel, FormulaModel, RollupModel } from '../model/types.js';

/** What the translation of the whole expression lends to that of one computed field. */
export type ComputedTools = {
  /** An expression about the record under an alias: its value, or for a condition its predicate. */
  value(alias: string, expression: Expression): string;
  predicate(alias: string, expression: Expression): string;
  /** The field at the end of a path, as SQL that `leaf` makes of it and its alias. */
  follow(alias: string, path: readonly PathStep[], leaf: (alias: string, field: FieldModel) => string): string;
  /** Plain columns of a field, quoted, with their alias. */
  columns(alias: string, field: FieldModel): readonly string[];
  /** A field of the model, by its object and name. */
  field(step: PathStep): FieldModel;
  nextAlias(): string;
  /** Whether the record of an alias points by a field to the record of an object whose id is given. */
  pointsTo(alias: string, by: FieldModel, object: string, id: string): string;
  /** `from` and constant predicates of live records of an object. */
  live(object: string, alias: string): { readonly from: string; readonly where: string };
  /** What must hold of a record for its field to be read; undefined when nothing must. */
  mask(field: FieldModel, alias: string): string | undefined;
  /** Whether the caller may see every record and value that a roll-up is made of: then its column is the caller's too. */
  readsWhole(field: FieldModel): boolean;
};

/** The value of a field, computed or not. */
export function fieldValue(field: FieldModel, alias: string, tools: ComputedTools): string {
  const { computed } = field;
  if (computed === undefined) return tools.columns(alias, field)[0] ?? 'null';
  if (computed.kind === 'formula') return formulaValue(computed, alias, tools);
  if (isColumn(field, computed, tools)) return tools.columns(alias, field)[0] ?? 'null';
  return related(field, computed, alias, tools, ({ value }) => value);
}

/** The ISO code that goes with a value in money. */
export function fieldCode(field: FieldModel, alias: string, tools: ComputedTools): string {
  const { computed } = field;
  if (computed?.kind === 'formula') return oneOf(computed, alias, tools);
  if (computed === undefined || isColumn(field, computed, tools)) return tools.columns(alias, field)[1] ?? 'null';
  return related(field, computed, alias, tools, ({ code }) => code);
}

/** The JSON value of a computed field in the API. What stands in it more than once is computed once. */
export function computedJson(field: FieldModel, alias: string, tools: ComputedTools): string {
  const type = resultType(field);
  const { computed } = field;
  if (type.name !== 'currency') return type.jsonSql([fieldValue(field, alias, tools)], field.options);
  const shown = tools.nextAlias();
  const json = type.jsonSql([`${shown}.v`, `${shown}.c`], field.options);
  if (computed?.kind === 'rollup' && !isColumn(field, computed, tools)) {
    return `(select ${json} from ${related(field, computed, alias, tools, ({ value, code }) => `${value} as v, ${code} as c`)} ${shown})`;
  }
  return `(select ${json} from (select ${fieldValue(field, alias, tools)} as v, ${fieldCode(field, alias, tools)} as c offset 0) ${shown})`;
}

const isColumn = (field: FieldModel, computed: RollupModel | FormulaModel, tools: ComputedTools): boolean =>
  computed.kind === 'rollup' && computed.isStored && tools.readsWhole(field);

const codesOf = ({ money }: FormulaModel, alias: string, tools: ComputedTools): string =>
  money.map((path) => tools.follow(alias, path, (at, field) => fieldCode(field, at, tools))).join(', ');

const oneOf = (formula: FormulaModel, alias: string, tools: ComputedTools): string => `least(${codesOf(formula, alias, tools)})`;

/** Amounts in several currencies are no value together: adding them up would make a number of nothing. */
function formulaValue(formula: FormulaModel, alias: string, tools: ComputedTools): string {
  const value = tools.value(alias, formula.expression);
  const codes = codesOf(formula, alias, tools);
  if (formula.returns === 'currency') {
    const isOne = formula.money.length === 1 ? `${codes} is not null` : `least(${codes}) = greatest(${codes})`;
    return `(case when ${isOne} then ${value} end)`;
  }
  if (formula.money.length < 2) return value;
  return `(case when (least(${codes}) <> greatest(${codes})) is not true then ${value} end)`;
}

type Measured = { readonly value: string; readonly code: string };

/** The records behind a roll-up, as one sub-select: `list` says which of the results it gives. */
function related(
  field: FieldModel,
  rollup: RollupModel,
  alias: string,
  tools: ComputedTools,
  list: (measured: Measured) => string,
): string {
  const child = tools.nextAlias();
  const { from, where } = tools.live(rollup.from, child);
  const by = tools.field({ object: rollup.from, field: rollup.by });
  const parent = tools.columns(alias, tools.field({ object: field.object, field: 'id' }))[0] ?? 'null';
  const of = rollup.of && tools.field(rollup.of);
  const conditions = [where, tools.pointsTo(child, by, field.object, parent)];
  for (const source of sourcesOf(rollup, tools)) {
    const mask = tools.mask(source, child);
    if (mask !== undefined) conditions.push(mask);
  }
  if (rollup.where !== undefined) conditions.push(`(${tools.predicate(child, rollup.where)})`);
  return `(select ${list(aggregate(rollup, of, child, tools))} from ${from} where ${conditions.join(' and ')})`;
}

/** Fields of the related record itself that a roll-up reads. */
function sourcesOf(rollup: RollupModel, tools: ComputedTools): FieldModel[] {
  const steps = new Map<string, PathStep>([[rollup.by, { object: rollup.from, field: rollup.by }]]);
  if (rollup.of) steps.set(rollup.of.field, rollup.of);
  const visit = (node: Expression): void => {
    const [first] = node.kind === 'field' ? node.path : [];
    if (first !== undefined) steps.set(first.field, first);
    if (node.kind === 'call') node.args.forEach(visit);
  };
  if (rollup.where) visit(rollup.where);
  return [...steps.values()].map((step) => tools.field(step));
}

function aggregate(rollup: RollupModel, of: FieldModel | undefined, child: string, tools: ComputedTools): Measured {
  if (of === undefined) return { value: 'count(*)', code: 'null' };
  const value = fieldValue(of, child, tools);
  const { name, valueType } = resultType(of);
  const made = `${rollup.function}(${value})`;
  const rounded = valueType === 'decimal' ? `round(${made}, ${String(rollup.scale)})` : made;
  if (name !== 'currency') return { value: rounded, code: 'null' };
  const code = isComputed(of) ? fieldCode(of, child, tools) : (tools.columns(child, of)[1] ?? 'null');
  return { value: `case when min(${code}) = max(${code}) then ${rounded} end`, code: `min(${code})` };
}

import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { fieldsRead, referencesOf } from '@fieldstone/metadata/language/references.js';
import type { FieldModel, FormulaModel, Model, RollupModel, RowRule } from '../model/types.js';
import { intersection, NONE, union } from './row-rules.js';

/** What may be read of an object: a part of its ObjectAccess. */
type Granted = (object: string) => {
  readonly read: RowRule;
  readonly fields: ReadonlyMap<string, { readonly read: RowRule }>;
};

/**
 * Which rows of a computed field may be read: those on which all it is made of may be read.
 *
 * Shape:  a source that may never be read, or a record that may never be read on the way to it, makes the field one that does not exist. A source that
 *         may be read on some rows makes it empty on the others. A link to a single record that may not be read counts as empty, and a roll-up
 *         counts the records that may be read: that is done where they are read, see store/computed-to-sql.ts.
 */
export function computedRead(model: Model, granted: Granted, field: FieldModel): RowRule {
  const own = granted(field.object).fields.get(field.name)?.read ?? NONE;
  if (field.computed === undefined || own.kind === 'none') return own;
  return field.computed.kind === 'formula'
    ? formulaRead(model, granted, field.computed, own)
    : rollupRead(model, granted, field.computed, own);
}

const readAt = (model: Model, granted: Granted, { object, field }: PathStep): RowRule => {
  const found = model.objects.get(object)?.fields.get(field);
  return found === undefined || granted(object).read.kind === 'none' ? NONE : computedRead(model, granted, found);
};

/** Which rows of a formula may be read, of those on which `own` holds. */
export function formulaRead(model: Model, granted: Granted, { expression, money }: FormulaModel, own: RowRule): RowRule {
  let rule = own;
  for (const path of [...fieldsRead(expression), ...money]) {
    for (const [index, step] of path.entries()) {
      const there = readAt(model, granted, step);
      rule = intersection(rule, index === 0 ? there : asSeenFrom(there, path.slice(0, index)));
      if (rule.kind === 'none') return NONE;
    }
  }
  return rule;
}

/** The rule of a linked record's field as a rule of the record that links to it; where the link is empty there is nothing to hide. */
function asSeenFrom(rule: RowRule, links: readonly PathStep[]): RowRule {
  if (rule.kind !== 'where') return rule;
  const where = moved(rule.where, links);
  if (where === undefined) return NONE;
  const link: Expression = { kind: 'field', root: 'record', path: links, type: 'reference' };
  return union([
    { kind: 'where', where: { kind: 'call', op: 'is_empty', args: [link], type: 'boolean' } },
    { kind: 'where', where },
  ]);
}

/** What is said of the record judged and can not be said of one further on. */
const BOUND: ReadonlySet<Expression['kind']> = new Set(['changed', 'related', 'aggregate', 'shared']);

/** An expression about a linked record, said of the record that links to it; undefined where that can not be said. */
function moved(expression: Expression, links: readonly PathStep[]): Expression | undefined {
  if (expression.kind === 'field') return { ...expression, path: [...links, ...expression.path] };
  if (BOUND.has(expression.kind)) return undefined;
  if (expression.kind !== 'call') return expression;
  const args = expression.args.map((arg) => moved(arg, links));
  return args.every((arg) => arg !== undefined) ? { ...expression, args } : undefined;
}

/**
 * All that a roll-up reads.
 *
 * Shape:  `own` are fields of the related records themselves; `beyond` those of records further on, `objects` all objects whose records decide.
 */
function rollupSources({ from, by, of, where }: RollupModel): {
  readonly own: readonly PathStep[];
  readonly beyond: readonly PathStep[];
  readonly objects: readonly string[];
} {
  const own: PathStep[] = [{ object: from, field: by }, ...(of ? [of] : [])];
  const beyond: PathStep[] = [];
  const objects = new Set([from]);
  const visit = (node: Expression): void => {
    if (node.kind === 'call') node.args.forEach(visit);
    if (node.kind === 'field') {
      own.push(...node.path.slice(0, 1));
      beyond.push(...node.path.slice(1));
      for (const { object } of node.path) objects.add(object);
    }
    if (node.kind !== 'related' && node.kind !== 'aggregate') return;
    const read = referencesOf(node);
    beyond.push(...read.fields);
    for (const object of read.objects) objects.add(object);
  };
  if (where !== undefined) visit(where);
  return { own, beyond, objects: [...objects] };
}

function rollupRead(model: Model, granted: Granted, rollup: RollupModel, own: RowRule): RowRule {
  const sources = rollupSources(rollup);
  const isHidden =
    sources.objects.some((object) => granted(object).read.kind === 'none') ||
    sources.own.some((step) => readAt(model, granted, step).kind === 'none') ||
    // What is masked on some records further on can not be masked here, record by record.
    sources.beyond.some((step) => readAt(model, granted, step).kind !== 'all');
  return isHidden ? NONE : own;
}

/** Whether an actor may read every record and every value that a roll-up is made of. */
export function readsWholeRollup(access: Granted, rollup: RollupModel): boolean {
  const { own, beyond, objects } = rollupSources(rollup);
  return (
    objects.every((object) => access(object).read.kind === 'all') &&
    [...own, ...beyond].every(({ object, field }) => access(object).fields.get(field)?.read.kind === 'all')
  );
}

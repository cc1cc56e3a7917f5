import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { countNodes, parseFormulaField, whyNotIndexed, type FormulaDefinition } from '@fieldstone/metadata/language/formula-field.js';
import { literal } from '@fieldstone/metadata/language/formula-coercion.js';
import { call } from '@fieldstone/metadata/language/parsing.js';
import type { Scope } from '@fieldstone/metadata/language/scope.js';
import { isStoredRollup } from '../fields/computed.js';
import { fieldType, isComputed, resultType } from '../fields/registry.js';
import type { FieldOptions } from '../fields/field-type.js';
import { limitMessage, LIMITS } from './limits.js';
import type { Linked, LinkedField, LinkedObject, Sourced } from './link.js';
import { unknownField } from './link.js';
import type { Problems } from './problems.js';
import { scopeField } from './scope-field.js';
import { parseAt, scopeOf } from './scope.js';
import type { FieldModel, RollupModel } from './types.js';

/** Characters of an indexed text: a B-tree entry holds 2,704 bytes at most. */
export const MAX_INDEXED_TEXT = 600;

type Known = { readonly size: number; readonly readsRollup: boolean };
type Place = { readonly object: LinkedObject; readonly field: LinkedField & { readonly source: Sourced<'field'> } };

/**
 * Gives every formula and roll-up its meaning and the type of its result, each after those it reads.
 *
 * Errors: those of formulas and conditions with their place; formula_cycle, not_indexed, not_stored, limit_exceeded.
 */
export function resolveComputed(linked: Linked, problems: Problems): void {
  const resolver = new Resolver(linked, problems);
  for (const object of linked.objects.values()) {
    for (const name of object.fields.keys()) resolver.resolve(object.name, name);
  }
}

class Resolver {
  readonly #linked: Linked;
  readonly #problems: Problems;
  readonly #open: string[] = [];
  readonly #known = new Map<string, Known>();
  readonly #failed = new Set<string>();

  constructor(linked: Linked, problems: Problems) {
    this.#linked = linked;
    this.#problems = problems;
  }

  resolve(objectName: string, name: string): void {
    const object = this.#linked.objects.get(objectName);
    const field = object?.fields.get(name);
    if (!object || !field?.source || !isComputed(field.model)) return;
    const key = `${objectName}.${name}`;
    if (this.#known.has(key)) return;
    const place: Place = { object, field: { ...field, source: field.source } };
    const start = this.#open.indexOf(key);
    if (start >= 0) return this.#refuseCycle([...this.#open.slice(start), key]);
    this.#open.push(key);
    const model = fieldType(field.model.type).givenBy === 'formula' ? this.#formula(place, key) : this.#rollup(place, key);
    this.#open.pop();
    if (!this.#known.has(key)) this.#known.set(key, { size: 1, readsRollup: false });
    if (model) object.fields.set(name, { source: field.source, model });
    else this.#failed.add(key);
  }

  #refuseCycle(keys: readonly string[]): void {
    const [object = '', name = ''] = (keys.at(-2) ?? '').split('.');
    const source = this.#linked.objects.get(object)?.fields.get(name)?.source;
    if (!source) return;
    const at = fieldType(source.document.type).givenBy === 'formula' ? '/formula' : '/rollup';
    this.#problems.add(source, at, 'formula_cycle', `A value can not be made from itself: ${keys.join(' → ')}.`);
  }

  /** Names as they are elsewhere; computed fields are worked out when they are first read. */
  #scope(object: string, failed: string[] = []): Scope {
    const scope = scopeOf(this.#linked, object, { allow: ['user'] });
    return {
      ...scope,
      field: (of, name) => {
        this.resolve(of, name);
        if (this.#failed.has(`${of}.${name}`)) failed.push(name);
        const model = this.#linked.objects.get(of)?.fields.get(name)?.model;
        return model && scopeField(model);
      },
    };
  }

  #formula({ object, field }: Place, key: string): FieldModel | undefined {
    const { source, model } = field;
    const { document } = source;
    if (document.formula === undefined) {
      this.#problems.add(source, '/formula', 'missing_property', 'A formula field needs its formula.');
      return undefined;
    }
    const failed: string[] = [];
    const parsed = parseFormulaField(document, this.#scope(object.name, failed));
    if (!parsed.ok) {
      for (const { code, message, ...where } of parsed.issues) {
        // What a formula with a problem gives is not known, so nothing is said about how it is used.
        if (failed.length > 0 && code !== 'unknown_field') continue;
        const path = code === 'currency_unclear' && document.currencyOf !== undefined ? '/currencyOf' : '/formula';
        this.#problems.add(source, path, code, `Line ${where.line}, column ${where.column}: ${message}`, where);
      }
      return undefined;
    }
    const definition = model.indexed ? cutText(parsed.definition) : parsed.definition;
    const known = this.#weigh([definition.expression], key);
    // What is read stands in the statement as often as it is read.
    if (known.size > LIMITS.formula_written_out.max) {
      this.#problems.add(source, '/formula', 'limit_exceeded', limitMessage('formula_written_out', known.size));
      return undefined;
    }
    const reason = model.indexed ? this.#whyNotIndexed(definition.expression) : undefined;
    if (reason !== undefined)
      this.#problems.add(
        source,
        '/indexed',
        'not_indexed',
        `No index can hold this formula: ${reason}. It can be filtered and sorted by without one.`,
      );
    const { returns, scale } = definition;
    return {
      ...model,
      required: false,
      unique: false,
      tracked: false,
      options: { ...document, returns, scale },
      computed: { kind: 'formula', ...definition },
    };
  }

  #rollup({ object, field }: Place, key: string): FieldModel | undefined {
    const { source, model } = field;
    const { rollup } = source.document;
    const refuse = (path: string, code: string, message: string): undefined => this.#problems.add(source, path, code, message);
    if (rollup === undefined)
      return refuse('/rollup', 'missing_property', 'A roll-up needs to know which records, and what to make of them.');
    const relation = object.relations.get(rollup.relation);
    const from = relation && this.#linked.objects.get(relation.object);
    if (!relation || !from) {
      const guess = didYouMean(rollup.relation, object.relations.keys());
      return refuse('/rollup/relation', 'unknown_relation', `${object.name} has no relation "${rollup.relation}".${guess}`);
    }
    const of = this.#measured(source, from);
    if (of === 'refused') return undefined;
    const where =
      rollup.where === undefined ? undefined : parseAt(this.#problems, source, '/rollup/where', rollup.where, this.#scope(from.name));
    if (rollup.where !== undefined && where === undefined) return undefined;
    const measured: Expression[] = of ? [leaf(of)] : [];
    const known = this.#weigh([...measured, ...(where ? [where] : [])], key);
    if (known.readsRollup) return refuse('/rollup', 'rollup_of_rollup', 'A roll-up can not bring other roll-ups together.');
    const isStored = isStoredRollup(source.document);
    const link = from.fields.get(relation.field)?.model;
    const reason = [...measured, ...(where ? [where] : [])]
      .map((part) => this.#whyNotIndexed(part, true))
      .find((found) => found !== undefined);
    const at = source.document.materialized ? '/materialized' : '/indexed';
    if (isStored && (link === undefined || fieldType(link.type).link !== 'one')) {
      refuse(at, 'not_stored', `This roll-up can not be stored: ${relation.field} links to several records or objects.`);
    } else if (isStored && reason !== undefined) {
      refuse(at, 'not_stored', `This roll-up can not be stored, since nobody would notice when it changes: ${reason}.`);
    }
    const { returns, scale } = rollupResult(rollup.function, of, source.document.scale);
    const computed: RollupModel = {
      kind: 'rollup',
      from: from.name,
      by: relation.field,
      function: rollup.function,
      scale,
      isStored,
      ...(of ? { of: { object: from.name, field: of.name } } : {}),
      ...(where ? { where } : {}),
    };
    return { ...model, required: false, unique: false, tracked: false, options: { ...source.document, returns, scale }, computed };
  }

  /** The field that a roll-up measures; none for a count. */
  #measured(source: Sourced<'field'>, from: LinkedObject): FieldModel | undefined | 'refused' {
    const { function: made = 'count', field: name } = source.document.rollup ?? {};
    const refuse = (code: string, message: string) => {
      this.#problems.add(source, '/rollup/field', code, message);
      return 'refused' as const;
    };
    if (made === 'count') return name === undefined ? undefined : refuse('not_for_type', 'A count is of records; it has no field.');
    if (name === undefined) return refuse('missing_property', `To make a ${made}, name a field of ${from.name}.`);
    this.resolve(from.name, name);
    const field = from.fields.get(name)?.model;
    if (!field) return refuse('unknown_field', unknownField(name, from));
    const { valueType } = resultType(field);
    const isMoment = valueType === 'date' || valueType === 'datetime';
    if (valueType === 'decimal' || (isMoment && (made === 'min' || made === 'max'))) return field;
    return refuse(
      'not_for_type',
      `${made} works on numbers${made === 'min' || made === 'max' ? ' and dates' : ''}; ${name} is ${field.type}.`,
    );
  }

  /** Size of expressions written out, remembered under `key`. */
  #weigh(expressions: readonly Expression[], key: string): Known {
    const read = expressions.flatMap(leaves).map(({ object, field }) => ({
      known: this.#known.get(`${object}.${field}`),
      isRollup: this.#isRollup(object, field),
    }));
    const size =
      expressions.reduce((sum, each) => sum + countNodes(each), 0) + read.reduce((sum, { known }) => sum + (known ? known.size - 1 : 0), 0);
    const found = { size, readsRollup: read.some(({ known, isRollup }) => isRollup || known?.readsRollup === true) };
    this.#known.set(key, found);
    return found;
  }

  #isRollup(object: string, name: string): boolean {
    const field = this.#linked.objects.get(object)?.fields.get(name);
    return field !== undefined && fieldType(field.model.type).givenBy === 'rollup';
  }

  /** As of the language, and on into the formulas that are read. With `mayWiden`, what an index can not hold is fine as long as it is of the row. */
  #whyNotIndexed(expression: Expression, mayWiden = false): string | undefined {
    const reason = whyNotIndexed(expression, mayWiden);
    if (reason !== undefined) return reason;
    for (const step of leaves(expression)) {
      const model = this.#linked.objects.get(step.object)?.fields.get(step.field)?.model;
      if (model?.computed?.kind === 'rollup' && !model.computed.isStored) return `${step.field} is a roll-up that is not stored`;
      const inner = model?.computed?.kind === 'formula' ? this.#whyNotIndexed(model.computed.expression, mayWiden) : undefined;
      if (inner !== undefined) return `in ${step.field}, ${inner}`;
    }
    return undefined;
  }
}

const leaf = (field: FieldModel): Expression => ({
  kind: 'field',
  root: 'record',
  path: [{ object: field.object, field: field.name }],
  type: resultType(field).valueType,
});

/** The fields at the ends of paths, as often as they are read. */
function leaves(expression: Expression): PathStep[] {
  if (expression.kind === 'field') return expression.path.slice(-1);
  if (expression.kind === 'call') return expression.args.flatMap(leaves);
  if (expression.kind === 'related') return leaves(expression.where);
  if (expression.kind === 'aggregate') return [expression.value, expression.where].flatMap((part) => (part ? leaves(part) : []));
  return expression.kind === 'changed' ? [expression.field] : [];
}

const cutText = (definition: FormulaDefinition): FormulaDefinition =>
  definition.returns === 'text'
    ? { ...definition, expression: call('left', [definition.expression, literal('decimal', String(MAX_INDEXED_TEXT))], 'text') }
    : definition;

/** Whole numbers add up to a number of any length and have an average with a fraction; everything else stays what it is. */
function rollupResult(
  made: RollupModel['function'],
  of: FieldModel | undefined,
  wanted: number | undefined,
): { readonly returns: NonNullable<FieldOptions['returns']>; readonly scale: number } {
  if (of === undefined) return { returns: 'integer', scale: 0 };
  const { name } = resultType(of);
  if (name === 'date' || name === 'datetime') return { returns: name, scale: 0 };
  if (name === 'currency' || name === 'percent')
    return { returns: name, scale: wanted ?? (name === 'currency' ? 4 : (of.options.scale ?? 2)) };
  const own = name === 'decimal' ? (of.options.scale ?? 2) : 0;
  return { returns: 'decimal', scale: wanted ?? (made === 'avg' ? Math.max(2, own) : own) };
}

import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { fieldType } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel } from '../model/types.js';
import { pointsTo } from './physical-names.js';

/**
 * Where the names of an expression live: API names to quoted tables and columns.
 *
 * Errors: throws for a name that the model or its bindings do not have. Expressions are checked before they get here, so that is a bug, and an
 *         error is the only safe answer to it.
 */
export class ExpressionNames {
  readonly #active: ActiveModel;

  constructor(active: ActiveModel) {
    this.#active = active;
  }

  field({ object, field }: PathStep): FieldModel {
    const found = this.#active.model.objects.get(object)?.fields.get(field);
    if (found === undefined) throw new Error('an expression names a field that the model does not have');
    return found;
  }

  /** A field as SQL, under an unquoted alias. */
  column(alias: string, step: PathStep): string {
    const field = this.field(step);
    const { parts, conditionSql, wordsSql } = fieldType(field.type);
    const { column } = this.#binding(field);
    if (step.part !== undefined) {
      const part = parts?.get(step.part);
      if (part === undefined) throw new Error('an expression names a part that the field does not have');
      return `${quote(alias)}.${quote(column + part.suffix)}`;
    }
    if (step.words !== undefined) {
      if (wordsSql === undefined) throw new Error('an expression reads the words of a field that has none');
      return wordsSql(this.columns(alias, step));
    }
    return conditionSql === undefined ? `${quote(alias)}.${quote(column)}` : conditionSql(this.columns(alias, step), field.options);
  }

  /** Every column of a field: an amount and its currency are two. */
  columns(alias: string, step: PathStep): string[] {
    const field = this.field(step);
    const { column } = this.#binding(field);
    return fieldType(field.type)
      .columns(field.options)
      .map(({ suffix }) => `${quote(alias)}.${quote(column + suffix)}`);
  }

  /** The guard view of an object. */
  view(object: string): string {
    const { model, bindings } = this.#active;
    const table = bindings.tables.get(model.objects.get(object)?.id ?? '');
    if (table === undefined) throw new Error('an expression names an object that has no table');
    return `${quote(bindings.viewSchema)}.${quote(table)}`;
  }

  hasField(object: string, field: string): boolean {
    return this.#active.model.objects.get(object)?.fields.has(field) === true;
  }

  objectId(name: string): string {
    const id = this.#active.model.objects.get(name)?.id;
    if (id === undefined) throw new Error('an expression names an object that the model does not have');
    return id;
  }

  /** Whether the record of `alias` points by a field to the record of `object` whose id is the SQL `id`. */
  pointsTo(alias: string, by: PathStep, object: string, id: string): string {
    const target = this.#active.model.objects.get(object);
    if (target === undefined) throw new Error('an expression names an object that the model does not have');
    return pointsTo(this.#active, this.field(by), quote(alias), target, id);
  }

  isBigint(node: Expression): boolean {
    const last = node.kind === 'field' ? node.path.at(-1) : undefined;
    if (last === undefined) return false;
    const field = this.field(last);
    if (field.computed !== undefined) return field.computed.kind === 'rollup' && field.computed.function === 'count';
    return this.#binding(field).pgType === 'bigint';
  }

  #binding(field: FieldModel) {
    const binding = this.#active.bindings.columns.get(field.id);
    if (binding === undefined) throw new Error('an expression names a field that has no column');
    return binding;
  }
}

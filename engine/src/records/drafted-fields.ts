import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { parseFormulaField, valueTypeOfResult, type FormulaDefinition } from '@fieldstone/metadata/language/formula-field.js';
import type { Scope, ScopeField } from '@fieldstone/metadata/language/scope.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType } from '../fields/registry.js';

/** A field of a draft, as far as a formula over it needs to know. */
export type DraftedField = Pick<FieldDocument, 'name' | 'type'> &
  Partial<Pick<FieldDocument, 'label' | 'formula' | 'returns' | 'scale' | 'currencyOf' | 'options'>>;

export type Undrafted = { readonly definition: FormulaDefinition; readonly empty: readonly string[] };

/**
 * The fields of an object that a draft adds or changes, for a formula that is tried before they are published.
 *
 * Shape:  a formula of the draft is worked out; any other field of it holds nothing on the records there are, since nobody could fill it in yet.
 */
export class DraftedFields {
  readonly #object: string;
  readonly #fields: ReadonlyMap<string, DraftedField>;
  readonly #published: Scope;
  readonly #open = new Set<string>();
  readonly #empty = new Set<string>();

  constructor(object: string, fields: readonly DraftedField[], published: Scope) {
    this.#object = object;
    const isMade = ({ type }: DraftedField) => fieldType(type).givenBy === 'formula';
    // What is published has values, whatever else of it the draft changes.
    const isNew = (field: DraftedField) => isMade(field) || published.field(object, field.name) === undefined;
    this.#fields = new Map(fields.filter(isNew).map((field) => [field.name, field]));
    this.#published = published;
  }

  /** What is published, with the fields of the draft over it. */
  get scope(): Scope {
    const own = this.#fields;
    return {
      ...this.#published,
      field: (of, name, isFar) => (of === this.#object ? this.#field(name) : undefined) ?? this.#published.field(of, name, isFar),
      names: (of) => [...(of === this.#object ? own.keys() : []), ...(this.#published.names?.(of) ?? [])],
    };
  }

  /** A formula without the fields of the draft: in their place stand what they are made of, or nothing. `empty` are labels of the latter. */
  without(definition: FormulaDefinition): Undrafted {
    const money = definition.money.flatMap((path) => this.#moneyOf(path));
    return { definition: { ...definition, expression: this.#replaced(definition.expression), money }, empty: [...this.#empty].sort() };
  }

  #field(name: string): ScopeField | undefined {
    const field = this.#fields.get(name);
    if (field === undefined) return undefined;
    const options = field.options === undefined ? {} : { options: field.options.map(({ value }) => value) };
    if (fieldType(field.type).givenBy === 'rollup') return { type: 'decimal', fieldType: 'decimal' };
    if (fieldType(field.type).givenBy !== 'formula') return { type: fieldType(field.type).valueType, fieldType: field.type, ...options };
    const returns = this.#formula(field)?.returns ?? field.returns ?? 'text';
    return { type: valueTypeOfResult(returns), fieldType: returns, ...options };
  }

  /** The formula of a field of the draft; none while it is being read, so that a circle ends. */
  #formula(field: DraftedField): FormulaDefinition | undefined {
    if (this.#open.has(field.name)) return undefined;
    this.#open.add(field.name);
    const parsed = parseFormulaField(field, this.scope);
    this.#open.delete(field.name);
    return parsed.ok ? parsed.definition : undefined;
  }

  #drafted(path: readonly PathStep[]): DraftedField | undefined {
    const [first] = path;
    return first?.object === this.#object ? this.#fields.get(first.field) : undefined;
  }

  #replaced(node: Expression): Expression {
    if (node.kind === 'call') return { ...node, args: node.args.map((arg) => this.#replaced(arg)) };
    const field = node.kind === 'field' && node.root === 'record' ? this.#drafted(node.path) : undefined;
    if (field === undefined) return node;
    const definition = fieldType(field.type).givenBy === 'formula' ? this.#formula(field) : undefined;
    if (definition !== undefined && !this.#open.has(field.name)) {
      this.#open.add(field.name);
      const made = this.#replaced(definition.expression);
      this.#open.delete(field.name);
      return made;
    }
    this.#empty.add(field.label ?? field.name);
    return { kind: 'literal', type: node.type, value: null };
  }

  #moneyOf(path: readonly PathStep[]): (readonly PathStep[])[] {
    const field = this.#drafted(path);
    if (field === undefined) return [path];
    return (this.#formula(field)?.money ?? []).flatMap((inner) => this.#moneyOf(inner));
  }
}

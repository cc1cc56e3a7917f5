/**
 * The typed tree that conditions and formulas are parsed to, once. Two back ends read it: `evaluate.ts` in memory, for browser
 * and server, and `engine/src/store/expression-to-sql.ts`. They must agree on every record; property tests hold them to it.
 */

/**
 * Type of a value in an expression. `decimal` covers integer, decimal, currency (its amount), percent and duration (its seconds); `reference` is a
 * record id, `references` several; `structure` is a value that can only be there or not, such as JSON.
 */
export type ValueType =
  'text' | 'decimal' | 'boolean' | 'date' | 'time' | 'datetime' | 'option' | 'options' | 'reference' | 'references' | 'structure' | 'null';

/**
 * One step of a field path: the field, by API name, of the object it is read from. All but the last are lookups; the last may name a part of its
 * value, such as the city of an address, or be read as its words: `words` is the type of the field.
 */
export type PathStep = { readonly object: string; readonly field: string; readonly part?: string; readonly words?: string };

/**
 * Where a path starts. `record`: the record being judged. `previous`: the same record before the change. `outer`: the record being
 * edited, inside the `where` of a lookup ($record). `user`: the caller ($user.id only).
 */
export type Root = 'record' | 'previous' | 'outer';

export type Operator =
  | 'and'
  | 'or'
  | 'not'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'between'
  | 'in'
  | 'contains'
  | 'starts_with'
  | 'ends_with'
  | 'is_empty'
  | 'is_a'
  | 'today'
  | 'now'
  | 'start_of'
  | 'add'
  | FormulaOperator;

/** Operators that only formulas can write. Both back ends have a table with exactly these keys: one that is missing does not compile. */
export type FormulaOperator =
  | 'if'
  | 'case'
  | 'blank_value'
  | 'plus'
  | 'minus'
  | 'times'
  | 'divide'
  | 'negate'
  | 'abs'
  | 'round'
  | 'floor'
  | 'ceiling'
  | 'mod'
  | 'min'
  | 'max'
  | 'to_text'
  | 'to_number'
  | 'concat'
  | 'left'
  | 'right'
  | 'mid'
  | 'length'
  | 'trim'
  | 'upper'
  | 'lower'
  | 'substitute'
  | 'make_date'
  | 'day_of'
  | 'date_add'
  | 'date_diff'
  | 'year'
  | 'month'
  | 'day'
  | 'weekday';

/**
 * Lists that belong to the caller. `queues`: queues that the caller is in; `team`: the people of their teams, themselves among them; `below`: everybody who
 * reports to them, directly or not; `territories`: the names of their territories.
 */
export type UserList = 'queues' | 'team' | 'below' | 'territories';

export type Expression =
  | { readonly kind: 'literal'; readonly type: ValueType; readonly value: string | boolean | null | readonly string[] }
  | { readonly kind: 'field'; readonly root: Root; readonly path: readonly PathStep[]; readonly type: ValueType }
  | { readonly kind: 'user'; readonly type: 'reference' }
  /** What is kept of the caller: ids of people, or names of territories. */
  | { readonly kind: 'people'; readonly group: UserList; readonly type: 'references' | 'options' }
  /** Whether the record is shared with the caller, to read or to edit. Only permissions come to it. */
  | { readonly kind: 'shared'; readonly object: string; readonly level: 'read' | 'edit'; readonly type: 'boolean' }
  | { readonly kind: 'call'; readonly op: Operator; readonly args: readonly Expression[]; readonly type: ValueType }
  /** `isStructure`: the value is compared in all its parts, whatever they are called. */
  | { readonly kind: 'changed'; readonly field: PathStep; readonly isStructure: boolean; readonly type: 'boolean' }
  | {
      readonly kind: 'related';
      readonly quantifier: 'any' | 'all' | 'none';
      /** Relation of `object` (see RelationModel): records of `from` whose `by` points to it. With `by` "id" it is a field of `object` that lists them. */
      readonly object: string;
      readonly relation: string;
      readonly from: string;
      readonly by: string;
      readonly where: Expression;
      readonly type: 'boolean';
    }
  | Aggregate;

export type AggregateFunction = 'count' | 'sum' | 'min' | 'max' | 'avg';

/**
 * One value over the related records.
 *
 * Shape:  `value` and `where` are in the scope of the related record. `value` is a field of it, absent for `count` alone.
 */
export type Aggregate = {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  readonly object: string;
  readonly relation: string;
  readonly from: string;
  readonly by: string;
  readonly value?: Expression;
  readonly where?: Expression;
  readonly type: ValueType;
};

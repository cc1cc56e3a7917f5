import type { Aggregate, Expression, PathStep, ValueType } from '@fieldstone/metadata/language/expression.js';
import { FORMULA_SCALE, QUOTIENT_SCALE } from '@fieldstone/metadata/language/formula-numbers.js';
import { fieldType } from '../fields/registry.js';
import { literal, quote } from '../kernel/statement.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel } from '../model/types.js';
import { computedJson, fieldCode, fieldValue, type ComputedTools } from './computed-to-sql.js';
import { ExpressionNames } from './expression-names.js';
import { formulaToSql, isFormulaCall, type FormulaTools } from './formula-to-sql.js';

/**
 * Where an expression is put into a statement.
 *
 * Shape:  `alias` holds unquoted table aliases, aliases made here are "e_1", "e_2" ...; `...Param` are placeholders such as "$1" (tenant as int4,
 * user as uuid, now as timestamptz, time zone as text); `param` adds a value to the statement and gives its placeholder.
 */
export type ExpressionContext = {
  readonly active: ActiveModel;
  readonly tenantParam: string;
  readonly alias: { readonly record: string; readonly previous?: string; readonly outer?: string };
  readonly userParam: string;
  readonly nowParam: string;
  readonly timeZoneParam: string;
  param(value: unknown): string;
  /**
   * Predicate over the records of `object` under `alias` (unquoted) that every record on a path or behind a relation must meet: the caller's
   * read rule. Left out for rules of the metadata itself, which see all records.
   */
  pathGuard?(object: string, alias: string): string | undefined;
  /** Predicate that a record behind a roll-up must meet for the caller to read one of its fields; undefined when none is needed. */
  fieldGuard?(field: FieldModel, alias: string): string | undefined;
  /** Whether the caller may read all that a stored roll-up is made of. Left out for rules of the metadata itself. */
  readsWhole?(field: FieldModel): boolean;
};

type Call = Extract<Expression, { kind: 'call' }>;
type Field = Extract<Expression, { kind: 'field' }>;

/** Postgres type of a parameter of each type of value. */
const PG_TYPE: Record<ValueType, string> = {
  text: 'text',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  datetime: 'timestamptz',
  option: 'text',
  options: 'text[]',
  reference: 'uuid',
  references: 'uuid[]',
  structure: 'text',
  null: 'text',
};

/** What `make_interval` calls a unit. A closed list: the unit is the only word of an expression that becomes SQL. */
const INTERVAL: Readonly<Record<string, string>> = {
  minute: 'mins',
  hour: 'hours',
  day: 'days',
  week: 'weeks',
  month: 'months',
  year: 'years',
};

/** Comparisons that are false when an operand is null, with their SQL. Text is ordered by code point, as the evaluator does. */
const ORDER: Readonly<Partial<Record<Call['op'], string>>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** Predicates that are never true without a value: they may look through a link with EXISTS, which Postgres can turn into a join. */
const STRICT: ReadonlySet<Call['op']> = new Set<Call['op']>([
  'eq',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'in',
  'contains',
  'starts_with',
  'ends_with',
]);

const LIMIT_BIGINT = 9_223_372_036_854_775_807n;

/**
 * Translates an expression to SQL, as the second back end beside `evaluate`.
 *
 * Shape:  a condition becomes a predicate that may be null; null counts as false, and inside `not` and where a truth value is compared it is
 *         closed to false. Every alias has a constant tenant predicate. Identifiers are quoted, every value is a parameter.
 * Errors: throws for a name that the model or its bindings do not have; nothing is ever left out.
 * Source: docs/conditions.md; engine/test/store/expression-to-sql.test.ts holds both back ends to the same answers.
 */
export function expressionToSql(expression: Expression, context: ExpressionContext): string {
  return new Translation(context).predicate(expression);
}

/** The same for an expression of any type: a scalar of the type's Postgres type. */
export function valueToSql(expression: Expression, context: ExpressionContext): string {
  return new Translation(context).value(expression);
}

/** A field of the record, computed or not, under the alias of the record: its value, the code of its currency, and its JSON value. */
export const fieldToSql = (field: FieldModel, context: ExpressionContext): { value(): string; code(): string; json(): string } => ({
  value: () => new Translation(context).field(field, fieldValue),
  code: () => new Translation(context).field(field, fieldCode),
  json: () => new Translation(context).field(field, computedJson),
});

/** One statement's worth of translation: it counts its aliases, and swaps fields for columns of an inner alias. */
class Translation {
  readonly #context: ExpressionContext;
  readonly #names: ExpressionNames;
  #aliases = 0;
  /** Fields already resolved to a column by an enclosing EXISTS. */
  readonly #columns = new Map<Expression, string>();
  /** Alias that stands for the record inside any / all / none. */
  #record: string;
  /** Whether links are read as they stand, because the comparison itself asks whether they may be seen. */
  #comparesLinks = false;
  /** How many formulas and roll-ups one is in. */
  #inside = 0;

  constructor(context: ExpressionContext) {
    this.#context = context;
    this.#names = new ExpressionNames(context.active);
    this.#record = context.alias.record;
    // A guard is translated by itself and put inside a query that has aliases of this kind: count on from the one it is about.
    const taken = Object.values(context.alias).map((alias) => Number(/^e_(\d+)$/.exec(alias)?.[1] ?? 0));
    this.#aliases = Math.max(...taken);
  }

  field(field: FieldModel, write: (field: FieldModel, alias: string, tools: ComputedTools) => string): string {
    return this.#within(this.#record, () => write(field, this.#record, this.#computed));
  }

  predicate(node: Expression): string {
    if (node.kind === 'call') return this.#call(node);
    if (node.kind === 'related') return this.#related(node);
    if (node.kind === 'changed') return this.#changed(node.field);
    if (node.kind === 'shared') return this.#shared(node);
    return this.value(node);
  }

  value(node: Expression): string {
    switch (node.kind) {
      case 'literal':
        return this.#literal(node);
      case 'field':
        return this.#columns.get(node) ?? this.#path(this.#root(node), node.path);
      case 'user':
        return `${this.#context.userParam}::uuid`;
      case 'people':
        return this.#people(node);
      case 'shared':
      case 'changed':
      case 'related':
        return `(${this.predicate(node)})`;
      case 'aggregate':
        return this.#aggregate(node);
      case 'call':
        if (node.type === 'boolean') return `((${this.#call(node)}) is true)`;
        return isFormulaCall(node) ? formulaToSql(node, this.#tools) : this.#moment(node);
    }
  }

  /** A list of the caller's. It depends on no row, so Postgres reads it once a statement. */
  #people({ group }: Extract<Expression, { kind: 'people' }>): string {
    const list = quote(this.#nextAlias());
    const mine = `${list}.tenant_id = ${this.#context.tenantParam} and ${list}.user_id = ${this.#context.userParam}::uuid`;
    if (group === 'territories') return `array(select ${list}.name from "meta_v"."territory" ${list} where ${mine})`;
    return `array(select ${list}.person_id from "meta_v"."reach" ${list} where ${mine} and ${list}.way = ${literal(group)})`;
  }

  /** Whether somebody shared the record with the caller or one of the caller's teams, and for long enough. */
  #shared({ object, level }: Extract<Expression, { kind: 'shared' }>): string {
    const { tenantParam: tenant, userParam: user, nowParam: now } = this.#context;
    const share = quote(this.#nextAlias());
    const me = quote(this.#nextAlias());
    const to = `array(select ${me}.principal_id from "meta_v"."principal" ${me} where ${me}.tenant_id = ${tenant} and ${me}.user_id = ${user}::uuid)`;
    const conditions = [
      `${share}.tenant_id = ${tenant}`,
      `${share}.object_id = ${literal(this.#names.objectId(object))}`,
      `${share}.record_id = ${this.#names.column(this.#record, { object, field: 'id' })}`,
      `${share}.principal_id = any(${to})`,
      `(${share}.expires_at is null or ${share}.expires_at > ${now}::timestamptz)`,
      ...(level === 'edit' ? [`${share}.may_edit`] : []),
    ];
    return `exists (select 1 from "meta_v"."record_share" ${share} where ${conditions.join(' and ')})`;
  }

  #literal(node: Extract<Expression, { kind: 'literal' }>): string {
    const pgType = PG_TYPE[node.type];
    if (node.value === null) return `null::${pgType}`;
    return Array.isArray(node.value) ? `${this.#param(node.value)}::${pgType}[]` : `${this.#param(node.value)}::${pgType}`;
  }

  /**
   * A value of the expression. What a formula holds is written out: an index over the formula is only found by the same SQL, and a generic plan knows
   * no parameters.
   */
  #param(value: string | boolean | readonly string[]): string {
    if (this.#inside === 0) return this.#context.param(value);
    return typeof value === 'object' ? `array[${value.map((item) => literal(item)).join(', ')}]` : literal(String(value));
  }

  #root({ root }: Field): string {
    const { previous, outer } = this.#context.alias;
    const alias = root === 'record' ? this.#record : root === 'previous' ? previous : outer;
    if (alias === undefined) throw new Error(`an expression needs $${root}, which this statement does not have`);
    return alias;
  }

  #nextAlias(): string {
    this.#aliases += 1;
    return `e_${String(this.#aliases)}`;
  }

  /** `from` and the constant predicates of one more alias. */
  #from(object: string, alias: string): { readonly from: string; readonly where: string } {
    const guard = this.#context.pathGuard?.(object, alias);
    // What a formula makes of a record in the recycle bin is what a link to it shows: nothing.
    const isLive = this.#inside > 0 && this.#names.hasField(object, 'deleted_at') ? ` and ${quote(alias)}.deleted_at is null` : '';
    const where = `${quote(alias)}.tenant_id = ${this.#context.tenantParam}${isLive}${guard === undefined ? '' : ` and (${guard})`}`;
    return { from: `${this.#names.view(object)} ${quote(alias)}`, where };
  }

  /** The linked record: its alias, and the `from ... where` that finds it. */
  #follow(alias: string, step: PathStep): { readonly alias: string; readonly sql: string } {
    const target = this.#names.field(step).target;
    if (target === undefined) throw new Error('an expression follows a field that is no link');
    const next = this.#nextAlias();
    const { from, where } = this.#from(target, next);
    return { alias: next, sql: `from ${from} where ${where} and ${quote(next)}.id = ${this.#names.column(alias, step)}` };
  }

  #path(alias: string, path: readonly PathStep[], leaf = (at: string, step: PathStep): string => this.#column(at, step)): string {
    const [step, ...rest] = path;
    if (step === undefined) throw new Error('an expression has an empty path');
    if (rest.length === 0) return leaf(alias, step);
    const next = this.#follow(alias, step);
    return `(select ${this.#path(next.alias, rest, leaf)} ${next.sql})`;
  }

  /** A field under an alias: its column, or what it is computed by. A link that a caller asks about is nothing where it reads as nothing. */
  #column(alias: string, step: PathStep): string {
    const field = this.#names.field(step);
    if (field.computed !== undefined) return this.#within(alias, () => fieldValue(field, alias, this.#computed));
    const column = this.#names.column(alias, step);
    const seen = this.#comparesLinks ? undefined : this.#linkSeen(step, column);
    return seen === undefined ? column : `(case when ${seen} then ${column} end)`;
  }

  /** Whether the record behind a link to one is the caller's to read; undefined where every record is, and for what is no such link. */
  #linkSeen(step: PathStep, column: string): string | undefined {
    const { pathGuard } = this.#context;
    const field = this.#names.field(step);
    if (pathGuard === undefined || fieldType(field.type).link !== 'one' || field.target === undefined) return undefined;
    const alias = this.#nextAlias();
    const guard = pathGuard(field.target, alias);
    if (guard === undefined) return undefined;
    const where = `${quote(alias)}.tenant_id = ${this.#context.tenantParam} and (${guard})${this.#live(field.target, alias)}`;
    return `exists (select 1 from ${this.#names.view(field.target)} ${quote(alias)} where ${where} and ${quote(alias)}.id = ${column})`;
  }

  /** Translates with another record, as a part of a formula. */
  #within(alias: string, write: () => string): string {
    const outside = this.#record;
    this.#record = alias;
    this.#inside += 1;
    const sql = write();
    this.#inside -= 1;
    this.#record = outside;
    return sql;
  }

  /** What computed fields borrow. */
  readonly #computed: ComputedTools = {
    value: (alias, expression) => this.#within(alias, () => this.value(expression)),
    predicate: (alias, expression) => this.#within(alias, () => this.predicate(expression)),
    follow: (alias, path, leaf) => this.#path(alias, path, (at, step) => leaf(at, this.#names.field(step))),
    columns: (alias, { object, name }) => {
      const step = { object, field: name };
      return [this.#names.column(alias, step), ...this.#names.columns(alias, step).slice(1)];
    },
    field: (step) => this.#names.field(step),
    nextAlias: () => this.#nextAlias(),
    pointsTo: (alias, by, object, id) => this.#names.pointsTo(alias, { object: by.object, field: by.name }, object, id),
    live: (object, alias) => this.#from(object, alias),
    mask: (field, alias) => this.#context.fieldGuard?.(field, alias),
    readsWhole: (field) => this.#context.readsWhole?.(field) ?? true,
  };

  /** What the operators of formulas borrow. */
  readonly #tools: FormulaTools = (() => {
    const zone = (): string => this.#zone;
    return {
      value: (node) => this.value(node),
      predicate: (node) => this.predicate(node),
      alias: () => quote(this.#nextAlias()),
      interval: makeInterval,
      get zone() {
        return zone();
      },
    };
  })();

  #call(node: Call): string {
    if (isFormulaCall(node)) return formulaToSql(node, this.#tools);
    const [first, second] = node.args;
    switch (node.op) {
      case 'and':
      case 'or':
        return `(${node.args.map((arg) => this.predicate(arg)).join(` ${node.op} `)})`;
      case 'not':
        return `(${first ? this.predicate(first) : 'null'}) is not true`;
      case 'is_a':
        return this.#isA(node);
      case 'is_empty':
        return this.#isEmpty(first);
      case 'ne':
        return first && second ? `${this.#operand(first, second)} is distinct from ${this.#operand(second, first)}` : 'null';
      default:
        return STRICT.has(node.op) ? this.#strict(node) : this.value(node);
    }
  }

  /** A comparison; one that looks through a single link becomes EXISTS over the linked record. */
  #strict(node: Call): string {
    const far = node.args.filter((arg): arg is Field => arg.kind === 'field' && arg.path.length > 1 && !this.#columns.has(arg));
    const [link, ...others] = far;
    if (link === undefined || others.length > 0) return this.#comparison(node);
    let alias = this.#root(link);
    let open = '';
    for (const step of link.path.slice(0, -1)) {
      const next = this.#follow(alias, step);
      open += `exists (select 1 ${next.sql} and `;
      alias = next.alias;
    }
    const last = link.path.at(-1);
    if (last === undefined) return this.#comparison(node);
    const outside = this.#comparesLinks;
    this.#comparesLinks ||= node.op === 'eq' || node.op === 'in';
    this.#columns.set(link, this.#column(alias, last));
    this.#comparesLinks = outside;
    const sql = `${open}${this.#comparison(node)}${')'.repeat(link.path.length - 1)}`;
    this.#columns.delete(link);
    return sql;
  }

  /** Links are compared as they stand, which their index knows, and only where the caller may read what is behind them. */
  #comparison(node: Call): string {
    const links = node.op === 'eq' || node.op === 'in' ? node.args.filter((arg): arg is Field => this.#isLink(arg)) : [];
    if (links.length === 0) return this.#compared(node);
    const outside = this.#comparesLinks;
    this.#comparesLinks = true;
    const parts = [this.#compared(node)];
    for (const link of links) {
      const step = link.path.at(-1);
      const seen = step && this.#linkSeen(step, this.value(link));
      if (seen !== undefined) parts.push(seen);
    }
    this.#comparesLinks = outside;
    return parts.length === 1 ? parts.join('') : `(${parts.join(' and ')})`;
  }

  #isLink(node: Expression): boolean {
    const step = node.kind === 'field' && this.#context.pathGuard !== undefined ? node.path.at(-1) : undefined;
    return step !== undefined && fieldType(this.#names.field(step).type).link === 'one';
  }

  #compared(node: Call): string {
    const [first, second, third] = node.args;
    if (first === undefined || second === undefined) throw new Error('an expression lacks an operand');
    const isText = first.type === 'text';
    const a = this.#operand(first, second);
    const ordered = (sql: string): string => (isText ? `${sql} collate "C"` : sql);
    switch (node.op) {
      case 'eq':
        return `${a} = ${this.#operand(second, first)}`;
      case 'between':
        if (third === undefined) throw new Error('an expression lacks an operand');
        return `${ordered(a)} between ${this.#operand(second, first)} and ${this.#operand(third, first)}`;
      case 'in':
        return `${a} = any(${this.#operand(second, first)})`;
      case 'contains':
        if (first.type === 'options') return `${a} @> array[${this.value(second)}]`;
        if (first.type === 'references') {
          const id = this.value(second);
          return `(${a} @> array[${id}] and ${this.#link(first, (own) => `${own} = ${id}`)})`;
        }
        return `strpos(${fold(a)}, ${fold(this.value(second))}) > 0`;
      case 'starts_with':
        return `starts_with(${fold(a)}, ${fold(this.value(second))})`;
      case 'ends_with':
        // Read backwards, so that the part, which may be a sub-query, stands there once.
        return `starts_with(reverse(${fold(a)}), reverse(${fold(this.value(second))}))`;
      default:
        return `${ordered(a)} ${ORDER[node.op] ?? '='} ${this.#operand(second, first)}`;
    }
  }

  /** An operand; a whole number beside a bigint column stays a bigint, so that an index on the column can be used. */
  #operand(node: Expression, other: Expression): string {
    if (node.kind !== 'literal' || node.type !== 'decimal' || node.value === null || !this.#names.isBigint(other)) return this.value(node);
    const values: readonly string[] = Array.isArray(node.value) ? node.value : [String(node.value)];
    if (!values.every((value) => /^-?\d{1,19}$/.test(value) && BigInt(value) <= LIMIT_BIGINT && BigInt(value) >= -LIMIT_BIGINT))
      return this.value(node);
    return `${this.#param(node.value as string | readonly string[])}::bigint${Array.isArray(node.value) ? '[]' : ''}`;
  }

  /** Dates: calendar arithmetic on the wall clock of the reader's zone; minutes and hours on the line of time. */
  #moment(node: Call): string {
    if (node.op === 'now') return `${this.#context.nowParam}::timestamptz`;
    if (node.op === 'today') return `(${this.#context.nowParam}::timestamptz at time zone ${this.#zone})::date`;
    const [from] = node.args;
    const unit = textOf(node.args.at(-1));
    if (from === undefined) throw new Error('an expression lacks an operand');
    const base = this.value(from);
    const isElapsed = node.op === 'add' && (unit === 'minute' || unit === 'hour');
    if (isElapsed) return `(${base} + ${this.#interval(node, unit)})`;
    const local = from.type === 'date' ? `${base}::timestamp` : `(${base} at time zone ${this.#zone})`;
    const moved = node.op === 'add' ? `(${local} + ${this.#interval(node, unit)})` : `date_trunc(${this.#param(unit)}::text, ${local})`;
    return node.type === 'date' ? `${moved}::date` : `(${moved} at time zone ${this.#zone})`;
  }

  /** Read only where it is needed: a placeholder that a statement does not use has no type. */
  get #zone(): string {
    return `${this.#context.timeZoneParam}::text`;
  }

  #interval(node: Call, unit: string): string {
    return makeInterval(unit, `${this.#param(textOf(node.args[1]))}::int`);
  }

  #changed(step: PathStep): string {
    const { previous } = this.#context.alias;
    if (previous === undefined) throw new Error('an expression needs $previous, which this statement does not have');
    if (this.#names.field(step).computed !== undefined)
      return `(${this.#column(this.#record, step)} is distinct from ${this.#column(previous, step)})`;
    const before = this.#names.columns(previous, step);
    const differs = this.#names.columns(this.#record, step).map((column, at) => `${column} is distinct from ${before[at] ?? 'null'}`);
    return `(${differs.join(' or ')})`;
  }

  #live(object: string, alias: string): string {
    return this.#names.hasField(object, 'deleted_at') ? ` and ${quote(alias)}.deleted_at is null` : '';
  }

  #isEmpty(node: Expression | undefined): string {
    if (node === undefined) return 'null is null';
    if (node.type === 'references') return `not ${this.#link(node, (id) => `${id} = any(${this.value(node)}::uuid[])`)}`;
    const any = this.#context.pathGuard && this.#targetsOf(node);
    return any ? `(${this.#pointsToAny(any.field, any.names)}) is not true` : `${this.value(node)} is null`;
  }

  #isA({ args: [field, names] }: Call): string {
    if (field?.kind !== 'field' || names?.kind !== 'literal' || !Array.isArray(names.value))
      throw new Error('an expression lacks an operand');
    return this.#pointsToAny(field, names.value.map(String));
  }

  /**
   * Whether a link to one of several objects points to a record of those named, which are stored by their ids. Asked by a caller, the record has to
   * be one that the caller may read: what reads as nothing is of no object.
   */
  #pointsToAny(field: Field, names: readonly string[]): string {
    const ids = this.#context.param(names.map((name) => this.#names.objectId(name)));
    return this.#path(this.#root(field), field.path, (alias, step) => {
      const [id = 'null', object = 'null'] = this.#names.columns(alias, step);
      const isNamed = `${object} = any(${ids}::text[])`;
      if (this.#context.pathGuard === undefined) return isNamed;
      const seen = names.map((name) => {
        const target = this.#nextAlias();
        const { from, where } = this.#from(name, target);
        return `exists (select 1 from ${from} where ${where}${this.#live(name, target)} and ${quote(target)}.id = ${id} and ${object} = ${this.#context.param(this.#names.objectId(name))}::text)`;
      });
      return `(${isNamed} and (${seen.join(' or ')}))`;
    });
  }

  /** The objects that a link to one of several may point to; undefined for anything else. */
  #targetsOf(node: Expression | undefined): { readonly field: Field; readonly names: readonly string[] } | undefined {
    const last = node?.kind === 'field' ? node.path.at(-1) : undefined;
    const found = last && this.#names.field(last);
    return node?.kind === 'field' && found && fieldType(found.type).link === 'any'
      ? { field: node, names: found.targets ?? [] }
      : undefined;
  }

  /** Whether a record that a field of many links may show meets `test` over its id: deleted ones count no more than they are seen. */
  #link(field: Expression, test: (id: string) => string): string {
    const last = field.kind === 'field' ? field.path.at(-1) : undefined;
    const target = last && this.#names.field(last).targets?.[0];
    if (target === undefined) throw new Error('an expression asks for links of something that is no field of links');
    const alias = this.#nextAlias();
    const { from, where } = this.#from(target, alias);
    return `exists (select 1 from ${from} where ${where}${this.#live(target, alias)} and ${test(`${quote(alias)}.id`)})`;
  }

  /** The live records behind a relation as `from ... where ...`, and a way to translate what is said about them. */
  #behind(node: Extract<Expression, { kind: 'related' | 'aggregate' }>): { readonly rows: string; inside<T>(work: () => T): T } {
    const alias = this.#nextAlias();
    const { from, where } = this.#from(node.from, alias);
    const parent = this.#names.column(this.#record, { object: node.object, field: 'id' });
    const by = { object: node.from, field: node.by };
    const link =
      node.by === 'id'
        ? `${this.#names.column(alias, by)} = any(${this.#names.column(this.#record, { object: node.object, field: node.relation })})`
        : this.#names.pointsTo(alias, by, node.object, parent);
    return {
      rows: `from ${from} where ${where}${this.#live(node.from, alias)} and ${link}`,
      inside: (work) => {
        const outside = this.#record;
        this.#record = alias;
        const made = work();
        this.#record = outside;
        return made;
      },
    };
  }

  #related(node: Extract<Expression, { kind: 'related' }>): string {
    const { rows, inside } = this.#behind(node);
    const inner = inside(() => this.predicate(node.where));
    const test = node.quantifier === 'all' ? `(${inner}) is not true` : `(${inner})`;
    const exists = `exists (select 1 ${rows} and ${test})`;
    return node.quantifier === 'any' ? exists : `not ${exists}`;
  }

  #aggregate(node: Aggregate): string {
    const { rows, inside } = this.#behind(node);
    const { value, where } = node;
    const counted = value && inside(() => this.value(value));
    const test = where === undefined ? '' : ` and (${inside(() => this.predicate(where))})`;
    if (counted === undefined) return `(select count(*)::numeric ${rows}${test})`;
    // The value may be a sub-query: it is named, so that it stands there once.
    const alias = quote(this.#nextAlias());
    return `(select ${aggregateOf(node, `${alias}.v`)} from (select ${counted} as v ${rows}${test}) ${alias})`;
  }
}

/** Rounded like the evaluator, which works out a quotient to as many digits before it cuts it. */
function aggregateOf({ function: name, type }: Aggregate, value: string): string {
  const number = type === 'decimal' ? `${value}::numeric` : value;
  const digits = String(QUOTIENT_SCALE);
  if (name === 'sum') return `coalesce(sum(${number}), 0)`;
  if (name === 'avg')
    return `round(round(round(sum(${number}), ${digits}) / nullif(count(${value}), 0), ${digits}), ${String(FORMULA_SCALE)})`;
  return `${name}(${number})`;
}

function makeInterval(unit: string, count: string): string {
  const name = Object.hasOwn(INTERVAL, unit) ? INTERVAL[unit] : undefined;
  if (name === undefined) throw new Error('an expression adds an unknown unit');
  return `make_interval(${name} => ${count})`;
}

/** Folds A–Z only: in the "C" collation `lower` touches nothing else, and neither does the evaluator. */
const fold = (sql: string): string => `lower((${sql}) collate "C")`;

const textOf = (node: Expression | undefined): string => (node?.kind === 'literal' ? String(node.value) : '');

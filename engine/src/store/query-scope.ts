import type { Expression } from '@fieldstone/metadata/language/expression.js';
import type { Scope, ScopeField } from '@fieldstone/metadata/language/scope.js';
import { resultType } from '../fields/registry.js';
import type { Rights } from '../kernel/actor.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel, RowRule, ValidationModel } from '../model/types.js';
import { accessOf, type ObjectAccess } from '../rules/access.js';
import { scopeField } from '../model/scope-field.js';
import { isHeldBy } from '../rules/broken-rule.js';
import { readsWholeRollup } from '../rules/computed-access.js';
import { expressionToSql, fieldToSql, type ExpressionContext } from './expression-to-sql.js';
import { Parameters } from './parameters.js';
import { jsonOf } from './physical-names.js';

export type Aliases = { readonly record: string; readonly previous?: string; readonly outer?: string };

type Guards = Required<Pick<ExpressionContext, 'pathGuard' | 'fieldGuard' | 'readsWhole'>>;

const NO_RULE: RowRule = { kind: 'none' };

/**
 * What one statement is compiled with: the model, the rights of the caller and the parameters.
 *
 * Shape:  depends on the caller's roles, never on who the caller is, so that one compiled statement serves everybody with the same roles.
 */
export class QueryScope {
  readonly active: ActiveModel;
  readonly params: Parameters;
  readonly #actor: Rights;
  readonly #userSql: string | undefined;
  readonly #access = new Map<string, ObjectAccess>();

  /** `userSql` stands for the caller where a statement asks for many people at once; `params` are given where it is about many records. */
  constructor(active: ActiveModel, actor: Rights, userSql?: string, params = new Parameters()) {
    this.active = active;
    this.params = params;
    this.#actor = actor;
    this.#userSql = userSql;
  }

  object(name: string): ObjectModel {
    const object = this.active.model.objects.get(name);
    if (object === undefined) throw new Error(`the model has no object ${name}`);
    return object;
  }

  /** Whether it is the system itself that asks. */
  get isSystem(): boolean {
    return this.#actor.kind === 'system';
  }

  access(object: string): ObjectAccess {
    let access = this.#access.get(object);
    if (access === undefined) this.#access.set(object, (access = accessOf(this.active.model, this.#actor, object)));
    return access;
  }

  isHeldBy(rule: ValidationModel): boolean {
    return isHeldBy(rule, this.#actor);
  }

  readRule(field: FieldModel): RowRule {
    return this.access(field.object).fields.get(field.name)?.read ?? NO_RULE;
  }

  editRule(field: FieldModel): RowRule {
    return this.access(field.object).fields.get(field.name)?.edit ?? NO_RULE;
  }

  /** An expression of the metadata: it may read whatever it names. */
  trusted(expression: Expression, alias: Aliases): string {
    return expressionToSql(expression, this.#expressionContext(alias));
  }

  /** An expression of a caller: every relation it walks is held to the caller's rights. */
  guarded(expression: Expression, alias: Aliases): string {
    return expressionToSql(expression, this.#expressionContext(alias, this.#guards));
  }

  /** A condition on rows that the statement makes itself: `active` says what their columns are. */
  about(active: ActiveModel, expression: Expression, alias: string): string {
    return expressionToSql(expression, this.#expressionContext({ record: alias }, {}, active));
  }

  /** The value of a field as the caller may see it, computed or not. Where it may be read at all is another question, see `readRule`. */
  value(field: FieldModel, alias: string): string {
    return fieldToSql(field, this.#expressionContext({ record: alias }, this.#guards)).value();
  }

  /** The code of the currency of a field in money. */
  code(field: FieldModel, alias: string): string {
    return fieldToSql(field, this.#expressionContext({ record: alias }, this.#guards)).code();
  }

  /** The JSON value of a field as the caller may see it, lookups as their bare id. */
  json(field: FieldModel, alias: string): string {
    if (field.computed === undefined) return jsonOf(this.active, field, alias);
    return fieldToSql(field, this.#expressionContext({ record: alias }, this.#guards)).json();
  }

  /** The same with all that it is made of, for what the system keeps of a record. */
  wholeJson(field: FieldModel, alias: string): string {
    if (field.computed === undefined) return jsonOf(this.active, field, alias);
    return fieldToSql(field, this.#expressionContext({ record: alias })).json();
  }

  /** The value of a field with all that it is made of. */
  wholeValue(field: FieldModel, alias: string): string {
    return fieldToSql(field, this.#expressionContext({ record: alias })).value();
  }

  /** A stored roll-up worked out from its records: what its column should hold. */
  recomputed(field: FieldModel, alias: string): { readonly value: string; readonly code: string } {
    const made = fieldToSql(field, this.#expressionContext({ record: alias }, { readsWhole: () => false }));
    return { value: made.value(), code: made.code() };
  }

  readonly #guards: Guards = {
    pathGuard: (object, alias) => {
      const { read } = this.access(object);
      return read.kind === 'all' ? undefined : this.rule(read, alias);
    },
    fieldGuard: (field, alias) => {
      const rule = this.readRule(field);
      return rule.kind === 'all' ? undefined : this.rule(rule, alias);
    },
    readsWhole: (field) => field.computed?.kind === 'rollup' && readsWholeRollup((object) => this.access(object), field.computed),
  };

  rule(rule: RowRule, alias: string): string {
    if (rule.kind === 'all') return 'true';
    return rule.kind === 'none' ? 'false' : `(${this.trusted(rule.where, { record: alias })})`;
  }

  /** Which rows of an object the caller may read. */
  mayRead(object: string, alias: string): string {
    return this.rule(this.access(object).read, alias);
  }

  /**
   * Names a caller may use in conditions. What the caller may not read does not exist here, so it is refused exactly like a name that was never
   * there. Fields readable on some rows only are allowed on the object itself and noted in `masked`.
   */
  languageScope(object: string, masked?: Set<FieldModel>): Scope {
    const { model } = this.active;
    return {
      object,
      allow: new Set(['user', 'people']),
      field: (of, name, isFar) => {
        const field = model.objects.get(of)?.fields.get(name);
        if (field === undefined || this.access(of).read.kind === 'none') return undefined;
        const rule = this.readRule(field);
        if (rule.kind === 'none') return undefined;
        if (rule.kind === 'where') {
          if (of !== object || isFar === true || masked === undefined) return undefined;
          masked.add(field);
        }
        return resultType(field).isFilterable ? this.#withoutHidden(scopeField(field)) : undefined;
      },
      relation: (of, name) => {
        const relation = model.objects.get(of)?.relations.get(name);
        const by = relation && model.objects.get(relation.object)?.fields.get(relation.field);
        if (relation === undefined || by === undefined || this.access(of).read.kind === 'none') return undefined;
        if (this.access(relation.object).read.kind === 'none' || this.readRule(by).kind !== 'all') return undefined;
        return { from: relation.object, by: relation.field };
      },
    };
  }

  /** A link as the caller may know it: of the objects behind it, those that there are for the caller. */
  #withoutHidden(field: ScopeField): ScopeField {
    const isThere = (name: string) => this.access(name).read.kind !== 'none';
    const { target, targets, ...rest } = field;
    return {
      ...rest,
      ...(target !== undefined && isThere(target) ? { target } : {}),
      ...(targets === undefined ? {} : { targets: targets.filter(isThere) }),
    };
  }

  /** Parameters are numbered when they are read, so this object must be passed on as it is: a copy of it would read them all. */
  #expressionContext(alias: Aliases, guards: Partial<Guards> = {}, active = this.active) {
    const { params } = this;
    const userSql = this.#userSql;
    return {
      ...guards,
      active,
      tenantParam: params.tenant,
      alias,
      get userParam() {
        return userSql ?? params.user;
      },
      get nowParam() {
        return params.now;
      },
      get timeZoneParam() {
        return params.timeZone;
      },
      param: (value: unknown) => params.constant(value),
    };
  }
}

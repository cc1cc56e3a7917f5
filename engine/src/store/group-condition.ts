import { parseCondition } from '@fieldstone/metadata/language/parse-condition.js';
import { malformed } from '../kernel/errors.js';
import type { ActiveModel } from '../model/active.js';
import { scopeField } from '../model/scope-field.js';
import type { FieldModel } from '../model/types.js';
import type { QueryScope } from './query-scope.js';
import { told } from '../texts/told.js';

/** A column of grouped rows that a condition may name. */
export type GroupColumn = {
  readonly name: string;
  readonly column: string;
  readonly field: Pick<FieldModel, 'type' | 'options'> & { target?: string };
};

/** What grouped rows are called where a condition on them is checked. No object of the metadata has such a name. */
const GROUPS = '$groups';

/**
 * A condition on groups, in the language of every other condition: its names are those of the measures and of the levels of grouping.
 *
 * Errors: malformed, with every issue under /having.
 */
export function groupCondition(scope: QueryScope, json: unknown, columns: readonly GroupColumn[], alias: string): string {
  const fields = new Map(columns.map(({ name, field }) => [name, fieldOf(name, field)]));
  const parsed = parseCondition(json, {
    object: GROUPS,
    allow: new Set(['user']),
    field: (object, name) => {
      const field = object === GROUPS ? fields.get(name) : undefined;
      return field && scopeField(field);
    },
    relation: () => undefined,
    names: () => fields.keys(),
  });
  if (!parsed.ok) {
    const issues = parsed.issues.map(({ path, code, message }) => ({
      path: `/having${path}`,
      code,
      message: message.replaceAll(`"${GROUPS}"`, 'The answer'),
    }));
    throw malformed(told('groups.having'), issues);
  }
  return scope.about(withGroups(scope.active, fields, columns), parsed.expression, alias);
}

const fieldOf = (name: string, { type, options, target }: GroupColumn['field']): FieldModel => ({
  id: `${GROUPS}.${name}`,
  object: GROUPS,
  name,
  label: name,
  type,
  system: false,
  required: false,
  unique: false,
  indexed: false,
  searchable: false,
  tracked: false,
  options,
  ...(target === undefined ? {} : { target }),
});

/** The model with one more object: the groups, whose columns are those of the statement. */
function withGroups(
  { bindings, ...active }: ActiveModel,
  fields: ReadonlyMap<string, FieldModel>,
  columns: readonly GroupColumn[],
): ActiveModel {
  const object = {
    id: GROUPS,
    name: GROUPS,
    label: GROUPS,
    pluralLabel: GROUPS,
    icon: '',
    nameField: '',
    trackHistory: false,
    indexes: [],
    system: true,
    fields,
    relations: new Map(),
    validations: [],
    recordTypes: [],
    triggers: [],
    actions: new Map(),
    layouts: [],
    views: [],
  };
  const bound = columns.map(({ name, column }) => [`${GROUPS}.${name}`, { column, pgType: 'numeric' }] as const);
  return {
    ...active,
    model: { ...active.model, objects: new Map([...active.model.objects, [GROUPS, object]]) },
    bindings: { ...bindings, columns: new Map([...bindings.columns, ...bound]) },
  };
}

import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import type { Actor } from '../../src/kernel/actor.js';
import type { FieldModel, FieldGrant, Model, ObjectModel, PermissionModel, RoleModel, RowRule } from '../../src/model/types.js';
import { ruleScope } from '../../src/rules/condition-scope.js';

/** A small model for tests of rules: objects are tables of fields, roles are tables of permissions. */
export type FieldSpec = { readonly type: FieldModel['type'] } & Partial<Omit<FieldModel, 'type'>>;

const SYSTEM: Readonly<Record<string, FieldSpec>> = {
  id: { type: 'id' },
  owner: { type: 'user', target: 'user' },
  created_at: { type: 'datetime' },
  version: { type: 'version' },
};

export function objectOf(name: string, specs: Readonly<Record<string, FieldSpec>>, more: Partial<ObjectModel> = {}): ObjectModel {
  const field = ([api, spec]: [string, FieldSpec]): [string, FieldModel] => [
    api,
    {
      id: `fld_${name}_${api}`,
      object: name,
      name: api,
      label: `The ${api}`,
      system: api in SYSTEM && !(api in specs),
      required: false,
      unique: false,
      indexed: false,
      searchable: false,
      tracked: false,
      options: {},
      ...spec,
    },
  ];
  return {
    id: `obj_${name}`,
    name,
    label: name,
    pluralLabel: `${name}s`,
    icon: 'box',
    nameField: 'name',
    trackHistory: false,
    indexes: [],
    system: false,
    fields: new Map([...Object.entries(specs), ...Object.entries(SYSTEM).filter(([api]) => !(api in specs))].map(field)),
    relations: new Map(),
    validations: [],
    recordTypes: [],
    triggers: [],
    actions: new Map(),
    layouts: [],
    views: [],
    ...more,
  };
}

export const modelOf = (
  objects: readonly ObjectModel[],
  roles: Readonly<Record<string, Readonly<Record<string, PermissionModel>>>> = {},
): Model => ({
  hash: 'rule-world',
  packs: [],
  objects: new Map(objects.map((object) => [object.name, object])),
  roles: new Map(
    Object.entries(roles).map(([name, permissions]): [string, RoleModel] => [
      name,
      {
        id: `rol_${name}`,
        name,
        label: name,
        isSet: false,
        includes: [name],
        capabilities: new Set(),
        permissions: new Map(Object.entries(permissions)),
      },
    ]),
  ),
  apps: [],
  workflows: new Map(),
  templates: new Map(),
  translations: new Map(),
  sources: [],
});

export function condition(
  model: Model,
  object: string,
  json: unknown,
  outer?: string,
  allow: Scope['allow'] = new Set(['previous', 'outer', 'user', 'changed']),
): Expression {
  const parsed = parseCondition(json, ruleScope(model, object, allow, outer));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.expression;
}

export const ALL: RowRule = { kind: 'all' };
export const NONE: RowRule = { kind: 'none' };

const GRANT: Readonly<Record<'none' | 'read' | 'edit', FieldGrant>> = {
  none: { read: NONE, edit: NONE },
  read: { read: ALL, edit: NONE },
  edit: { read: ALL, edit: ALL },
};

export const permission = (
  object: ObjectModel,
  more: Partial<Omit<PermissionModel, 'fields'>> & { fields?: Record<string, keyof typeof GRANT | FieldGrant>; rest?: keyof typeof GRANT },
): PermissionModel => {
  const { fields = {}, rest = 'edit', ...rows } = more;
  const grant = (access: keyof typeof GRANT | FieldGrant): FieldGrant => (typeof access === 'string' ? GRANT[access] : access);
  return {
    create: false,
    read: NONE,
    update: NONE,
    delete: NONE,
    from: 'prm_test',
    actions: new Set(),
    ...rows,
    fields: new Map(
      [...object.fields.keys()].map((name) => [name, grant((Object.hasOwn(fields, name) ? fields[name] : undefined) ?? rest)]),
    ),
  };
};

export const actor = (roles: readonly string[], more: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  userId: '0190c0de-0000-7000-8000-000000000001',
  name: 'Ada',
  tenantId: 1,
  roles,
  epoch: 1,
  locale: 'en',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  cause: { kind: 'user' },
  ...more,
});

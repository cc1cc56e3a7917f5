import type { AppDocument } from '@fieldstone/metadata/types/documents.js';
import type { ScreenAction, ScreenField, ScreenMetadata, ScreenObject, ScreenRecordType } from '@fieldstone/metadata/types/wire.js';
import { isCopied } from '../rules/copied-fields.js';
import { resultType } from '../fields/registry.js';
import type { Actor, Rights } from '../kernel/actor.js';
import { digest } from '../kernel/hash.js';
import type { ActiveModel } from '../model/active.js';
import { RECORD_TYPE_FIELD } from '../model/record-type-field.js';
import type { ActionModel, FieldModel, Model, ObjectModel, RecordTypeModel } from '../model/types.js';
import { abilityOf, type Ability } from '../rules/ability.js';
import { accessOf, type ObjectAccess } from '../rules/access.js';
import { isHeldBy } from '../rules/broken-rule.js';
import { mayChoose, recordTypeDefaults, standardType } from '../rules/record-type-defaults.js';
import { defaultLayout, defaultView, layoutFor, viewFor } from './describe-screens.js';
import { readableBy, type Readable } from './readable.js';

export type Description = { readonly etag: string; readonly json: string };

const described = new WeakMap<ActiveModel, Map<string, Description>>();

/**
 * What an actor's screens are made from: objects, fields, layouts and views that they may read, and nothing that tells of the rest.
 *
 * Shape: the same for everybody with the same roles, so it is made once per revision and set of roles. JSON text of ScreenMetadata.
 */
export function describeFor(active: ActiveModel, actor: Rights): Description {
  const roles = [...new Set(actor.roles)].sort();
  const key = `${actor.kind} ${roles.join(' ')}`;
  let known = described.get(active);
  if (!known) described.set(active, (known = new Map()));
  let description = known.get(key);
  if (!description) {
    const json = JSON.stringify(screenMetadata(active, { kind: actor.kind, roles }));
    description = { etag: `"m${active.revision}-${digest([active.model.hash, key]).slice(0, 16)}"`, json };
    known.set(key, description);
  }
  return description;
}

export function screenMetadata(active: ActiveModel, actor: Rights): ScreenMetadata {
  const { model, revision } = active;
  const readable = readableBy(model, actor);
  const ability = abilityOf(model, actor);
  const objects = [...model.objects.values()].filter((object) => readable.object(object.name));
  const capabilities = new Set(actor.roles.flatMap((role) => [...(model.roles.get(role)?.capabilities ?? [])]));
  return {
    revision,
    apps: appsFor(model, actor, objects),
    objects: objects.map((object) => screenObject(model, object, actor, ability, readable)),
    capabilities: [...capabilities].sort(),
  };
}

/** Entries of objects that may be read. Who has no app at all gets one with everything, so that nothing is out of reach. */
function appsFor(model: Model, actor: Pick<Actor, 'roles'>, objects: readonly ObjectModel[]): AppDocument[] {
  const names = new Set(objects.map((object) => object.name));
  const apps = model.apps
    .filter((app) => app.roles === undefined || app.roles.some((role) => actor.roles.includes(role)))
    .map((app) => ({ ...app, items: app.items.filter((item) => names.has(item.object)) }))
    .filter((app) => app.items.length > 0);
  const own = objects.filter((object) => !object.system);
  if (apps.length > 0 || own.length === 0) return apps;
  const items = own.map((object) => ({ id: object.name.padEnd(2, '_').slice(0, 40), object: object.name }));
  return [{ kind: 'app', id: 'app_default', name: 'all', label: 'All', items }];
}

function screenObject(model: Model, object: ObjectModel, actor: Rights, ability: Ability, readable: Readable): ScreenObject {
  const access = accessOf(model, actor, object.name);
  const offered = [...object.actions.values()].filter(({ name }) => access.actions.has(name));
  const layouts = object.layouts.length > 0 ? object.layouts : [defaultLayout(object, model)];
  const views = object.views.length > 0 ? object.views : [defaultView(object)];
  const shown = views.flatMap((view) => viewFor(view, object, readable) ?? []);
  const fallback = shown.length === 0 ? viewFor(defaultView(object), object, readable) : undefined;
  return {
    id: object.id,
    name: object.name,
    label: object.label,
    pluralLabel: object.pluralLabel,
    icon: object.icon,
    nameField: object.nameField,
    system: object.system,
    fields: [...object.fields.values()]
      // Records in the recycle bin are not on any screen, and their field can not be asked for.
      .filter((field) => readable.field(object.name, field.name) && field.id !== 'sys_deleted_at')
      .map((field) => screenField(object, field, access, readable)),
    relations: [...object.relations.values()].filter((relation) => readable.path(relation.object, relation.field)),
    layouts: layouts.map((layout) => layoutFor(layout, object, readable)),
    views: fallback ? [fallback] : shown,
    validations: object.validations
      .filter(
        (rule) =>
          isHeldBy(rule, actor) &&
          readable.condition(object.name, rule.source) &&
          (rule.field === undefined || readable.field(object.name, rule.field)),
      )
      .map(({ name, on, source, message, field, narrows }) => ({
        name,
        on: [...on],
        errorWhen: source,
        message,
        ...(field === undefined ? {} : { field }),
        ...(narrows === true ? { narrows } : {}),
      })),
    ...(object.recordTypes.length > 0 && readable.field(object.name, RECORD_TYPE_FIELD)
      ? { recordTypes: object.recordTypes.map((type) => screenType(type, object, actor, readable)) }
      : {}),
    ...(offered.length > 0 ? { actions: offered.map((action) => screenAction(action, object, access, readable)) } : {}),
    access: {
      create: ability.can('create', object.name),
      read: ability.can('read', object.name),
      update: ability.can('update', object.name),
      delete: ability.can('delete', object.name),
      actions: [...access.actions].sort(),
    },
  };
}

/** What is filled in for an action is no field of the record: whoever may run it may fill it in. */
function screenAction(
  { name, label, document, inputs }: ActionModel,
  object: ObjectModel,
  access: ObjectAccess,
  readable: Readable,
): ScreenAction {
  const { description, icon, when } = document;
  return {
    name,
    label,
    ...(description === undefined ? {} : { description }),
    ...(icon === undefined ? {} : { icon }),
    ...(when !== undefined && readable.condition(object.name, when) ? { when } : {}),
    inputs: inputs.map((input) => ({
      ...screenField(object, input, access, readable),
      ...(input.options.help === undefined ? {} : { help: input.options.help }),
      system: false,
      editable: true,
    })),
  };
}

/** A type with what a form begins with. Layouts are shown to everybody, so their names are no secret. */
function screenType(type: RecordTypeModel, object: ObjectModel, actor: Rights, readable: Readable): ScreenRecordType {
  const { [RECORD_TYPE_FIELD]: _own, ...all } = recordTypeDefaults(object, { [RECORD_TYPE_FIELD]: type.id }, actor);
  const { id, name, label, description, layout } = type;
  return {
    id,
    name,
    label,
    ...(description === undefined ? {} : { description }),
    ...(layout === undefined ? {} : { layout }),
    choosable: mayChoose(type, actor),
    standard: standardType(object, actor) === type,
    defaults: Object.fromEntries(Object.entries(all).filter(([field]) => readable.field(object.name, field))),
  };
}

const COPIED = ['help', 'maxLength', 'precision', 'scale', 'min', 'max', 'options', 'format', 'reveal'] as const;

/** An option that another one took the place of is read in old entries of the history, and nowhere chosen. */
const shownOption = ({ replacedBy, ...option }: NonNullable<FieldModel['options']['options']>[number]) =>
  replacedBy === undefined ? option : { ...option, inactive: true };

function screenField(object: ObjectModel, field: FieldModel, access: ObjectAccess, readable: Readable): ScreenField {
  const rules = access.fields.get(field.name);
  const copied = Object.fromEntries(COPIED.flatMap((name) => (field.options[name] === undefined ? [] : [[name, field.options[name]]])));
  const { where, options, default: fallback } = field.options;
  const target = field.target !== undefined && readable.object(field.target) ? field.target : undefined;
  const targets = field.targets?.filter((name) => readable.object(name));
  const chosenFrom = target ?? targets?.[0];
  return {
    ...copied,
    ...(options ? { options: options.map(shownOption) } : {}),
    id: field.id,
    name: field.name,
    label: field.label,
    type: shownType(field),
    ...computedBy(field),
    required: field.required,
    unique: field.unique,
    searchable: field.searchable,
    // A value that is hidden on some rows must not show by the order of the rest.
    sortable: (resultType(field).isSortable || resultType(field).parts !== undefined) && rules?.read.kind === 'all',
    system: field.system,
    editable: rules !== undefined && (rules.create || rules.edit.kind !== 'none'),
    ...(rules?.create === true && !isCopied(field) ? { isOwn: true as const } : {}),
    ...(target === undefined ? {} : { target }),
    ...(targets === undefined ? {} : { targets }),
    ...(where !== undefined && chosenFrom !== undefined && readable.condition(chosenFrom, where, { outerObject: object.name })
      ? { where }
      : {}),
    ...(fallback === undefined ? {} : { default: shownDefault(object, field, fallback, readable) }),
  };
}

/** Who may read a computed field may read all that its formula names. */
function computedBy({ computed, options }: FieldModel): Pick<ScreenField, 'computed' | 'formula'> {
  if (computed === undefined) return {};
  if (computed.kind === 'rollup' || options.formula === undefined) return { computed: computed.kind };
  const { formula, currencyOf } = options;
  const { returns, scale } = computed;
  return { computed: 'formula', formula: { formula, returns, scale, ...(currencyOf === undefined ? {} : { currencyOf }) } };
}

/** A result type is never one of the computed types themselves. */
const shownType = (field: FieldModel): ScreenField['type'] => resultType(field).name as ScreenField['type'];

/** The default as far as the caller may know it: a form must not ask for a value that the server will give, even if it may not see how. */
function shownDefault(object: ObjectModel, field: FieldModel, value: unknown, readable: Readable): NonNullable<ScreenField['default']> {
  const literal = value as NonNullable<ScreenField['default']>;
  if (value === null || typeof value !== 'object') return literal;
  if ('$expr' in value) return readable.expression(object.name, value.$expr) ? literal : { $lookup: {} };
  if (!('$lookup' in value)) return literal;
  const { where } = value.$lookup as { where?: unknown };
  const isReadable = field.target !== undefined && readable.object(field.target);
  if (!isReadable) return { $lookup: {} };
  return where === undefined || readable.condition(field.target, where, { outerObject: object.name }) ? literal : { $lookup: {} };
}

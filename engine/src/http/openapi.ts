import { resultType } from '../fields/registry.js';
import type { Actor } from '../kernel/actor.js';
import type { ActionModel, FieldModel, Model, ObjectModel } from '../model/types.js';
import { LIMITS } from '../model/limits.js';
import { accessOf, type ObjectAccess } from '../rules/access.js';
import { childList } from '../rules/child-lists.js';
import { seenOptions } from '../rules/record-schema.js';
import { isUnstructured, type Exchange, type Unstructured } from './exchange.js';
import type { Policy, Route } from './route.js';
import { namedIn, type Schema } from './schema.js';
import { problem } from './schemas/problem.js';
import { actionSchema } from './schemas/records.js';

type Json = Record<string, unknown>;

const OBJECT = '{object}';
const ACTION = '{action}';

/**
 * The OpenAPI 3.1 description of the API as one caller has it: the routes of the running server, with those of records written out for each
 * object the caller may use, and schemas of their records with the fields the caller may read and write.
 *
 * Shape: `model` and `actor` undefined for nobody: the routes alone.
 */
export function describeApi(routes: readonly Route[], base: string, who?: { model: Model; actor: Actor }): Json {
  const objects = who === undefined ? [] : usable(who.model, who.actor);
  const paths: Record<string, Json> = {};
  const add = (path: string, route: Route, exchange: Exchange, more: Json = {}) => {
    (paths[path] ??= {})[route.method.toLowerCase()] = { ...operation(route, path, exchange), ...more };
  };
  for (const route of routes.filter(({ policy }) => who === undefined || mayCall(policy, who))) {
    const { exchange, path } = route;
    const of = (object: string, action?: string) => (typeof exchange === 'function' ? exchange(object, action) : exchange);
    if (who === undefined || !path.includes(OBJECT)) add(path, route, of(ANY));
    else {
      for (const { object, access } of objects) {
        const at = path.replace(OBJECT, object.name);
        const tags = [object.name];
        if (!path.includes(ACTION)) {
          if (allows(route, access)) add(at, route, of(object.name), { tags });
          continue;
        }
        for (const { name, label, document } of actionsOf(object, access)) {
          const about = { summary: label, ...(document.description === undefined ? {} : { description: document.description }) };
          add(at.replace(ACTION, name), route, of(object.name, name), { tags, ...about });
        }
      }
    }
  }
  const known = new Set(objects.filter(({ access }) => access.read.kind !== 'none').map(({ object }) => object.name));
  const isThere = (object: string) => known.has(object);
  const ofRecords =
    who === undefined
      ? ANY_RECORDS
      : Object.fromEntries(objects.flatMap((each) => schemasOf(each.object, each.access, isThere, listsOf(who, each.object))));
  return {
    openapi: '3.1.0',
    info: { title: 'Fieldstone', version: '1', description: 'Made from the published metadata, for whoever asks.' },
    servers: [{ url: base }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sid', description: 'Set by POST /auth/login.' },
        key: { type: 'http', scheme: 'bearer', description: 'An API key.' },
      },
      schemas: { ...Object.fromEntries([...namedIn(paths)].sort(([a], [b]) => (a < b ? -1 : 1))), ...ofRecords },
    },
  };
}

/** Records as somebody sees them who has not said who they are. */
const ANY = 'Record';
const ANY_RECORDS: Json = {
  [ANY]: { type: 'object', description: 'Sign in to see the fields of each object.' },
  [`${ANY}_create`]: { type: 'object' },
  [`${ANY}_update`]: { type: 'object' },
};

/** Actions that the caller may run on some record. */
const actionsOf = (object: ObjectModel, access: ObjectAccess): ActionModel[] =>
  [...object.actions.values()].filter(({ name }) => access.actions.has(name));

function usable(model: Model, actor: Actor): { object: ObjectModel; access: ObjectAccess }[] {
  return [...model.objects.values()]
    .map((object) => ({ object, access: accessOf(model, actor, object.name) }))
    .filter(({ access }) => access.read.kind !== 'none' || access.create);
}

/** Whether the caller may at least sometimes do what the route does with the object. Whether a record may be touched is known when it is. */
function allows({ method, path }: Route, access: ObjectAccess): boolean {
  const isRead = method === 'GET' || path.endsWith('/query') || path.endsWith('/aggregate') || path.includes('/reveal/');
  if (path.endsWith('/share-candidates')) return access.actions.has('share');
  if (isRead) return access.read.kind !== 'none';
  if (path.includes('/shares')) return access.actions.has('share');
  if (path.endsWith('/bulk')) {
    const mayWrite = access.create || access.update.kind !== 'none' || access.delete.kind !== 'none';
    return access.actions.has('bulk') && mayWrite;
  }
  if (path.endsWith('/clone')) return access.create && access.read.kind !== 'none';
  if (method === 'DELETE' || path.endsWith('/restore')) return access.delete.kind !== 'none';
  return method === 'POST' && !path.endsWith('/restore-version') ? access.create : access.update.kind !== 'none';
}

/** A route for which the caller lacks what it needs is not part of the API they have. */
const mayCall = (policy: Policy, { model, actor }: { model: Model; actor: Actor }): boolean =>
  policy.kind !== 'capability' || actor.roles.some((role) => model.roles.get(role)?.capabilities.has(policy.capability) === true);

const PROBLEM = { default: { description: 'A problem', content: { 'application/problem+json': { schema: problem } } } };
const DESCRIPTIONS: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Made', 204: 'Done, without a word' };

function operation(route: Route, path: string, exchange: Exchange): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(exchange.query ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const headers = Object.entries(exchange.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...inQuery, ...headers];
  const { body } = exchange;
  return {
    operationId: operationId(route.method, path),
    summary: route.summary,
    security: security(route.policy),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: { required: exchange.optionalBody !== true, ...content(body) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(exchange.answers).map(([status, answer]) => [
          status,
          { description: DESCRIPTIONS[status] ?? 'Done', ...content(answer) },
        ]),
      ),
      ...PROBLEM,
    },
  };
}

function content(what: Schema | Unstructured): Json {
  if (!isUnstructured(what)) return { content: { 'application/json': { schema: what } } };
  return what.media.length === 0 ? {} : { content: Object.fromEntries(what.media.map((type) => [type, {}])) };
}

const security = (policy: Policy): Json[] => (policy.kind === 'public' ? [] : [{ session: [] }, { key: [] }]);

const operationId = (method: string, path: string): string =>
  method.toLowerCase() + path.replaceAll(/[/{_.-]+(\w?)/g, (_all, next: string) => next.toUpperCase()).replaceAll('}', '');

function schemasOf(object: ObjectModel, access: ObjectAccess, isThere: (object: string) => boolean, lists: Json): [string, Json][] {
  const writeSchema = (field: FieldModel): Json => orNull(resultType(field).jsonSchema(seenOptions(field, isThere)));
  const readSchema = (field: FieldModel): Json => answerOf(field) ?? writeSchema(field);
  const fields = [...object.fields.values()];
  const allowed = (test: (field: FieldModel) => boolean, schema: (field: FieldModel) => Json): Json =>
    Object.fromEntries(fields.filter(test).map((field) => [field.name, { title: field.label, ...schema(field) }]));
  // Records in the recycle bin are in no answer, and so neither is the time they went there.
  const readable = allowed((field) => access.fields.get(field.name)?.read.kind !== 'none' && field.id !== 'sys_deleted_at', readSchema);
  const creatable = fields.filter((field) => access.fields.get(field.name)?.create === true);
  const required = creatable
    .filter((field) => field.required && field.options.default === undefined && !field.system)
    .map((field) => field.name);
  const closed = (properties: Json, more: Json = {}): Json => ({ type: 'object', additionalProperties: false, properties, ...more });
  return [
    [object.name, { title: object.label, type: 'object', properties: readable, required: ['id', 'version'] }],
    [
      `${object.name}_create`,
      closed({ ...allowed((field) => creatable.includes(field), writeSchema), ...lists }, required.length === 0 ? {} : { required }),
    ],
    [`${object.name}_update`, closed(allowed((field) => access.fields.get(field.name)?.edit.kind !== 'none', writeSchema))],
    ...actionsOf(object, access).map(({ name, label, inputs }): [string, Json] => {
      const needed = inputs.filter((input) => input.required).map((input) => input.name);
      const properties = Object.fromEntries(inputs.map((input) => [input.name, { title: input.label, ...writeSchema(input) }]));
      return [actionSchema(object.name, name), closed(properties, { title: label, ...(needed.length === 0 ? {} : { required: needed }) })];
    }),
  ];
}

/** Records that can be made together with one of an object, under the names of its lists. They are linked by where they stand. */
function listsOf({ model, actor }: { model: Model; actor: Actor }, object: ObjectModel): Json {
  const lists = [...object.relations.keys()].flatMap((name) => childList(model, actor, object, name) ?? []);
  return Object.fromEntries(
    lists
      .filter(({ mayCreate }) => mayCreate)
      .map(({ name, label, child }) => [
        name,
        {
          title: label,
          type: 'array',
          maxItems: LIMITS.nested_records.max,
          items: { type: 'object', description: `As in ${child.name}_create, without the link to this record` },
        },
      ]),
  );
}

const orNull = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] });

/** What an answer holds, where it is not as it is written: links come with their label. */
function answerOf(field: FieldModel): Json | undefined {
  if (field.type === 'id') return { type: 'string', format: 'uuid' };
  if (field.type === 'version') return { type: 'integer' };
  if (field.target !== undefined) {
    return orNull({
      type: 'object',
      required: ['id', 'label'],
      properties: { id: { type: 'string', format: 'uuid' }, label: { type: ['string', 'null'] } },
    });
  }
  const { answerSchema } = resultType(field);
  return answerSchema === undefined ? undefined : orNull(answerSchema);
}

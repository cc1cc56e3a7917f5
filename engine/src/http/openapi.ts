import { resultType } from '../fields/registry.js';
import type { Actor } from '../kernel/actor.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { AGGREGATE_ANSWER, AGGREGATE_QUERY, LIST, LIST_IN_BODY, type Json } from './query-schemas.js';
import { accessOf, type ObjectAccess } from '../rules/access.js';
import type { Policy, Route } from './route.js';

const OBJECT = '{object}';
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });

/**
 * The OpenAPI 3.1 description of the API as one caller has it: the routes of the running server, with those of records written out for each
 * object the caller may use, and schemas of their records with the fields the caller may read and write.
 *
 * Shape: `model` and `actor` undefined for nobody: the routes alone.
 */
export function describeApi(routes: readonly Route[], base: string, who?: { model: Model; actor: Actor }): Json {
  const objects = who === undefined ? [] : usable(who.model, who.actor);
  const paths: Record<string, Json> = {};
  const add = (path: string, route: Route, operation: Json) => {
    (paths[path] ??= {})[route.method.toLowerCase()] = { ...common(route, path), ...operation };
  };
  for (const route of routes) {
    if (!route.path.includes(OBJECT) || who === undefined) add(route.path, route, {});
    else {
      for (const { object, access } of objects) {
        if (!allows(route, access)) continue;
        const path = route.path.replace(OBJECT, object.name);
        add(path, route, { tags: [object.name], operationId: operationId(route.method, path), ...recordOperation(route, object.name) });
      }
    }
  }
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
      schemas: { Problem: PROBLEM, ...Object.fromEntries(objects.flatMap((each) => schemasOf(each.object, each.access))) },
    },
  };
}

function usable(model: Model, actor: Actor): { object: ObjectModel; access: ObjectAccess }[] {
  return [...model.objects.values()]
    .map((object) => ({ object, access: accessOf(model, actor, object.name) }))
    .filter(({ access }) => access.read.kind !== 'none' || access.create);
}

/** Whether the caller may at least sometimes do what the route does with the object. Whether a record may be touched is known when it is. */
function allows({ method, path }: Route, access: ObjectAccess): boolean {
  const isRead = method === 'GET' || path.endsWith('/query') || path.endsWith('/aggregate') || path.includes('/reveal/');
  if (isRead) return access.read.kind !== 'none';
  if (method === 'DELETE' || path.endsWith('/restore')) return access.delete.kind !== 'none';
  return method === 'POST' ? access.create : access.update.kind !== 'none';
}

function common(route: Route, path: string): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    operationId: operationId(route.method, path),
    summary: route.summary,
    security: security(route.policy),
    ...(route.takes ? { requestBody: json(route.takes) } : {}),
    ...(route.body === 'stream' ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    ...(names.length === 0 ? {} : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }),
    responses: {
      '2XX': { description: 'Done', ...(route.answers ? json(route.answers) : {}) },
      default: { description: 'A problem', content: { 'application/problem+json': { schema: ref('Problem') } } },
    },
  };
}

const security = (policy: Policy): Json[] => (policy.kind === 'public' ? [] : [{ session: [] }, { key: [] }]);

const operationId = (method: string, path: string): string =>
  method.toLowerCase() + path.replaceAll(/[/{_.-]+(\w?)/g, (_all, next: string) => next.toUpperCase()).replaceAll('}', '');

const query = (name: string, schema: Json): Json => ({ name, in: 'query', schema });
const header = (name: string, description: string): Json => ({ name, in: 'header', description, schema: { type: 'string' } });
const ID: Json = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const MATCH = header('If-Match', 'The ETag of the record: somebody else has not changed it since');
const KEY = header('Idempotency-Key', 'The first answer is kept and repeated');
/** Bodies and answers of the routes that carry one record or a page of them; the others answer as their summary says. */
function recordOperation({ method, path }: Route, name: string): Json {
  const problem = { default: { description: 'A problem', content: { 'application/problem+json': { schema: ref('Problem') } } } };
  const body = (schema: Json) => ({ requestBody: { required: true, ...json(schema) } });
  const answer = (status: string, description: string, schema: Json) => ({
    responses: { [status]: { description, ...json(schema) }, ...problem },
  });
  const rest = path.slice(path.indexOf(OBJECT) + OBJECT.length);
  const page = {
    type: 'object',
    required: ['data', 'page'],
    properties: {
      data: { type: 'array', items: ref(name) },
      page: {
        type: 'object',
        required: ['next'],
        properties: { next: { type: ['string', 'null'] }, count: { type: 'integer' }, countIsCapped: { type: 'boolean' } },
      },
    },
  };
  switch (`${method} ${rest}`) {
    case 'GET ':
      return { parameters: Object.entries(LIST).map(([key, schema]) => query(key, schema)), ...answer('200', 'A page of records', page) };
    case 'POST /query':
      return {
        ...body({ type: 'object', additionalProperties: false, properties: { ...LIST, ...LIST_IN_BODY } }),
        ...answer('200', 'A page of records', page),
      };
    case 'POST /aggregate':
      return { ...body(AGGREGATE_QUERY), ...answer('200', 'Groups with their measures', AGGREGATE_ANSWER) };
    case 'POST ':
      return { parameters: [KEY], ...body(ref(`${name}_create`)), ...answer('201', 'The new record', ref(name)) };
    case 'GET /{id}':
      return {
        parameters: [ID, query('fields', LIST.fields), query('include', { type: 'string', description: 'Related lists, as JSON' })],
        ...answer('200', 'The record', ref(name)),
      };
    case 'GET /{id}/files/{field}':
      return {
        responses: { '200': { description: 'The bytes', content: { 'application/octet-stream': {}, 'image/*': {} } }, ...problem },
      };
    case 'POST /{id}/reveal/{field}':
      return answer('200', 'The secret', { type: 'object', required: ['value'], properties: { value: { type: 'string' } } });
    case 'POST /{id}/restore':
      return answer('200', 'The record', ref(name));
    case 'PATCH /{id}':
      return { parameters: [ID, MATCH, KEY], ...body(ref(`${name}_update`)), ...answer('200', 'The record', ref(name)) };
    case 'DELETE /{id}':
      return { parameters: [ID, MATCH, KEY], responses: { '204': { description: 'It is in the recycle bin' }, ...problem } };
    default:
      return {};
  }
}

function schemasOf(object: ObjectModel, access: ObjectAccess): [string, Json][] {
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
      closed(
        allowed((field) => creatable.includes(field), writeSchema),
        required.length === 0 ? {} : { required },
      ),
    ],
    [`${object.name}_update`, closed(allowed((field) => access.fields.get(field.name)?.edit.kind !== 'none', writeSchema))],
  ];
}

const orNull = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] });
const writeSchema = (field: FieldModel): Json => orNull(resultType(field).jsonSchema(field.options));

/** What an answer holds: as it is written, but for links, which come with their label. */
function readSchema(field: FieldModel): Json {
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
  return answerSchema === undefined ? writeSchema(field) : orNull(answerSchema);
}

const PROBLEM: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457). `code` is stable; `issues` names every problem at its place in the request.',
  required: ['type', 'title', 'status', 'code', 'detail', 'issues', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    hint: { type: 'string' },
    requestId: { type: 'string' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

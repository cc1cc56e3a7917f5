import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { DOCUMENT_KINDS, type DocumentKind } from '@fieldstone/metadata/types/documents.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { SourceDocument } from './types.js';

const load = createRequire(import.meta.url);
const schema = (name: string): Record<string, unknown> =>
  load(`@fieldstone/metadata/schema/${name}.schema.json`) as Record<string, unknown>;

/** What a pack holds besides documents of the model. */
const PACK_PARTS = ['case', 'override'] as const;

let compiled: ReadonlyMap<string, ValidateFunction> | undefined;

/** Compiled on first use and kept: about 60 ms once, microseconds a document afterwards. */
function validators(): ReadonlyMap<string, ValidateFunction> {
  if (compiled) return compiled;
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
  ajv.addSchema(schema('condition'));
  compiled = new Map([...DOCUMENT_KINDS, ...PACK_PARTS].map((kind) => [kind, ajv.compile(schema(kind))]));
  return compiled;
}

/**
 * Checks documents against the schemas of their kinds.
 *
 * Shape: every issue, with the file, a JSON Pointer, what was expected and the nearest valid name.
 */
export function checkShape(sources: readonly SourceDocument[]): Issue[] {
  return sources.flatMap((source) => shapeIssues(source.document, source.file));
}

/** The same for one document, as it comes from a client. */
export function shapeIssues(document: unknown, file?: string): Issue[] {
  const at = (path: string, code: string, message: string): Issue => ({ path, code, message, ...(file === undefined ? {} : { file }) });
  if (document === null || typeof document !== 'object' || Array.isArray(document))
    return [at('', 'not_an_object', 'Expected a JSON object.')];
  const kind = 'kind' in document ? document.kind : undefined;
  const validate = validators().get(kind as DocumentKind);
  if (!validate) {
    const kinds = [...DOCUMENT_KINDS, ...PACK_PARTS];
    const guess = typeof kind === 'string' ? didYouMean(kind, kinds) : '';
    return [at('/kind', 'unknown_kind', `Expected a kind: ${kinds.join(', ')}.${guess}`)];
  }
  if (validate(document)) return [];
  return describeErrors(validate.errors ?? []).map((issue) => at(issue.path, issue.code, issue.message));
}

/** Errors of Ajv (made with allErrors and verbose) in words, each once. */
export function describeErrors(errors: readonly ErrorObject[]): Issue[] {
  const issues = withoutWrongBranches(errors).map((error) => ({ path: pathOf(error), code: codeOf(error), message: messageOf(error) }));
  return issues.filter(
    (issue, index) => issues.findIndex((other) => other.path === issue.path && other.message === issue.message) === index,
  );
}

/**
 * Where a value may have one of several shapes, Ajv reports the problems of all of them. Kept are those of the shape that was meant: the one
 * whose type and whose constants fit.
 */
function withoutWrongBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === 'oneOf' || error.keyword === 'anyOf');
  const dropped = new Set<ErrorObject>(choices);
  for (const choice of choices) {
    const branches = new Map<string, ErrorObject[]>();
    for (const error of errors) {
      if (error === choice || !error.schemaPath.startsWith(`${choice.schemaPath}/`)) continue;
      const branch = error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] ?? '';
      branches.set(branch, [...(branches.get(branch) ?? []), error]);
    }
    const isMeant = (list: ErrorObject[]) =>
      !list.some((error) => error.keyword === 'const' || (error.keyword === 'type' && error.instancePath === choice.instancePath));
    const meant = [...branches.values()].filter(isMeant);
    if (meant.length === 0) {
      const constants = [...branches.values()].flat().filter((error) => error.keyword === 'const' || error.keyword === 'enum');
      for (const error of [...branches.values()].flat()) if (!constants.includes(error)) dropped.add(error);
      if (constants.length === 0) dropped.delete(choice);
      continue;
    }
    const kept = new Set(meant[0]);
    for (const error of [...branches.values()].flat()) if (!kept.has(error)) dropped.add(error);
  }
  return errors.filter((error) => !dropped.has(error));
}

function pathOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') return error.instancePath + pointer(String(params['additionalProperty']));
  if (error.keyword === 'required') return error.instancePath + pointer(String(params['missingProperty']));
  if (error.keyword === 'propertyNames') return error.instancePath + pointer(String(params['propertyName']));
  return error.instancePath;
}

const CODES: Readonly<Record<string, string>> = {
  additionalProperties: 'unknown_property',
  required: 'missing_property',
  enum: 'not_allowed',
  const: 'not_allowed',
  type: 'wrong_type',
  pattern: 'bad_format',
  propertyNames: 'unknown_property',
};
const codeOf = (error: ErrorObject): string => CODES[error.keyword] ?? 'bad_value';

function messageOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  const parent = (error.parentSchema ?? {}) as { description?: string; properties?: Record<string, unknown>; pattern?: string };
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys(parent.properties ?? {});
      const name = String(params['additionalProperty']).slice(0, 60);
      return `There is no property "${name}" here.${didYouMean(name, known) || ` Expected one of: ${known.join(', ')}.`}`;
    }
    case 'required':
      return `Property "${String(params['missingProperty'])}" is missing.`;
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const guess = typeof error.data === 'string' ? didYouMean(error.data, allowed) : '';
      return `Expected one of: ${allowed.join(', ')}.${guess}`;
    }
    case 'const':
      return `Expected ${JSON.stringify(params['allowedValue'])}.`;
    case 'type':
      return `Expected ${String(params['type'])}, found ${typeOf(error.data)}.`;
    case 'pattern':
      return `Expected text of the form ${String(params['pattern'])}.${parent.description ? ` ${parent.description}` : ''}`;
    case 'propertyNames':
      return `"${String(params['propertyName']).slice(0, 60)}" is not a name that may stand here.`;
    case 'oneOf':
    case 'anyOf':
      return `Expected ${parent.description ? parent.description.charAt(0).toLowerCase() + parent.description.slice(1) : 'one of the described shapes'}`;
    default:
      return `Expected a value that ${error.message ?? 'fits'}.`;
  }
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

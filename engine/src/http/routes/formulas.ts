import { malformed, type Issue } from '../../kernel/errors.js';
import { FIELD_TYPES } from '../../fields/registry.js';
import { pointer } from '../../kernel/json-pointer.js';
import { RestedTurns } from '../../kernel/rested-turns.js';
import { LIMITS } from '../../model/limits.js';
import type { DraftedField } from '../../records/drafted-fields.js';
import type { RequestContext } from '../../records/context.js';
import { completeFormula, tryFormula } from '../../records/try-formula.js';
import { bodyObject, may, type Answer, type RequestScope, type Route } from '../route.js';
import { gives } from '../exchange.js';
import { completions, formulaCheck, formulaSent, placeSent } from '../schemas/formulas.js';

const editing = may('edit_metadata');
const MAX_OPTIONS = 1000;
const CHECKED = ['object', 'formula', 'returns', 'scale', 'currencyOf', 'options', 'record', 'fields'] as const;
const COMPLETED = ['object', 'formula', 'offset'] as const;

/** Help for whoever writes formulas. */
export function formulaRoutes(contextOf: (scope: RequestScope) => RequestContext): Route[] {
  /** Reading a large formula takes the one thread that answers everybody: no tenant has much of it. */
  const turns = new RestedTurns();
  const inTurn = async <T>({ actor, signal }: RequestScope, work: () => T | Promise<T>): Promise<Answer> => {
    // Who has left meanwhile needs no answer.
    const value = await turns.run(actor.tenantId, () => (signal.aborted ? undefined : work()));
    return { value };
  };
  return [
    {
      method: 'POST',
      path: '/metadata/formula/check',
      policy: editing,
      summary:
        'Checks a formula and works it out: { object, formula, returns?, scale?, currencyOf?, options?, record?, fields? } gives every problem with its place, or the type and, of a record, the value as the caller sees it; "fields" are those that a draft adds or changes',
      exchange: gives(formulaCheck, { body: formulaSent }),
      handler: (scope) => {
        const body = bodyWith(scope, CHECKED);
        const record = textOf(body, 'record');
        const scale = body['scale'];
        if (scale !== undefined && !(Number.isInteger(scale) && Number(scale) >= 0 && Number(scale) <= 10))
          throw wrong('scale', 'Must be a whole number from 0 to 10.');
        const source = {
          formula: neededText(body, 'formula'),
          returns: textOf(body, 'returns'),
          currencyOf: textOf(body, 'currencyOf'),
          scale: scale === undefined ? undefined : Number(scale),
          options: optionsOf(body),
        };
        const object = neededText(body, 'object');
        const drafted = draftedOf(body);
        const ctx = contextOf(scope);
        return inTurn(scope, () => tryFormula(ctx, object, source, record, drafted));
      },
    },
    {
      method: 'POST',
      path: '/metadata/formula/complete',
      policy: editing,
      summary: 'What can be written at a place of a formula: { object, formula, offset } gives fields and functions with their signatures',
      exchange: gives(completions, { body: placeSent }),
      handler: (scope) => {
        const body = bodyWith(scope, COMPLETED);
        const formula = neededText(body, 'formula');
        const offset = body['offset'];
        if (!Number.isInteger(offset) || Number(offset) < 0) throw wrong('offset', 'Must be the number of characters before the place.');
        const object = neededText(body, 'object');
        const ctx = contextOf(scope);
        return inTurn(scope, () => completeFormula(ctx, object, formula, Math.min(Number(offset), formula.length)));
      },
    },
  ];
}

const wrong = (name: string, message: string) => {
  const issues: Issue[] = [{ path: `/${name}`, code: 'wrong_type', message }];
  return malformed('The call was not understood.', issues);
};

/** Errors: malformed, naming every member that is not known. */
function bodyWith(scope: RequestScope, known: readonly string[]): Readonly<Record<string, unknown>> {
  const body = bodyObject(scope);
  const issues = Object.keys(body)
    .filter((name) => !known.includes(name))
    .map((name): Issue => ({ path: pointer(name.slice(0, 100)), code: 'unknown_property', message: `Expected ${known.join(', ')}.` }));
  if (issues.length > 0) throw malformed('The call was not understood.', issues);
  return body;
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(name, 'Must be a text.');
}

function optionsOf({ options }: Readonly<Record<string, unknown>>): readonly { value: string; label: string }[] | undefined {
  if (options === undefined) return undefined;
  const isOption = (option: unknown) => typeof (option as { value?: unknown } | null)?.value === 'string';
  if (!Array.isArray(options) || options.length > MAX_OPTIONS || !options.every(isOption))
    throw wrong('options', 'Must be a list of options.');
  return (options as { value: string; label?: unknown }[]).map(({ value, label }) => ({ value, label: String(label ?? value) }));
}

/** Fields of a draft: names and types that there can be; what else is wrong with them is found when the draft is planned. */
function draftedOf({ fields }: Readonly<Record<string, unknown>>): readonly DraftedField[] {
  if (fields === undefined) return [];
  const isField = (field: unknown): field is DraftedField => {
    const { name, type, formula } = (field ?? {}) as Readonly<Record<string, unknown>>;
    const isText = typeof name === 'string' && (formula === undefined || typeof formula === 'string');
    return isText && typeof type === 'string' && Object.hasOwn(FIELD_TYPES, type);
  };
  if (!Array.isArray(fields) || fields.length > LIMITS.fields.max || !fields.every(isField))
    throw wrong('fields', 'Must be a list of fields.');
  return fields;
}

function neededText(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = textOf(body, name);
  if (value === undefined) throw wrong(name, 'Is needed.');
  return value;
}

import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { AppError, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ObjectModel } from '../model/types.js';
import type { Shape } from '../rules/record-schema.js';
import { QueryScope } from '../store/query-scope.js';
import { updateRecord as updateStatement } from '../store/update-record.js';
import type { Check } from '../store/write-checks.js';
import { aside, type RequestContext } from './context.js';
import { columnInputs, runWrite, writeInputs } from './run-write.js';

const TRIAL = 'trial';
/** Fails always: whatever the statement wrote is taken back with it. */
const NEVER: Check = { fails: 'true', outcome: { kind: 'issue', issue: { path: '', code: TRIAL, message: '' } } };

/**
 * What is wrong with the well-formed values of a change some of whose values are not, so that people see everything at once: the statement of the
 * change is tried with those values alone and can not succeed.
 *
 * Shape: rules and conditions that read a value that is not well formed say nothing; nor does anything when the record is not there to be changed.
 */
export async function issuesOfTheRest(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  { issues, values }: Shape,
  expected: number | undefined,
): Promise<Issue[]> {
  const wrong = new Set(issues.map(({ path }) => path));
  const fields = [...object.fields.values()].filter(({ name }) => Object.hasOwn(values, name) && !wrong.has(pointer(name)));
  if (fields.length === 0 || !isUuid(id)) return [];
  const readsWrong = (condition: Expression, root: 'record' | 'outer'): boolean =>
    fieldsRead(condition, root).some(([step]) => {
      const formula = step && object.fields.get(step.field)?.computed;
      const isOfWrong = formula?.kind === 'formula' && readsWrong(formula.expression, 'record');
      return step !== undefined && (isOfWrong || wrong.has(pointer(step.field)));
    });
  const judged = { ...object, validations: object.validations.filter(({ errorWhen }) => !readsWrong(errorWhen, 'record')) };
  const unsure = new Set(fields.filter(({ where }) => where !== undefined && readsWrong(where, 'outer')).map(({ name }) => pointer(name)));

  const scope = new QueryScope(ctx.active, ctx.actor);
  const statement = { ...updateStatement(scope, judged, fields, false, [NEVER]), params: scope.params };
  const inputs = columnInputs({ ...writeInputs(ctx, id), expected: expected ?? null }, ctx, object, id, fields, values);
  try {
    await runWrite(aside(ctx), object, statement, inputs);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const told = error.code === 'record_invalid' || error.code === 'duplicate' ? error.issues : [];
    return told.filter(({ code, path }) => code !== TRIAL && !wrong.has(path) && !(code === 'lookup_not_allowed' && unsure.has(path)));
  }
}

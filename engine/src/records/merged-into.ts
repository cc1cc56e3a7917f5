import { AppError } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { selectMergedInto } from '../store/select-links.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { runStatement, type Compiled } from './run-statement.js';

const compiled = new CompiledCache<Compiled>();
const MAX_STEPS = 10;

type Answer = { readonly into: string; readonly record: { readonly id: string; readonly label: string | null } | null };

/**
 * What to say instead of "not found" of a record that was merged into another one: where it went, to whoever might have read it and may read the other.
 * The error as it was to everybody else.
 */
export async function whereItWent(ctx: RequestContext, objectName: string, id: string, error: unknown): Promise<unknown> {
  const object = ctx.active.model.objects.get(objectName);
  if (!(error instanceof AppError) || error.code !== 'not_found' || object === undefined || object.system || !isUuid(id)) return error;
  const statement = compiled.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.name]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectMergedInto(scope, object), params: scope.params };
  });
  let here = id;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = await runStatement(ctx, statement, { id: here });
    if (answer === null) return error;
    const { into, record } = JSON.parse(answer) as Answer;
    if (record !== null) return new AppError('not_found', told('merge.went', { object: object.label }), { extra: { mergedInto: record } });
    // It may have been merged itself since.
    here = into;
  }
  return error;
}

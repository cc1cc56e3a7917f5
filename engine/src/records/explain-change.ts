import type { CauseLink, HistoryEntry, WhyAnswer } from '@fieldstone/metadata/types/wire.js';
import { notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { MAX_CAUSES, selectCauses, type CauseRun } from '../store/select-cause.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import { objectFor } from './object-access.js';
import { changesOf } from './read-history.js';
import { runStatement, type Compiled } from './run-statement.js';

const causes = new CompiledCache<Compiled>();

/** A change and its record, as far as the caller may read them. */
type Change = Extract<CauseLink, { kind: 'change' }>;

/**
 * Why a record was changed: the change, the step that made it, the change that started that run, and so on back to who or what began.
 *
 * Shape:  with `field`, of the newest change of that field at or before the version: the one that gave it the value it had then. Each link is
 *         judged by itself; one that is not the caller's to see is there without saying what it is.
 * Errors: not_found for a version in which the caller sees no change; malformed (field).
 */
export async function explainChange(
  ctx: RequestContext,
  objectName: string,
  id: string,
  version: number,
  field?: string,
): Promise<WhyAnswer> {
  const object = objectFor(ctx, objectName, 'read');
  if (!isUuid(id) || object.system) throw notFound();
  const asked = await changeAt(ctx, object, id, version, field);
  if (asked === undefined || (field === undefined && asked.version !== version)) throw notFound();
  const links: CauseLink[] = [asked];
  const { isRun, runs } = await chainOf(ctx, object, id, asked.version);
  if (isRun && runs.length === 0) links.push({ kind: 'forgotten' });
  for (const run of runs) {
    links.push(runLink(ctx, run), await startOf(ctx, run));
    // What a schedule selects its records with is no cause of its own.
    if (run.version === null) break;
  }
  return { data: links, isComplete: runs.length < MAX_CAUSES && links.at(-1)?.kind !== 'forgotten' };
}

/** The newest change at or before a version. */
async function changeAt(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  version: number,
  field?: string,
): Promise<Change | undefined> {
  const found = await changesOf(ctx, object, id, { limit: 1, field, before: String(version + 1) });
  const [entry] = JSON.parse(found?.entries ?? '[]') as HistoryEntry[];
  if (found === undefined || entry === undefined) return undefined;
  return { kind: 'change', object: object.name, objectLabel: object.label, id, label: JSON.parse(found.label) as string | null, ...entry };
}

async function chainOf(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  version: number,
): Promise<{ isRun: boolean; runs: CauseRun[] }> {
  const compiled = causes.get(ctx.active, object.name, () => {
    const scope = new QueryScope(ctx.active, { kind: 'system', roles: [] });
    return { text: selectCauses(scope, object), params: scope.params };
  });
  const answer = await runStatement(ctx, compiled, { id, version });
  return answer === null ? { isRun: false, runs: [] } : (JSON.parse(answer) as { isRun: boolean; runs: CauseRun[] });
}

function runLink(ctx: RequestContext, { at, workflow: id, step, run, revision }: CauseRun): CauseLink {
  const { model } = ctx.active;
  const { runs: mayFollow } = curiosityOf(ctx);
  const found = [...model.workflows.values()].find((each) => each.id === id);
  const workflow = found !== undefined && (mayFollow || accessOf(model, ctx.actor, found.object).read.kind !== 'none') ? found : undefined;
  const node = workflow?.nodes.find((each) => each.id === step);
  return {
    kind: 'run',
    at,
    workflow: workflow === undefined ? null : { name: workflow.name, label: workflow.label },
    step: workflow === undefined || step === null ? null : { id: step, label: node?.label ?? null },
    ...(mayFollow ? { run, revision } : {}),
  };
}

/** What started a run: a schedule, or a change that the caller sees or not. */
async function startOf(ctx: RequestContext, run: CauseRun): Promise<CauseLink> {
  if (run.version === null || run.record === null) return { kind: 'schedule', at: run.at };
  const object = [...ctx.active.model.objects.values()].find(({ id }) => id === run.object);
  if (object === undefined || accessOf(ctx.active.model, ctx.actor, object.name).read.kind === 'none') return { kind: 'hidden' };
  const change = await changeAt(ctx, object, run.record, run.version);
  return change?.version === run.version ? change : { kind: 'hidden' };
}

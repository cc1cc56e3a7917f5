import { AppError, forbidden, malformed, notFound, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Model, ObjectModel } from '../model/types.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { widest } from '../rules/covers.js';
import { CompiledCache } from '../store/compiled-cache.js';
import type { IdentityPool } from '../store/identity.js';
import { judgeRecord } from '../store/judge-record.js';
import { QueryScope } from '../store/query-scope.js';
import { deleteShare, findPrincipals, listShares, putShare, type PrincipalRow, type RecordPlace, type ShareRow } from '../store/shares.js';
import { told, type Told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';
import type { PersonRights } from './who-may-see.js';

const judged = new CompiledCache<Compiled>();
const MAX_REASON = 500;
const KEYS: ReadonlySet<string> = new Set(['to', 'mayEdit', 'expiresAt', 'reason']);

/** Whom a record is shared with, for those who may read it. */
export async function sharesOf(ctx: RequestContext, pool: IdentityPool, objectName: string, id: string): Promise<ShareRow[]> {
  const { place } = await shared(ctx, objectName, id);
  return listShares(pool, place);
}

/**
 * Shares a record with a person, a team or a queue: { to, mayEdit?, expiresAt?, reason? }. Sharing it again changes how.
 *
 * Shape:  `rightsOf` tells the rights of a person; nobody for teams and queues, whose members differ.
 * Errors: not_found for a record the caller may not read; forbidden without the action "share", and to give editing of what the caller may not edit;
 *         record_invalid with every problem, and for somebody whose roles would let a share do nothing.
 */
export async function shareRecord(
  ctx: RequestContext,
  pool: IdentityPool,
  objectName: string,
  id: string,
  input: Readonly<Record<string, unknown>>,
  rightsOf: (userId: string) => Promise<PersonRights | undefined>,
): Promise<ShareRow> {
  const { place, object, mayUpdate } = await shared(ctx, objectName, id, true);
  const issues = check(input, ctx.clock.now());
  if (issues.length > 0) throw new AppError('record_invalid', told('share.not_saved'), { issues });
  const mayEdit = input['mayEdit'] === true;
  if (mayEdit && !mayUpdate) throw forbidden(told('share.exceeds'));
  const person = await rightsOf(input['to'] as string);
  const inVain = person && withoutEffect(ctx.active.model, object, person, mayEdit);
  if (inVain) throw new AppError('record_invalid', told('share.not_saved'), { issues: [inVain] });
  const row = await putShare(pool, place, {
    to: input['to'] as string,
    mayEdit,
    expiresAt: (input['expiresAt'] as string | null | undefined) ?? null,
    reason: (input['reason'] as string | undefined) ?? '',
    by: ctx.actor.userId,
  });
  if (row === undefined) {
    const issue = { path: '/to', code: 'not_a_user', ...told('share.nobody') };
    throw new AppError('record_invalid', told('share.not_saved'), { issues: [issue] });
  }
  return row;
}

const MAX_SEARCH = 100;
const MAX_CANDIDATES = 20;

/** People, teams and queues that the caller could share a record with, the first of those a text names. Errors: as for sharing. */
export async function shareCandidates(
  ctx: RequestContext,
  pool: IdentityPool,
  objectName: string,
  id: string,
  search: string,
): Promise<PrincipalRow[]> {
  const { place } = await shared(ctx, objectName, id, true);
  if (search.length > MAX_SEARCH) {
    const issue = { path: '/q', code: 'too_long', ...told('share.search', { max: MAX_SEARCH }) };
    throw malformed(told('list.parameters'), [issue]);
  }
  const found = await findPrincipals(pool, place.tenantId, search.trim(), MAX_CANDIDATES + 1);
  return found.filter((each) => each.id !== ctx.actor.userId).slice(0, MAX_CANDIDATES);
}

/** A share reaches whoever has a rule for the right at all; to others it would be a promise that does not hold. */
function withoutEffect(model: Model, object: ObjectModel, { name, rights }: PersonRights, mayEdit: boolean): Issue | undefined {
  const access = accessOf(model, widest(model, rights.roles), object.name);
  const places = { person: name, objects: object.pluralLabel };
  if (access.read.kind === 'none') return { path: '/to', code: 'without_effect', ...told('share.no_way', places) };
  if (mayEdit && access.update.kind === 'none') return { path: '/mayEdit', code: 'without_effect', ...told('share.no_edit', places) };
  return undefined;
}

/** Takes a share back. Errors: as for sharing; not_found when it was not shared so. */
export async function unshareRecord(ctx: RequestContext, pool: IdentityPool, objectName: string, id: string, to: string): Promise<void> {
  const { place } = await shared(ctx, objectName, id, true);
  if (!isUuid(to) || !(await deleteShare(pool, place, to, ctx.actor.userId))) throw notFound(told('share.none'));
}

async function shared(
  ctx: RequestContext,
  objectName: string,
  id: string,
  changes = false,
): Promise<{ readonly place: RecordPlace; readonly object: ObjectModel; readonly mayUpdate: boolean }> {
  const object = objectFor(ctx, objectName, 'read');
  if (object.system || !isUuid(id)) throw notFound();
  const [mayRead, mayUpdate] = await judge(ctx, object, id);
  if (mayRead !== true) throw notFound();
  if (changes && !accessOf(ctx.active.model, ctx.actor, object.name).actions.has('share')) {
    throw forbidden(told('share.no_right', { objects: object.pluralLabel }));
  }
  const place = { tenantId: ctx.actor.tenantId, objectId: object.id, recordId: id.toLowerCase() };
  return { place, object, mayUpdate: mayUpdate === true };
}

async function judge(ctx: RequestContext, object: ObjectModel, id: string): Promise<boolean[]> {
  const compiled = judged.get(ctx.active, `${rightsKey(ctx.actor)}\n${object.name}`, () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    const { read, update } = scope.access(object.name);
    return { text: judgeRecord(scope, object, [read, update]), params: scope.params };
  });
  return JSON.parse((await runStatement(ctx, compiled, { id })) ?? '[]') as boolean[];
}

function check(input: Readonly<Record<string, unknown>>, now: Date): Issue[] {
  const issues: Issue[] = Object.keys(input)
    .filter((key) => !KEYS.has(key))
    .map((key) => ({ path: pointer(key), code: 'unknown_field', ...told('share.unknown_field') }));
  const { to, mayEdit, expiresAt, reason } = input;
  const refuse = (key: string, code: string, text: Told) => issues.push({ path: pointer(key), code, ...text });
  if (to === undefined) refuse('to', 'required', told('user.required'));
  else if (!isUuid(to)) refuse('to', 'not_a_user', told('share.to'));
  if (mayEdit !== undefined && typeof mayEdit !== 'boolean') refuse('mayEdit', 'not_a_boolean', told('user.not_boolean'));
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > MAX_REASON))
    refuse('reason', 'too_long', told('share.reason', { max: MAX_REASON }));
  if (expiresAt !== undefined && expiresAt !== null) {
    const at = typeof expiresAt === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(expiresAt) ? new Date(expiresAt).getTime() : NaN;
    if (Number.isNaN(at)) refuse('expiresAt', 'not_a_datetime', told('share.expires'));
    else if (at <= now.getTime()) refuse('expiresAt', 'in_the_past', told('share.past'));
  }
  return issues;
}

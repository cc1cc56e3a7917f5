import type { AccessAnswer } from '@fieldstone/metadata/types/wire.js';
import { readableBy } from '../catalog/readable.js';
import type { RequestScope } from '../http/route.js';
import { NOBODY } from '../kernel/actor.js';
import { forbidden, malformed, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { actorOf, capabilitiesOf } from '../people/actor.js';
import type { RequestContext } from '../records/context.js';
import { explainAccess, parseQuestion, type Known, type Subject } from '../records/explain-access.js';
import { readRecord } from '../records/read-record.js';
import { accessOf } from '../rules/access.js';
import { widest } from '../rules/covers.js';
import { ownerOfKey } from '../store/api-keys.js';
import { told } from '../texts/told.js';
import { personById, type IdentityPool } from '../store/identity.js';

const WHO = ['user', 'role', 'key'] as const;

/**
 * Answers "why can somebody do this, or not".
 *
 * Errors: malformed; not_found for people, keys, roles and records that are not there, and for records that the caller may not see when it is the caller who
 *         is asked about; forbidden to ask about others.
 */
export async function answerAccess(
  scope: RequestScope,
  ctx: RequestContext,
  pool: IdentityPool,
  body: Readonly<Record<string, unknown>>,
): Promise<AccessAnswer> {
  const known: ReadonlySet<string> = new Set([...WHO, 'object', 'record', 'field', 'do']);
  const unknown = Object.keys(body).filter((key) => !known.has(key));
  const named = WHO.filter((key) => body[key] !== undefined);
  if (unknown.length > 0 || named.length > 1) {
    throw malformed(told('access.question'), [
      ...unknown.map((key) => ({
        path: `/${key.slice(0, 100)}`,
        code: 'unknown_field',
        ...told('access.keys'),
      })),
      ...named.slice(1).map((key) => ({ path: `/${key}`, code: 'not_allowed', ...told('access.one') })),
    ]);
  }
  const isOwn = named.length === 0 || body['user'] === ctx.actor.userId;
  const mayAsk = capabilitiesOf(ctx.active.model, scope.caller?.person.roleIds ?? []).includes('explain_access');
  if (!isOwn && !mayAsk) throw forbidden(told('access.others'));
  // Whoever asks about themselves learns nothing about what they may not see: no record, no field, no condition over one.
  const knows = mayAsk ? undefined : knownTo(ctx);
  const asked = parseQuestion(ctx.active.model, body, knows);
  if (!mayAsk && asked.record !== undefined) await readRecord(ctx, asked.object, asked.record, { fields: ['id'] });
  const subject: Subject = isOwn ? { kind: 'user', actor: ctx.actor } : await subjectOf(ctx, pool, body);
  return explainAccess(ctx, subject, asked, knows);
}

/** Actions that were made for an object show on no screen of those who may not run them. */
function knownTo({ active: { model }, actor }: RequestContext): Known {
  const { object, field } = readableBy(model, actor);
  const isMade = (of: string, name: string) => model.objects.get(of)?.actions.has(name) === true;
  return { object, field, action: (of, name) => !isMade(of, name) || accessOf(model, actor, of).actions.has(name) };
}

async function subjectOf(ctx: RequestContext, pool: IdentityPool, body: Readonly<Record<string, unknown>>): Promise<Subject> {
  const { model } = ctx.active;
  const { role, key } = body;
  if (role !== undefined) {
    if (typeof role !== 'string' || !model.roles.has(role)) throw notFound(told('access.no_role'));
    return { kind: 'role', name: role, actor: { ...ctx.actor, ...widest(model, [role]), userId: NOBODY, name: role } };
  }
  const userId = key === undefined ? body['user'] : isUuid(key) ? await ownerOfKey(pool, ctx.actor.tenantId, key) : undefined;
  const person = isUuid(userId) ? await personById(pool, userId) : undefined;
  if (person?.tenantId !== ctx.actor.tenantId) throw notFound(key === undefined ? told('user.unknown') : told('access.no_key'));
  return { kind: 'user', actor: actorOf(person, model, { kind: 'user' }) };
}

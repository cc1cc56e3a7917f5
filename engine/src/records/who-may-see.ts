import type { WhoAnswer } from '@fieldstone/metadata/types/wire.js';
import type { Rights } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { groundsOf } from '../rules/grounds.js';
import { ruleText } from '../rules/rule-text.js';
import { judgeForPeople } from '../store/judge-record.js';
import { QueryScope } from '../store/query-scope.js';
import type { RequestContext } from './context.js';
import { runStatement } from './run-statement.js';

/** Somebody with the rights they have now. */
export type PersonRights = { readonly id: string; readonly name: string; readonly rights: Rights };

/**
 * Everybody who may read a record, by name, with what lets them.
 *
 * Shape:  people with the same rights are asked for together, in one statement for each set of rights. A page of `limit` after `skip`, and how many in all.
 * Errors: not_found for a record that is not there.
 */
export async function whoMaySee(
  ctx: RequestContext,
  people: readonly PersonRights[],
  objectName: string,
  id: string,
  page: { readonly limit: number; readonly skip: number },
): Promise<WhoAnswer> {
  const object = ctx.active.model.objects.get(objectName);
  if (object === undefined || object.system || !isUuid(id)) throw notFound();
  if ((await judged(ctx, object, id, { kind: 'system', roles: [] }, [ctx.actor.userId])) === undefined) throw notFound();
  const groups = new Map<string, PersonRights[]>();
  for (const person of people) {
    const key = rightsKey(person.rights);
    groups.set(key, [...(groups.get(key) ?? []), person]);
  }
  const found: WhoAnswer['data'] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || accessOf(ctx.active.model, first.rights, object.name).read.kind === 'none') continue;
    const names = new Map(group.map((person) => [person.id, person.name]));
    for (const answer of (await judged(ctx, object, id, first.rights, [...names.keys()])) ?? []) {
      if (answer.read) found.push({ ...answer, user: { id: answer.user, name: names.get(answer.user) ?? '' } });
    }
  }
  found.sort((a, b) => (a.user.name.toLowerCase() < b.user.name.toLowerCase() ? -1 : 1));
  return { data: found.slice(page.skip, page.skip + page.limit), total: found.length };
}

type Judged = Omit<WhoAnswer['data'][number], 'user'> & { readonly user: string };

async function judged(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  rights: Rights,
  users: readonly string[],
): Promise<Judged[] | undefined> {
  const { model } = ctx.active;
  const { read, update, delete: remove } = accessOf(model, rights, object.name);
  const grounds = groundsOf(model, rights, object.name, { about: 'records', right: 'read' }).filter(({ effect }) => effect === 'allow');
  const scope = new QueryScope(ctx.active, rights, 'w.id');
  const text = judgeForPeople(scope, object, [read, update, remove, ...grounds.map(({ on }) => on)]);
  const answer = await runStatement(ctx, { text, params: scope.params, plan: 'by_value' }, { id, users });
  const rows = JSON.parse(answer ?? '[]') as [string, ...boolean[]][];
  if (rows.length === 0) return undefined;
  return rows.map(([user, mayRead, mayUpdate, mayDelete, ...because]) => ({
    user,
    read: mayRead === true,
    update: mayUpdate === true,
    delete: mayDelete === true,
    because: grounds
      .filter((_ground, index) => because[index] === true)
      .map(({ role, on }) => ({ role, label: model.roles.get(role)?.label ?? role, on: ruleText(on, { locale: ctx.actor.locale }) })),
  }));
}

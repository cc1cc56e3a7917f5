import type { ServerEvent } from '@fieldstone/metadata/types/wire.js';
import type { Actor } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, rightsKey, type ObjectAccess } from '../rules/access.js';
import { readsWholeRollup } from '../rules/computed-access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import type { DataPool } from '../store/data-pool.js';
import { QueryScope } from '../store/query-scope.js';
import { selectSeen, type OutboxEvent, type Seen } from '../store/read-events.js';
import type { Compiled } from './run-statement.js';

type RecordEvent = Exclude<ServerEvent, { type: 'metadata.published' | 'reset' }>;

const compiled = new CompiledCache<Compiled>();

/**
 * What somebody is told of events, in their order: nothing of records they do not see, and nothing of changes in fields they do not see.
 *
 * Shape:  a record that went out of their view is told by its id alone. Rights are those of now; what the record was before is judged by what the
 *         event kept of it. An object whose records and fields are seen always or never costs no query.
 */
export async function judgeEvents(
  data: DataPool,
  active: ActiveModel,
  actor: Actor,
  events: readonly OutboxEvent[],
): Promise<readonly (RecordEvent | undefined)[]> {
  const told = new Array<RecordEvent | undefined>(events.length).fill(undefined);
  const byNumber = new Map<number, number[]>();
  for (const [n, { object }] of events.entries()) byNumber.set(object, [...(byNumber.get(object) ?? []), n]);
  for (const object of active.model.objects.values()) {
    const places = byNumber.get(active.bindings.objectNumbers.get(object.id) ?? -1);
    const access = accessOf(active.model, actor, object.name);
    if (places === undefined || access.read.kind === 'none') continue;
    const own = places.map((n) => ({ n, event: events[n] as OutboxEvent }));
    const seen = await seenOf(data, active, actor, object, access, own);
    for (const { n, event } of own) told[n] = tell(active, actor, object, access, event, seen.get(n));
  }
  return told;
}

type Placed = { readonly n: number; readonly event: OutboxEvent };

/** Asks for the records of some events, where that depends on the record; for the others there is nothing to ask. */
async function seenOf(
  data: DataPool,
  active: ActiveModel,
  actor: Actor,
  object: ObjectModel,
  access: ObjectAccess,
  events: readonly Placed[],
): Promise<ReadonlyMap<number, Seen>> {
  const fields = someRowsShow(object, access);
  if (access.read.kind === 'all' && fields.length === 0)
    return new Map(events.map(({ n }) => [n, { n, now: true, before: true, fields: {} }]));
  const statement = compiled.get(active, `${rightsKey(actor)}\n${object.name}`, () => {
    const scope = new QueryScope(active, actor);
    return { text: selectSeen(scope, object, fields), params: scope.params };
  });
  // Before a change the record was as it is now but for that: of several changes that are read at once the last one tells what became of them.
  const asked = events.map(({ n, event: { id, was } }) => ({ n, id, was: was ?? {} }));
  const runtime = { tenantId: actor.tenantId, userId: actor.userId, now: systemClock.now(), timeZone: actor.timeZone };
  const values = statement.params.values(runtime, { events: JSON.stringify(asked) });
  const text = await data.query(actor.tenantId, { text: statement.text, values });
  return new Map((JSON.parse(text ?? '[]') as Seen[]).map((each) => [each.n, each]));
}

const someRowsShow = (object: ObjectModel, access: ObjectAccess): FieldModel[] =>
  [...object.fields.values()].filter((field) => access.fields.get(field.name)?.read.kind === 'where');

function tell(
  active: ActiveModel,
  actor: Actor,
  object: ObjectModel,
  access: ObjectAccess,
  event: OutboxEvent,
  seen: Seen | undefined,
): RecordEvent | undefined {
  if (seen === undefined || !(seen.now || (seen.before && event.event === 'record.updated'))) return undefined;
  if (!seen.now) return { type: 'record.left', object: object.name, id: event.id };
  if (event.computed !== null && !seesRollup(active, actor, object, event.computed, seen)) return undefined;
  if (event.changed !== null && seen.before && !seesChange(object, access, event.changed, seen)) return undefined;
  const type = event.event as Exclude<RecordEvent['type'], 'record.left'>;
  const computed = event.computed === null ? {} : { computed: true as const };
  return { type, object: object.name, id: event.id, version: event.version, ...computed };
}

/** Whether one of the changed fields is to be seen, or a field came into sight or went out of it by what changed. */
function seesChange(object: ObjectModel, access: ObjectAccess, changed: readonly string[], { fields }: Seen): boolean {
  if (Object.values(fields).some(([now, before]) => now !== before)) return true;
  const ids = new Set(changed);
  return [...object.fields.values()].some(({ id, name }) => {
    if (!ids.has(id)) return false;
    return access.fields.get(name)?.read.kind === 'all' || fields[name]?.[0] === true;
  });
}

/** Whoever may not read all that a roll-up is made of must not hear that something of it changed. */
function seesRollup({ model }: ActiveModel, actor: Actor, object: ObjectModel, id: string, { fields }: Seen): boolean {
  const field = [...object.fields.values()].find((each) => each.id === id);
  if (field?.computed?.kind !== 'rollup') return false;
  const access = (of: string) => accessOf(model, actor, of);
  const read = access(object.name).fields.get(field.name)?.read.kind;
  return (read === 'all' || fields[field.name]?.[0] === true) && readsWholeRollup(access, field.computed);
}

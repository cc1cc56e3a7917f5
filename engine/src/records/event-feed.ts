import type { DraftEvent, ServerEvent } from '@fieldstone/metadata/types/wire.js';
import type { Actor } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import type { ObjectModel } from '../model/types.js';
import { readsWholeRollup } from '../rules/computed-access.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import type { DataPool } from '../store/data-pool.js';
import type { DraftNotice } from '../store/metadata-channel.js';
import { QueryScope } from '../store/query-scope.js';
import { eventsNow, eventsSince, readableIds, type EventPlace, type OutboxEvent } from '../store/read-events.js';
import type { Compiled } from './run-statement.js';
import { told } from '../texts/told.js';

/** One connected listener. `send` gets events the actor may see, with an id to resume from where there is one. */
export type Listener = {
  readonly tenantId: number;
  readonly space: number;
  /** Who listens, asked anew at every check: null ends it. */
  actor(): Promise<Actor | null>;
  send(event: ServerEvent | DraftEvent, id?: string): void;
  end(): void;
};

type Subscription = { readonly listener: Listener; actor: Actor; place: EventPlace; checkedAt: number; isBusy: boolean };

export type FeedParts = {
  readonly data: DataPool;
  readonly models: {
    current(space: number): ActiveModel;
    onSwap(listener: (active: ActiveModel) => void): () => void;
    onDraft(listener: (notice: DraftNotice) => void): () => void;
  };
  readonly logger: Logger;
  readonly pollMs?: number;
  /** How long a listener whose session ended may still hear something, in milliseconds. */
  readonly checkMs?: number;
};

export type EventFeed = { subscribe(listener: Listener, lastEventId?: string): Promise<() => void>; close(): void };

const MAX_LISTENERS = 2_000;
const visible = new CompiledCache<Compiled>();

/** Whoever may not read all that a roll-up is made of must not hear that something of it changed. */
function seesRollup({ model }: ActiveModel, actor: Actor, object: ObjectModel, id: string): boolean {
  const field = [...object.fields.values()].find((each) => each.id === id);
  if (field?.computed?.kind !== 'rollup') return false;
  const access = (of: string) => accessOf(model, actor, of);
  return access(object.name).fields.get(field.name)?.read.kind !== 'none' && readsWholeRollup(access, field.computed);
}

const parsePlace = (id: string | undefined): EventPlace | undefined => {
  const match = /^(\d{1,20})-(\d{1,19})$/.exec(id ?? '');
  return match?.[1] !== undefined && match[2] !== undefined ? { xid: match[1], seq: match[2] } : undefined;
};

const mayEditMetadata = ({ model }: ActiveModel, actor: Actor): boolean =>
  actor.roles.some((role) => model.roles.get(role)?.capabilities.has('edit_metadata') === true);

/**
 * Tells listeners of changes to records they may read, in order, from the outbox; and of published metadata.
 *
 * Shape:  each listener has its own place and is asked for at most once at a time; a listener that reads all records of an object costs no query
 *         for it. Events carry ids, never values.
 * Errors: overloaded when there are too many listeners.
 */
export function createEventFeed({ data, models, logger, pollMs = 400, checkMs = 4_000 }: FeedParts): EventFeed {
  const subscriptions = new Set<Subscription>();
  const leave = models.onSwap((active) => {
    for (const { listener } of subscriptions) {
      if (listener.space === active.space) listener.send({ type: 'metadata.published', revision: active.revision });
    }
  });
  const leaveDrafts = models.onDraft(({ space, draft, by, owner, isShared }) => {
    for (const { listener, actor } of subscriptions) {
      if (listener.space !== space || !(isShared || owner === actor.userId)) continue;
      if (mayEditMetadata(models.current(space), actor)) listener.send({ type: 'metadata.draft_changed', draft, by });
    }
  });
  const timer = setInterval(() => {
    for (const subscription of subscriptions) void serve(subscription);
  }, pollMs);
  timer.unref();

  async function serve(subscription: Subscription): Promise<void> {
    if (subscription.isBusy) return;
    subscription.isBusy = true;
    const { listener } = subscription;
    try {
      if (Date.now() - subscription.checkedAt >= checkMs) {
        const actor = await listener.actor();
        if (actor === null) {
          subscriptions.delete(subscription);
          listener.end();
          return;
        }
        subscription.actor = actor;
        subscription.checkedAt = Date.now();
      }
      await pass(subscription, models.current(listener.space));
    } catch (error) {
      logger.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'events could not be read');
    } finally {
      subscription.isBusy = false;
    }
  }

  async function pass(subscription: Subscription, active: ActiveModel): Promise<void> {
    const { listener, actor } = subscription;
    const text = await data.query(listener.tenantId, eventsSince(active, listener.tenantId, subscription.place));
    const events = JSON.parse(text ?? '[]') as OutboxEvent[];
    const last = events.at(-1);
    if (last === undefined) return;
    const shown = await readable(active, actor, events);
    for (const event of events) {
      const object = shown.get(`${event.object} ${event.id}`);
      if (object === undefined || !subscriptions.has(subscription)) continue;
      if (event.computed !== null && !seesRollup(active, actor, object, event.computed)) continue;
      const type = event.event as Exclude<ServerEvent['type'], 'metadata.published'>;
      const computed = event.computed === null ? {} : { computed: true as const };
      listener.send({ type, object: object.name, id: event.id, version: event.version, ...computed }, `${event.xid}-${event.seq}`);
    }
    subscription.place = { xid: last.xid, seq: last.seq };
  }

  /** Records of these events that the actor may read, by object number and id. */
  async function readable(active: ActiveModel, actor: Actor, events: readonly OutboxEvent[]): Promise<Map<string, ObjectModel>> {
    const shown = new Map<string, ObjectModel>();
    const byNumber = new Map<number, Set<string>>();
    for (const { object, id } of events) byNumber.set(object, (byNumber.get(object) ?? new Set()).add(id));
    for (const object of active.model.objects.values()) {
      const number = active.bindings.objectNumbers.get(object.id);
      const ids = number === undefined ? undefined : byNumber.get(number);
      const rule = accessOf(active.model, actor, object.name).read;
      if (ids === undefined || rule.kind === 'none') continue;
      const allowed = rule.kind === 'all' ? ids : await readableOf(active, actor, object, [...ids]);
      for (const id of allowed) shown.set(`${number} ${id}`, object);
    }
    return shown;
  }

  async function readableOf(active: ActiveModel, actor: Actor, object: ObjectModel, ids: readonly string[]): Promise<string[]> {
    const compiled = visible.get(active, `${rightsKey(actor)}\n${object.name}`, () => {
      const scope = new QueryScope(active, actor);
      return { text: readableIds(scope, object), params: scope.params };
    });
    const runtime = { tenantId: actor.tenantId, userId: actor.userId, now: systemClock.now(), timeZone: actor.timeZone };
    const text = await data.query(actor.tenantId, { text: compiled.text, values: compiled.params.values(runtime, { ids }) });
    return JSON.parse(text ?? '[]') as string[];
  }

  return {
    async subscribe(listener, lastEventId) {
      if (subscriptions.size >= MAX_LISTENERS) throw new AppError('overloaded', told('call.too_many_listeners'));
      const actor = await listener.actor();
      if (actor === null) throw new AppError('unauthenticated', told('call.sign_in'));
      const resumed = parsePlace(lastEventId);
      const place = resumed ?? { xid: (await data.query(listener.tenantId, eventsNow)) ?? '0', seq: '9223372036854775807' };
      const subscription: Subscription = { listener, actor, place, checkedAt: Date.now(), isBusy: false };
      subscriptions.add(subscription);
      // Whoever comes back may have missed a publish, which has no place in the outbox.
      if (resumed !== undefined) listener.send({ type: 'metadata.published', revision: models.current(listener.space).revision });
      return () => void subscriptions.delete(subscription);
    },
    close() {
      clearInterval(timer);
      leave();
      leaveDrafts();
      for (const { listener } of subscriptions) listener.end();
      subscriptions.clear();
    },
  };
}

import type { DraftEvent, ServerEvent } from '@fieldstone/metadata/types/wire.js';
import type { Actor } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import { AppError } from '../kernel/errors.js';
import { mayTake } from '../kernel/fair-share.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { DataPool } from '../store/data-pool.js';
import type { DraftNotice } from '../store/metadata-channel.js';
import { eventsNow, eventsSince, placeAt, type EventBatch, type EventPlace } from '../store/read-events.js';
import { openPlace, sealPlace } from './event-place.js';
import { judgeEvents } from './judge-events.js';
import { told } from '../texts/told.js';

/** One connected listener. */
export type Listener = {
  readonly tenantId: number;
  readonly space: number;
  /** Id of whoever really sits there, also while they look at the screens of somebody else. */
  readonly person: string;
  /** Who listens, asked anew at every check: null ends it. */
  actor(): Promise<Actor | null>;
  /** Gets events that the actor may see, with an id to resume from where there is one. */
  send(event: ServerEvent | DraftEvent, id?: string): void;
  /** Nothing happened for a while: a sign of life, with where to resume from. */
  beat(id: string): void;
  end(): void;
};

type Subscription = {
  readonly listener: Listener;
  actor: Actor;
  place: EventPlace;
  checkedAt: number;
  saidAt: number;
  isBusy: boolean;
};

export type FeedParts = {
  readonly data: DataPool;
  readonly models: {
    current(space: number): ActiveModel;
    onSwap(listener: (active: ActiveModel) => void): () => void;
    onDraft(listener: (notice: DraftNotice) => void): () => void;
  };
  readonly logger: Logger;
  readonly pollMs?: number;
  /** How old what is known of a listener may get before it is asked again, in milliseconds. */
  readonly checkMs?: number;
  readonly beatMs?: number;
  /** Streams of all listeners in this process together. */
  readonly maxStreams?: number;
};

export type EventFeed = { subscribe(listener: Listener, lastEventId?: string): Promise<() => void>; close(): void };

const MAX_STREAMS = 2_000;
/**
 * With what sessions believe for 2.5 s, and a pass, within 5 s of the end of a session or a right nothing more is sent. Nobody has to be told: a lost
 * notification changes nothing.
 */
const CHECK_MS = 1_500;
/** Of whom nothing was found out for so long, nothing is told: the database is slow or away. */
const STALE_MS = 5_000;
const BEAT_MS = 15_000;

const mayEditMetadata = ({ model }: ActiveModel, actor: Actor): boolean =>
  actor.roles.some((role) => model.roles.get(role)?.capabilities.has('edit_metadata') === true);

/**
 * Tells listeners of changes to records they may read, in order, from the outbox; and of published metadata.
 *
 * Shape:  each listener has its own place and is served once at a time; those at the same place share a read of the outbox. Events carry ids, never
 *         values. A listener that comes back where it can not go on from hears `reset` first: it has to look at everything again.
 * Errors: overloaded when there are too many listeners, limit_exceeded when one person has too many, share_exceeded when a tenant has its share of those
 *         that all tenants may have.
 */
export function createEventFeed(parts: FeedParts): EventFeed {
  const { data, models, logger, pollMs = 400, checkMs = CHECK_MS, beatMs = BEAT_MS, maxStreams = MAX_STREAMS } = parts;
  const subscriptions = new Set<Subscription>();
  /** Streams of each person and of each tenant, those that are only being opened among them. */
  const streams = { all: 0, of: new Map<string | number, number>() };
  const count = ({ person, tenantId }: Listener, by: 1 | -1): void => {
    streams.all += by;
    for (const key of [person, tenantId]) {
      const now = (streams.of.get(key) ?? 0) + by;
      if (now === 0) streams.of.delete(key);
      else streams.of.set(key, now);
    }
  };
  const drop = (subscription: Subscription): void => {
    if (subscriptions.delete(subscription)) count(subscription.listener, -1);
  };
  const isKnown = ({ checkedAt }: Subscription) => Date.now() - checkedAt < Math.max(STALE_MS, checkMs);
  const leave = models.onSwap((active) => {
    for (const each of subscriptions) {
      if (each.listener.space === active.space && isKnown(each))
        each.listener.send({ type: 'metadata.published', revision: active.revision });
    }
  });
  const leaveDrafts = models.onDraft(({ space, draft, by, owner, isShared }) => {
    for (const each of subscriptions) {
      const { listener, actor } = each;
      if (listener.space !== space || !isKnown(each) || !(isShared || owner === actor.userId)) continue;
      if (mayEditMetadata(models.current(space), actor)) listener.send({ type: 'metadata.draft_changed', draft, by });
    }
  });
  const timer = setInterval(() => {
    const shared = new Map<string, Promise<EventBatch>>();
    for (const subscription of subscriptions) void serve(subscription, shared);
  }, pollMs);
  timer.unref();

  async function serve(subscription: Subscription, shared: Map<string, Promise<EventBatch>>): Promise<void> {
    if (subscription.isBusy) return;
    subscription.isBusy = true;
    try {
      if (Date.now() - subscription.checkedAt >= checkMs && !(await checkAgain(subscription))) return;
      await pass(subscription, models.current(subscription.listener.space), shared);
    } catch (error) {
      logger.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'events could not be read');
    } finally {
      subscription.isBusy = false;
    }
  }

  /** Looks again who listens; ends it when nobody is left. */
  async function checkAgain(subscription: Subscription): Promise<boolean> {
    const asked = Date.now();
    const actor = await subscription.listener.actor();
    if (actor === null) {
      drop(subscription);
      subscription.listener.end();
      return false;
    }
    // Whoever began to look at the screens of somebody else, or ended it, sees another world.
    if (actor.userId !== subscription.actor.userId) subscription.listener.send({ type: 'reset' });
    subscription.actor = actor;
    subscription.checkedAt = asked;
    return true;
  }

  async function pass(subscription: Subscription, active: ActiveModel, shared: Map<string, Promise<EventBatch>>): Promise<void> {
    const { listener, actor, place } = subscription;
    const key = `${String(listener.tenantId)} ${place.xid}-${place.seq}`;
    let reading = shared.get(key);
    if (reading === undefined) shared.set(key, (reading = read(active, listener.tenantId, place)));
    const batch = await reading;
    const now = systemClock.now();
    const events = batch.events.length === 0 ? [] : await judgeEvents(data, active, actor, batch.events);
    for (const [n, event] of events.entries()) {
      const at = batch.events[n];
      if (event === undefined || at === undefined || !subscriptions.has(subscription)) continue;
      listener.send(event, sealPlace(data.keys, actor, at, now));
      subscription.saidAt = now.getTime();
    }
    subscription.place = batch.place;
    if (now.getTime() - subscription.saidAt < beatMs || !subscriptions.has(subscription)) return;
    subscription.saidAt = now.getTime();
    listener.beat(sealPlace(data.keys, actor, batch.place, now));
  }

  async function read(active: ActiveModel, tenantId: number, place: EventPlace): Promise<EventBatch> {
    return JSON.parse((await data.query(tenantId, eventsSince(active, tenantId, place))) ?? '{}') as EventBatch;
  }

  /** Finds out where a listener goes on, and tells it what it may have missed. */
  async function begin(listener: Listener, lastEventId = ''): Promise<Subscription> {
    const at = Date.now();
    const actor = await listener.actor();
    if (actor === null) throw new AppError('unauthenticated', told('call.sign_in'));
    const now = placeAt(await data.query(listener.tenantId, eventsNow));
    const clock = systemClock.now();
    const given = lastEventId === '' ? undefined : openPlace(data.keys, actor, lastEventId, clock);
    // A place that is not reached yet is one of another database: this one was restored from a copy.
    const resumed = given !== undefined && BigInt(given.xid) <= BigInt(now.xid) ? given : undefined;
    const place = resumed ?? now;
    if (resumed === undefined && lastEventId !== '') listener.send({ type: 'reset' });
    // Where to go on from if the connection breaks before anything was told.
    listener.beat(sealPlace(data.keys, actor, place, clock));
    // Whoever comes back may have missed a publish, which has no place in the outbox.
    if (resumed !== undefined) listener.send({ type: 'metadata.published', revision: models.current(listener.space).revision });
    return { listener, actor, place, checkedAt: at, saidAt: at, isBusy: false };
  }

  return {
    async subscribe(listener, lastEventId) {
      const own = (streams.of.get(listener.person) ?? 0) + 1;
      if (own > LIMITS.event_streams.max) throw limitExceeded('event_streams', own);
      const ofTenant = streams.of.get(listener.tenantId) ?? 0;
      if (data.isShared && !mayTake(ofTenant, maxStreams - streams.all))
        throw new AppError('share_exceeded', told('call.share_of_streams', { actual: ofTenant, max: maxStreams }), {
          extra: { retryAfter: 60 },
        });
      if (streams.all >= maxStreams) throw new AppError('overloaded', told('call.too_many_listeners'));
      count(listener, 1);
      try {
        const subscription = await begin(listener, lastEventId);
        subscriptions.add(subscription);
        return () => drop(subscription);
      } catch (error) {
        count(listener, -1);
        throw error;
      }
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

import { AppError } from '../kernel/errors.js';
import { mayTake } from '../kernel/fair-share.js';
import { silentLogger, type Logger } from '../kernel/logger.js';
import { languageOf } from '../texts/say.js';
import { told } from '../texts/told.js';
import { Pace } from './pace.js';
import { problemOf, type ProblemAnswer } from './middleware/error-response.js';

/** Held back for people who have to get in while everything else is turned away. */
const RESERVE = 32;
const LOG_EVERY_MS = 1_000;
const MARK = '00000000-0000-0000-0000-000000000000';

/**
 * With several tenants requests are held back by whose they are; until that is known, so many times as many may be here. They wait for one look-up that all
 * of one person share.
 */
const UNKNOWN = 4;
const MAX_IDLE = 1_000;

/** Requests of one tenant that are at work, and the pace at which what it sends by mistake is answered. */
export type Work = { count: number; mistakes?: Pace };

/** Fifty mistakes at once and a hundred a second: more than anybody makes by hand, and little enough to cost the others nothing. */
const PACE_OF_MISTAKES = { burst: 50, round: 1 };

/** How a route stands when the server is at its limit: turned away, let in while the reserve lasts, or always answered. */
export type AtLimit = 'reserved' | 'always';

/**
 * Turns requests away beyond a number of them at once, as early and as cheaply as can be: more waiting would only make all of them late.
 *
 * Shape:  the answer is made once for each language; it costs a fraction of any request that is let in. What was turned away is logged as a number,
 *         once a second. Where several tenants share the server, each may have its share at work (fair-share.ts), so that one alone can not fill it;
 *         whoever has no name counts as one of them. With one tenant nothing is counted.
 */
export function createGate(maxInFlight: number, logger: Logger, isShared: () => boolean = () => false) {
  const tenants = new Map<number, Work>();
  let atWork = 0;
  const answers = new Map<string, ProblemAnswer>();
  let turnedAway = 0;
  let loggedAt = 0;
  return {
    isOpen: (inFlight: number, atLimit: AtLimit | undefined): boolean =>
      inFlight <= maxInFlight ||
      atLimit === 'always' ||
      (atLimit === 'reserved' && inFlight <= maxInFlight + RESERVE) ||
      (isShared() && inFlight <= maxInFlight * UNKNOWN),

    isShared,

    /**
     * Lets a request in whose tenant is known, and counts it until `leave`.
     *
     * Errors: share_exceeded.
     */
    enter(tenant: number, atLimit: AtLimit | undefined): Work {
      let work = tenants.get(tenant);
      if (work === undefined) {
        if (tenants.size >= MAX_IDLE) for (const [id, { count }] of tenants) if (count === 0) tenants.delete(id);
        tenants.set(tenant, (work = { count: 0 }));
      }
      const free = maxInFlight - atWork;
      const isIn = mayTake(work.count, free) || atLimit === 'always' || (atLimit === 'reserved' && free > -RESERVE);
      if (!isIn) throw overShare(work.count);
      work.count += 1;
      atWork += 1;
      return work;
    },

    leave(work: Work): void {
      work.count -= 1;
      atWork -= 1;
    },

    /** Waits before a mistake of a tenant is answered, when it makes very many of them. */
    slowDown(work: Work): Promise<void> | undefined {
      work.mistakes ??= new Pace(PACE_OF_MISTAKES);
      return work.mistakes.wait();
    },

    /** What whoever is turned away gets. */
    refusal(requestId: string, locale: string, now: number): ProblemAnswer {
      note(now);
      const language = languageOf(locale);
      let known = answers.get(language);
      if (known === undefined) {
        const refused = new AppError('overloaded', told('call.too_many'), { extra: { retryAfter: 1 } });
        answers.set(language, (known = problemOf(refused, MARK, silentLogger, language)));
      }
      return { ...known, json: known.json.replace(MARK, requestId) };
    },
  };

  function note(now: number): void {
    turnedAway += 1;
    if (now - loggedAt < LOG_EVERY_MS) return;
    logger.warn({ turnedAway, maxInFlight }, 'requests turned away');
    turnedAway = 0;
    loggedAt = now;
  }

  function overShare(actual: number): AppError {
    note(performance.now());
    return new AppError('share_exceeded', told('call.share_of_requests', { actual, max: maxInFlight }), { extra: { retryAfter: 1 } });
  }
}

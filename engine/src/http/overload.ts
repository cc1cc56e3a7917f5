import { AppError } from '../kernel/errors.js';
import { silentLogger, type Logger } from '../kernel/logger.js';
import { languageOf } from '../texts/say.js';
import { told } from '../texts/told.js';
import { problemOf, type ProblemAnswer } from './middleware/error-response.js';

/** Held back for people who have to get in while everything else is turned away. */
const RESERVE = 32;
const LOG_EVERY_MS = 1_000;
const MARK = '00000000-0000-0000-0000-000000000000';

/** How a route stands when the server is at its limit: turned away, let in while the reserve lasts, or always answered. */
export type AtLimit = 'reserved' | 'always';

/**
 * Turns requests away beyond a number of them at once, as early and as cheaply as can be: more waiting would only make all of them late.
 *
 * Shape:  the answer is made once for each language; it costs a fraction of any request that is let in. What was turned away is logged as a number,
 *         once a second.
 */
export function createGate(maxInFlight: number, logger: Logger) {
  const answers = new Map<string, ProblemAnswer>();
  let turnedAway = 0;
  let loggedAt = 0;
  return {
    isOpen: (inFlight: number, atLimit: AtLimit | undefined): boolean =>
      inFlight <= maxInFlight || atLimit === 'always' || (atLimit === 'reserved' && inFlight <= maxInFlight + RESERVE),

    /** What whoever is turned away gets. */
    refusal(requestId: string, locale: string, now: number): ProblemAnswer {
      turnedAway += 1;
      if (now - loggedAt >= LOG_EVERY_MS) {
        logger.warn({ turnedAway, maxInFlight }, 'requests turned away');
        turnedAway = 0;
        loggedAt = now;
      }
      const language = languageOf(locale);
      let known = answers.get(language);
      if (known === undefined) {
        const refused = new AppError('overloaded', told('call.too_many'), { extra: { retryAfter: 1 } });
        answers.set(language, (known = problemOf(refused, MARK, silentLogger, language)));
      }
      return { ...known, json: known.json.replace(MARK, requestId) };
    },
  };
}

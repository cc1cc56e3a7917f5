import { createHash, randomUUID } from 'node:crypto';
import { AppError, malformed } from '../../kernel/errors.js';
import type { DataTransaction } from '../route.js';
import { told } from '../../texts/told.js';

export type StoredAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
export type CallKey = { readonly tenantId: number; readonly userId: string; readonly key: string };
/** A call that we work on; nobody else has the same `claim`. */
export type Claimed = CallKey & { readonly claim: string };

/**
 * Where first answers are kept. `claim` is atomic: of several calls with one key exactly one gets `mine`; the others see whose it is.
 */
export type IdempotencyStore = {
  claim(
    call: Claimed,
    requestHash: string,
    isWhole: boolean,
  ): Promise<{ state: 'mine' } | { state: 'running'; requestHash: string } | { state: 'done'; requestHash: string; answer: StoredAnswer }>;
  beat(call: Claimed): Promise<void>;
  settle(call: Claimed, answer: StoredAnswer): Promise<void>;
  note(call: Claimed, answer: StoredAnswer): Parameters<DataTransaction['query']>[0];
  release(call: Claimed): Promise<void>;
};

/**
 * What a call does. `within` is given where what it does and its answer are one transaction: it gets the transaction to work in, and whatever it throws
 * undoes all of it.
 */
export type Work = {
  readonly run: (tx?: DataTransaction) => Promise<StoredAnswer>;
  readonly within?: <T>(work: (tx: DataTransaction) => Promise<T>) => Promise<T>;
  /** The answer to a failure. */
  readonly failed: (error: unknown) => StoredAnswer;
};

const WAIT_MS = 10_000;
const POLL_MS = 50;
const BEAT_MS = 2_000;

/**
 * Runs an unsafe call once per key: the first answer is stored and repeated.
 *
 * Shape:  where the call is one transaction, its answer is stored in it: both are there, or neither. What became of it when its process or connection broke is
 *         then known, and it is done by the next call with the key. Elsewhere nobody knows, and it is not done again.
 * Errors: malformed for a key that is not 1 to 255 visible characters; idempotency_mismatch for another call under the same key; conflict when
 *         the first call has not ended within 10 s – or never will, because its process died: then its outcome has to be looked up.
 * Failures on our side (5xx, 429) are not stored: nothing happened, and the call may be made again.
 */
export async function once(
  store: IdempotencyStore,
  key: CallKey,
  request: { method: string; url: string; bodyText: string },
  work: Work,
): Promise<StoredAnswer & { replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key.key)) throw malformed(told('call.key_form'));
  const call = { ...key, claim: randomUUID() };
  const requestHash = createHash('sha256').update(`${request.method} ${request.url}\n${request.bodyText}`).digest('hex');
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const found = await store.claim(call, requestHash, work.within !== undefined);
    if (found.state === 'mine') break;
    if (found.requestHash !== requestHash) {
      throw new AppError('idempotency_mismatch', told('call.key_used'), {
        hint: told('call.key_used.hint'),
      });
    }
    if (found.state === 'done') return { ...found.answer, replayed: true };
    if (Date.now() > until) throw stillRunning();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const beating = setInterval(() => {
    // One that is missed is made up for by the next.
    store.beat(call).catch(() => undefined);
  }, BEAT_MS);
  try {
    return { ...(await answerOf(store, call, work)), replayed: false };
  } finally {
    clearInterval(beating);
  }
}

async function answerOf(store: IdempotencyStore, call: Claimed, { run, within, failed }: Work): Promise<StoredAnswer> {
  let answer: StoredAnswer;
  try {
    if (within !== undefined) {
      return await within(async (tx) => {
        const done = await run(tx);
        // Somebody took us for dead: theirs is the effect, and ours is undone.
        if ((await tx.query(store.note(call, done))) === null) throw stillRunning();
        return done;
      });
    }
    answer = await run();
  } catch (error) {
    answer = failed(error);
  }
  if (answer.status >= 500 || answer.status === 429) await store.release(call);
  else await store.settle(call, answer);
  return answer;
}

const stillRunning = () => new AppError('conflict', told('call.key_running'), { hint: told('call.key_running.hint') });

import { createHash } from 'node:crypto';
import { AppError, malformed } from '../../kernel/errors.js';
import { told } from '../../texts/told.js';

export type StoredAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/**
 * Where first answers are kept. `claim` is atomic: of several calls with one key exactly one gets `mine`; the others see whose it is.
 */
export type IdempotencyStore = {
  claim(
    key: CallKey,
    requestHash: string,
  ): Promise<{ state: 'mine' } | { state: 'running'; requestHash: string } | { state: 'done'; requestHash: string; answer: StoredAnswer }>;
  settle(key: CallKey, answer: StoredAnswer): Promise<void>;
  release(key: CallKey): Promise<void>;
};
export type CallKey = { readonly tenantId: number; readonly userId: string; readonly key: string };

const WAIT_MS = 10_000;
const POLL_MS = 50;

/**
 * Runs an unsafe call once per key: the first answer is stored and repeated.
 *
 * Errors: malformed for a key that is not 1 to 255 visible characters; idempotency_mismatch for another call under the same key; conflict when
 *         the first call has not ended within 10 s – or never will, because its process died: then its outcome has to be looked up.
 * Failures on our side (5xx, 429) are not stored: nothing happened, and the call may be made again.
 */
export async function once(
  store: IdempotencyStore,
  call: CallKey,
  request: { method: string; url: string; bodyText: string },
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer & { replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(call.key)) throw malformed(told('call.key_form'));
  const requestHash = createHash('sha256').update(`${request.method} ${request.url}\n${request.bodyText}`).digest('hex');
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const found = await store.claim(call, requestHash);
    if (found.state === 'mine') break;
    if (found.requestHash !== requestHash) {
      throw new AppError('idempotency_mismatch', told('call.key_used'), {
        hint: told('call.key_used.hint'),
      });
    }
    if (found.state === 'done') return { ...found.answer, replayed: true };
    if (Date.now() > until) {
      throw new AppError('conflict', told('call.key_running'), {
        hint: told('call.key_running.hint'),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  let answer: StoredAnswer;
  try {
    answer = await work();
  } catch (error) {
    await store.release(call);
    throw error;
  }
  if (answer.status >= 500 || answer.status === 429) await store.release(call);
  else await store.settle(call, answer);
  return { ...answer, replayed: false };
}

import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { durationMs } from '../model/iso-duration.js';
import type { NodeManifest } from '../model/workflow-nodes.js';

export type RetryPolicy = { readonly max: number; readonly baseMs: number; readonly capMs: number };

/** The retry policy of a node: what it states, over what its type states. */
export function retryPolicy(manifest: NodeManifest, node: WorkflowDocument['nodes'][number]): RetryPolicy {
  const { max, base, cap } = node.retry ?? {};
  return {
    max: max ?? manifest.retry.max,
    baseMs: (base === undefined ? undefined : durationMs(base)) ?? manifest.retry.baseMs,
    capMs: (cap === undefined ? undefined : durationMs(cap)) ?? manifest.retry.capMs,
  };
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * How long to wait before the next attempt: full jitter over a doubling bound, and never before the time the other side asked for.
 *
 * Shape:  `failed` counts the attempts made so far, from 1. `random` is in [0, 1).
 * Source: full jitter keeps the load of many runs that failed together evenly spread.
 */
export function nextDelayMs(
  policy: RetryPolicy,
  failed: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number {
  const bound = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(failed - 1, 30));
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS);
  return Math.round(asked + random() * bound);
}

import type { Full } from './quota.js';

/** Why a write happens: kept in the history of each record and in the trigger of each run. */
export type Cause = {
  readonly kind: 'user' | 'api_key' | 'import' | 'workflow' | 'pack' | 'publish' | 'merge' | 'undo';
  readonly label?: string;
  /** For undo: the operation that was taken back. */
  readonly undoes?: string;
  /** For a merge, and for what takes one back: the record that stays; `moved` marks others that were only given it to point to. */
  readonly into?: string;
  readonly moved?: true;
  /** For workflow: its element id, by which it is called as it is called today, in the reader's language. */
  readonly workflow?: string;
  /** For workflow: the run, and its chain, so that loops are stopped. */
  readonly runId?: string;
  /** For workflow: id of the step that writes. */
  readonly step?: string;
  readonly rootId?: string;
  readonly depth?: number;
  /** The version that is brought back by this write. */
  readonly restores?: number;
};

/**
 * Which of the ways to records beyond one's own are open to somebody at all. What is left out is closed.
 *
 * Shape:  rules that lead nowhere are left out of statements by it, so that whoever has no team pays nothing for teams; whom they reach is read in the
 *         statement itself. `shared` are ids of the objects of which a record is shared with them.
 */
export type Reach = { readonly queues: boolean; readonly team: boolean; readonly below: boolean; readonly shared: readonly string[] };

/** What decides which rights somebody has. */
export type Rights = Pick<Actor, 'kind' | 'roles' | 'reach'>;

/**
 * Who acts. `system` (packs loading their records, workflows that run as the system) is not held to roles; everything else is.
 *
 * Shape:  `roles` are API names; `epoch` rises when the rights of the user change.
 */
export type Actor = {
  readonly kind: 'user' | 'system';
  readonly userId: string;
  readonly name: string;
  readonly tenantId: number;
  readonly roles: readonly string[];
  readonly reach?: Reach;
  readonly epoch: number;
  readonly locale: string;
  readonly timeZone: string;
  /** ISO code money gets when a write leaves it out. */
  readonly currency: string;
  /** What their tenant has as much of as it may have; left out where there is room. */
  readonly full?: Full;
  readonly cause: Cause;
};

/** User id of the platform itself: packs loading their records, workflows that run as the system. There is no such user. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The person behind a write, for columns that name a user; null for the platform itself. */
export const personOf = ({ userId }: Pick<Actor, 'userId'>): string | null => (userId === NOBODY ? null : userId);

import type { RecentParts } from '../http/routes/search.js';
import { dropRecent, dropSearch, keepSearch, noteOpened, recentOf } from '../records/recent.js';
import type { IdentityPool } from '../store/identity.js';

/** What people opened and looked for, in the tables of the platform. */
export const recentParts = (pool: IdentityPool): RecentParts => ({
  read: (ctx) => recentOf(ctx, pool),
  forget: (ctx) => dropRecent(ctx, pool),
  opened: (ctx, input) => noteOpened(ctx, pool, input),
  keep: (ctx, input, isKept) => keepSearch(ctx, pool, input, isKept),
  drop: (ctx, id) => dropSearch(ctx, pool, id),
});

import type { RequestScope, Route } from '../http/route.js';
import { accessRoutes } from '../http/routes/access.js';
import { shareRoutes } from '../http/routes/shares.js';
import { rightsIn } from '../people/actor.js';
import type { RequestContext } from '../records/context.js';
import { shareCandidates, shareRecord, sharesOf, unshareRecord } from '../records/share-record.js';
import { whoMaySee } from '../records/who-may-see.js';
import { personById, type IdentityPool } from '../store/identity.js';
import { rightsOfPeople } from '../store/people-rights.js';
import { answerAccess } from './explain-access.js';

/** Routes about rights: why somebody has one, who has it, and records shared one by one. */
export const rightsRoutes = (context: (scope: RequestScope) => RequestContext, pool: IdentityPool): Route[] => [
  ...accessRoutes({
    explain: (scope, body) => answerAccess(scope, context(scope), pool, body),
    who: async (scope, object, id, page) => {
      const people = await rightsOfPeople(pool, scope.actor.tenantId);
      return whoMaySee(context(scope), people.map(rightsIn(scope.active.model)), object, id, page);
    },
  }),
  ...shareRoutes({
    list: (scope, object, id) => sharesOf(context(scope), pool, object, id),
    candidates: (scope, object, id, search) => shareCandidates(context(scope), pool, object, id, search),
    share: (scope, object, id, input) =>
      shareRecord(context(scope), pool, object, id, input, async (userId) => {
        const person = await personById(pool, userId);
        return person?.tenantId === scope.actor.tenantId ? rightsIn(scope.active.model)({ ...person, id: userId }) : undefined;
      }),
    unshare: (scope, object, id, to) => unshareRecord(context(scope), pool, object, id, to),
  }),
];

import type { Model } from '../../model/types.js';
import type { TeamInfo } from '../../people/teams.js';
import type { Giver } from '../../people/users.js';
import { bodyObject, may, param, type RequestScope, type Route } from '../route.js';
import { does, gives, makes } from '../exchange.js';
import { newTeam, team, teamChange, teams as teamList } from '../schemas/rights.js';

export type TeamParts = {
  readonly list: (model: Model, tenantId: number) => Promise<TeamInfo[]>;
  readonly create: (model: Model, tenantId: number, input: Readonly<Record<string, unknown>>, giver: Giver) => Promise<TeamInfo>;
  readonly change: (
    model: Model,
    tenantId: number,
    id: string,
    input: Readonly<Record<string, unknown>>,
    giver: Giver,
  ) => Promise<TeamInfo>;
  readonly remove: (tenantId: number, id: string) => Promise<void>;
};

/** Teams and queues of the caller's tenant, for those who may manage users. */
export function teamRoutes(teams: TeamParts): Route[] {
  const policy = may('manage_users');
  return [
    {
      method: 'GET',
      path: '/teams',
      policy,
      summary: 'All teams and queues, with their members and what their members may besides',
      exchange: gives(teamList),
      handler: async ({ active, actor }) => ({ value: { data: await teams.list(active.model, actor.tenantId) } }),
    },
    {
      method: 'POST',
      path: '/teams',
      policy,
      summary: 'Makes a team or a queue: kind, name, members, roles',
      exchange: makes(team, { body: newTeam }),
      handler: async (scope) => ({
        status: 201,
        value: await teams.create(scope.active.model, scope.actor.tenantId, bodyObject(scope), scope.actor),
      }),
    },
    {
      method: 'PATCH',
      path: '/teams/{id}',
      policy,
      summary: 'Changes name, members or roles of a team or a queue',
      exchange: gives(team, { body: teamChange }),
      handler: async (scope) => ({
        value: await teams.change(scope.active.model, scope.actor.tenantId, param(scope, 'id'), bodyObject(scope), scope.actor),
      }),
    },
    {
      method: 'DELETE',
      path: '/teams/{id}',
      policy,
      summary: 'Ends a team or a queue; what a queue owns keeps its name until somebody takes it',
      exchange: does(),
      handler: async (scope: RequestScope) => {
        await teams.remove(scope.actor.tenantId, param(scope, 'id'));
        return { status: 204 };
      },
    },
  ];
}

import type { Model } from '../../model/types.js';
import type { Giver, UserInfo } from '../../people/users.js';
import { bodyObject, may, param, type RequestScope, type Route } from '../route.js';
import { gives, makes } from '../exchange.js';
import { shape, text } from '../schema.js';
import { newUser, user, userChange, users as userList } from '../schemas/people.js';

export type UserParts = {
  readonly list: (model: Model, tenantId: number) => Promise<UserInfo[]>;
  readonly create: (
    model: Model,
    tenantId: number,
    input: Readonly<Record<string, unknown>>,
    giver: Giver,
  ) => Promise<{ user: UserInfo; password?: string }>;
  readonly change: (
    model: Model,
    tenantId: number,
    id: string,
    input: Readonly<Record<string, unknown>>,
    giver: Giver,
  ) => Promise<UserInfo>;
};

/** Users of the caller's tenant, for those who may manage them. */
export function userRoutes(users: UserParts): Route[] {
  const policy = may('manage_users');
  const place = (scope: RequestScope) => [scope.active.model, scope.actor.tenantId] as const;
  return [
    {
      method: 'GET',
      path: '/users',
      policy,
      summary: 'All users, with their roles, and the roles there are',
      exchange: gives(userList),
      handler: async (scope) => ({
        value: {
          data: await users.list(...place(scope)),
          roles: [...scope.active.model.roles.values()].map(({ name, label, isSet }) => ({ name, label, isSet })),
        },
      }),
    },
    {
      method: 'POST',
      path: '/users',
      policy,
      summary: 'Makes a user; without a password, one is made up and answered this once',
      exchange: makes(shape({ user, 'password?': text }), { body: newUser }),
      handler: async (scope) => ({ status: 201, value: await users.create(...place(scope), bodyObject(scope), scope.actor) }),
    },
    {
      method: 'PATCH',
      path: '/users/{id}',
      policy,
      summary: 'Changes name, roles, password or locale of a user, or deactivates one',
      exchange: gives(user, { body: userChange }),
      handler: async (scope) => ({ value: await users.change(...place(scope), param(scope, 'id'), bodyObject(scope), scope.actor) }),
    },
  ];
}

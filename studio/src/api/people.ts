import type { AccessAnswer, AccessGrant, AccessGround, Viewing } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

export type UserInfo = {
  id: string;
  email: string;
  name: string;
  roles: string[];
  isActive: boolean;
  managerId: string | null;
  territories: string[];
};
export type RoleInfo = { name: string; label: string; isSet: boolean };
export type UserChange = { name?: string; roles?: string[]; isActive?: boolean; managerId?: string | null; territories?: string[] };

export const readUsers = () => call<{ data: UserInfo[]; roles: RoleInfo[] }>('GET', '/users');
export const createUser = (input: UserChange & { email: string; name: string; roles: string[] }) =>
  call<{ user: UserInfo; password?: string }>('POST', '/users', input);
export const changeUser = (id: string, input: UserChange) => call<UserInfo>('PATCH', `/users/${encodeURIComponent(id)}`, input);
/** Shows this session the screens of somebody else; the reason is kept. */
export const viewAs = (user: string, reason: string) => call<undefined>('POST', '/auth/view-as', { user, reason });
/** Who looked at the screens of whom; the cursor is that of the page before. */
export const readViewings = (cursor?: string) =>
  call<{ data: Viewing[]; page: { next: string | null } }>(
    'GET',
    `/viewings${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`,
  );

export type TeamInfo = { id: string; name: string; kind: 'team' | 'queue'; members: { id: string; name: string }[]; roles: string[] };
export type TeamChange = { name: string; members: string[]; roles: string[] };

export const readTeams = () => call<{ data: TeamInfo[] }>('GET', '/teams');
export const createTeam = (input: TeamChange & { kind: 'team' | 'queue' }) => call<TeamInfo>('POST', '/teams', input);
export const changeTeam = (id: string, input: TeamChange) => call<TeamInfo>('PATCH', `/teams/${encodeURIComponent(id)}`, input);
export const endTeam = (id: string) => call<undefined>('DELETE', `/teams/${encodeURIComponent(id)}`);

export type { AccessAnswer, AccessGrant, AccessGround };
export type AccessQuestion = { user?: string; role?: string; object: string; record?: string; field?: string; do: string };
export const explainAccess = (question: AccessQuestion) => call<AccessAnswer>('POST', '/access/explain', question);

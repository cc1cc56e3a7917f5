import { call } from './client.js';

export type UserInfo = { id: string; email: string; name: string; roles: string[]; isActive: boolean };
export type RoleInfo = { name: string; label: string };

export const readUsers = () => call<{ data: UserInfo[]; roles: RoleInfo[] }>('GET', '/users');
export const createUser = (input: { email: string; name: string; roles: string[] }) =>
  call<{ user: UserInfo; password?: string }>('POST', '/users', input);
export const changeUser = (id: string, input: { name?: string; roles?: string[]; isActive?: boolean }) =>
  call<UserInfo>('PATCH', `/users/${encodeURIComponent(id)}`, input);

import { isPlainAddress } from '../kernel/address.js';
import { AppError, forbidden, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import { isTimeZone } from '../kernel/calendar.js';
import type { Model } from '../model/types.js';
import { missingFor, reachesBy } from '../rules/covers.js';
import { personById, type IdentityPool, type UserRow } from '../store/identity.js';
import { canManage, insertUser, listUsers, reportsTo, updateUser, type UserChange } from '../store/users.js';
import { rolesOf } from './actor.js';
import { checkPassword, hashPassword, randomPassword } from './passwords.js';
import { told, type Told } from '../texts/told.js';

/** A user as administrators see them. Roles are API names. */
export type UserInfo = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly roles: readonly string[];
  /** Whom they report to. */
  readonly managerId: string | null;
  readonly territories: readonly string[];
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
};

const KEYS = new Set(['email', 'name', 'password', 'roles', 'isActive', 'locale', 'timeZone', 'managerId', 'territories']);

/** Whose rights bound what is given: nobody gives away more than they have. The platform itself, which has no roles, gives anything. */
export type Giver = { readonly userId: string; readonly roles: readonly string[] };

export async function usersOf(pool: IdentityPool, model: Model, tenantId: number): Promise<UserInfo[]> {
  return (await listUsers(pool, tenantId)).map((row) => infoOf(model, row));
}

/**
 * Makes a user. Without a password one is made up and answered, this once.
 *
 * Shape:  `input` is what the caller sent: email, name, roles (API names), password?, locale?, timeZone?, managerId?, territories?.
 * Errors: record_invalid with every problem; duplicate when the address is taken.
 */
export async function createUser(
  pool: IdentityPool,
  model: Model,
  tenantId: number,
  input: Readonly<Record<string, unknown>>,
  giver?: Giver,
): Promise<{ user: UserInfo; password?: string }> {
  const issues = [
    ...checkKeys(input, ['email', 'name', 'roles']),
    ...check(model, input),
    ...checkGiven(model, input['roles'], giver),
    ...checkOwnReach(model, giver, input['managerId'] === giver?.userId, '/managerId'),
    ...(await checkManager(pool, tenantId, input['managerId'], null)),
    ...(await checkLine(pool, model, tenantId, giver, input['managerId'], null)),
  ];
  if ('isActive' in input) issues.push({ path: '/isActive', code: 'not_writable', ...told('user.new_is_active') });
  if (issues.length > 0) throw new AppError('record_invalid', told('user.not_saved'), { issues });
  const made = input['password'] === undefined ? randomPassword() : undefined;
  const row = await insertUser(pool, {
    id: newId(),
    tenantId,
    email: (input['email'] as string).trim(),
    name: (input['name'] as string).trim(),
    passwordHash: await hashPassword(made ?? (input['password'] as string)),
    roleIds: roleIds(model, input['roles'] as string[]),
    locale: (input['locale'] as string | null | undefined) ?? null,
    timeZone: (input['timeZone'] as string | null | undefined) ?? null,
    ...placeOf(input),
  });
  if (row === undefined) {
    const text = told('user.taken');
    throw new AppError('duplicate', text, { issues: [{ path: '/email', code: 'duplicate', ...text }] });
  }
  return { user: infoOf(model, row), ...(made === undefined ? {} : { password: made }) };
}

/**
 * Errors: not_found; record_invalid; forbidden for somebody who may do more than the giver, since whoever sets a password can sign in with it; conflict when
 *         nobody would be left who may manage users.
 */
export async function changeUser(
  pool: IdentityPool,
  model: Model,
  tenantId: number,
  userId: string,
  input: Readonly<Record<string, unknown>>,
  giver?: Giver,
): Promise<UserInfo> {
  const issues = [
    ...checkKeys(input, []),
    ...check(model, input),
    ...checkGiven(model, input['roles'], giver),
    ...checkOwnReach(model, giver, input['managerId'] === giver?.userId, '/managerId'),
    ...checkOwnReach(model, giver, userId === giver?.userId && input['territories'] !== undefined, '/territories'),
    ...(isUuid(userId) ? await checkManager(pool, tenantId, input['managerId'], userId) : []),
    ...(isUuid(userId) ? await checkLine(pool, model, tenantId, giver, input['managerId'], userId) : []),
  ];
  if ('email' in input) issues.push({ path: '/email', code: 'not_writable', ...told('user.email_stays') });
  if (issues.length > 0) throw new AppError('record_invalid', told('user.not_saved'), { issues });
  if (!isUuid(userId)) throw notFound(told('user.unknown'));
  await checkMayChange(pool, model, tenantId, userId, giver);
  const change: UserChange = {
    ...(input['name'] === undefined ? {} : { name: (input['name'] as string).trim() }),
    ...(input['isActive'] === undefined ? {} : { isActive: input['isActive'] as boolean }),
    ...(input['roles'] === undefined ? {} : { roleIds: roleIds(model, input['roles'] as string[]) }),
    ...(input['password'] === undefined ? {} : { passwordHash: await hashPassword(input['password'] as string) }),
    ...(input['locale'] === undefined ? {} : { locale: input['locale'] as string | null }),
    ...(input['timeZone'] === undefined ? {} : { timeZone: input['timeZone'] as string | null }),
    ...placeOf(input),
  };
  const managers = [...model.roles.values()].filter((role) => role.capabilities.has('manage_users')).map((role) => role.id);
  const row = await updateUser(pool, tenantId, userId, change, managers);
  if (row === 'not_found') throw notFound(told('user.unknown'));
  if (row === 'last_holder') throw new AppError('conflict', told('user.last_manager'));
  return infoOf(model, row);
}

const infoOf = (model: Model, { roleIds: ids, ...row }: UserRow): UserInfo => ({
  ...row,
  roles: rolesOf(model, ids).map((role) => role.name),
});

const roleIds = (model: Model, names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => model.roles.get(name)?.id ?? [])),
];

const placeOf = (input: Readonly<Record<string, unknown>>): Pick<UserChange, 'managerId' | 'territories'> => ({
  ...(input['managerId'] === undefined ? {} : { managerId: input['managerId'] as string | null }),
  ...(input['territories'] === undefined ? {} : { territories: [...new Set(input['territories'] as string[])] }),
});

/** Roles that the giver does not have themselves, in all that they allow. */
export function checkGiven(model: Model, roles: unknown, giver: Giver | undefined, path = '/roles'): Issue[] {
  if (giver === undefined || !Array.isArray(roles)) return [];
  return roles.flatMap((role: unknown, index) => {
    const missing = typeof role === 'string' ? missingFor(model, giver.roles, [role]) : undefined;
    if (missing === undefined) return [];
    return [{ path: `${path}${pointer(index)}`, code: 'exceeds_own_rights', ...told('user.exceeds', { right: missing }) }];
  });
}

/** Whoever may publish permissions can give themselves anything in sight of everybody; nobody else widens what they reach themselves. */
const mayWiden = (model: Model, { roles }: Giver): boolean =>
  roles.some((role) => model.roles.get(role)?.capabilities.has('edit_metadata') === true);

/** What would let the giver reach more records: a place in a team, people or territories of their own. */
export const checkOwnReach = (model: Model, giver: Giver | undefined, widens: boolean, path: string): Issue[] =>
  giver === undefined || !widens || mayWiden(model, giver) ? [] : [{ path, code: 'exceeds_own_rights', ...told('user.own_reach') }];

/** Whoever comes to report to somebody below the giver reports to the giver, too. Those who do so already may change places there. */
async function checkLine(
  pool: IdentityPool,
  model: Model,
  tenantId: number,
  giver: Giver | undefined,
  managerId: unknown,
  userId: string | null,
): Promise<Issue[]> {
  if (giver === undefined || !isUuid(managerId) || managerId === giver.userId || !reachesBy(model, giver.roles, 'below')) return [];
  const isBelow = (id: string) => reportsTo(pool, tenantId, id, giver.userId);
  const widens = (await isBelow(managerId)) && (userId === null || !(await isBelow(userId)));
  return checkOwnReach(model, giver, widens, '/managerId');
}

async function checkMayChange(pool: IdentityPool, model: Model, tenantId: number, userId: string, giver: Giver | undefined): Promise<void> {
  if (giver === undefined || giver.userId === userId) return;
  const found = await personById(pool, userId);
  if (found?.tenantId !== tenantId) return;
  const roles = rolesOf(model, found.roleIds).map((role) => role.name);
  if (missingFor(model, giver.roles, roles) !== undefined) throw forbidden(told('user.may_more'));
}

async function checkManager(pool: IdentityPool, tenantId: number, managerId: unknown, userId: string | null): Promise<Issue[]> {
  if (typeof managerId !== 'string' || !isUuid(managerId)) return [];
  const can = await canManage(pool, tenantId, managerId, userId);
  if (can === 'yes') return [];
  return [
    {
      path: '/managerId',
      ...(can === 'unknown' ? { code: 'not_a_user', ...told('user.unknown') } : { code: 'circle', ...told('user.circle') }),
    },
  ];
}

const MAX_TERRITORIES = 100;

function checkPlace(input: Readonly<Record<string, unknown>>): Issue[] {
  const { managerId, territories } = input;
  const issues: Issue[] = [];
  if (managerId !== undefined && managerId !== null && !isUuid(managerId)) {
    issues.push({ path: '/managerId', code: 'not_a_user', ...told('user.not_an_id') });
  }
  const isName = (name: unknown) => typeof name === 'string' && name.trim() !== '' && name.length <= 80;
  if (territories !== undefined && !(Array.isArray(territories) && territories.length <= MAX_TERRITORIES && territories.every(isName))) {
    issues.push({ path: '/territories', code: 'not_a_list', ...told('user.territories', { max: MAX_TERRITORIES }) });
  }
  return issues;
}

function checkKeys(input: Readonly<Record<string, unknown>>, required: readonly string[]): Issue[] {
  const unknown = Object.keys(input).filter((key) => !KEYS.has(key));
  return [
    ...unknown.map((key) => ({ path: pointer(key), code: 'unknown_field', ...told('user.unknown_field') })),
    ...required
      .filter((key) => input[key] === undefined)
      .map((key) => ({ path: pointer(key), code: 'required', ...told('user.required') })),
  ];
}

function check(model: Model, input: Readonly<Record<string, unknown>>): Issue[] {
  const issues: Issue[] = [];
  const refuse = (key: string, code: string, text: Told) => issues.push({ path: pointer(key), code, ...text });
  const { email, name, roles, isActive, locale, timeZone, password } = input;
  if (email !== undefined && (typeof email !== 'string' || email.length > 254 || !isPlainAddress(email.trim()))) {
    refuse('email', 'not_an_email', told('user.not_an_email'));
  }
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '' || name.length > 120)) {
    refuse('name', 'not_a_name', told('user.name_length'));
  }
  if (isActive !== undefined && typeof isActive !== 'boolean') refuse('isActive', 'not_a_boolean', told('user.not_boolean'));
  if (roles !== undefined && !Array.isArray(roles)) refuse('roles', 'not_a_list', told('user.not_roles'));
  if (Array.isArray(roles)) {
    roles.forEach((role: unknown, index) => {
      if (typeof role !== 'string' || !model.roles.has(role)) {
        issues.push({
          path: pointer('roles', index),
          code: 'not_an_option',
          ...told('user.roles', { roles: [...model.roles.keys()].join(', ') }),
        });
      }
    });
  }
  if (locale !== undefined && locale !== null && !isLocale(locale)) refuse('locale', 'not_a_locale', told('user.not_a_locale'));
  if (timeZone !== undefined && timeZone !== null && !isTimeZone(timeZone)) {
    refuse('timeZone', 'not_a_time_zone', told('user.not_a_time_zone'));
  }
  issues.push(...checkPlace(input));
  if (password !== undefined) issues.push(...checkPassword(password, '/password'));
  return issues;
}

function isLocale(value: unknown): boolean {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

import { AppError, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { activeUserByEmail, endApiKey, insertApiKey, listApiKeys, type ApiKeyRow } from '../store/api-keys.js';
import type { IdentityPool } from '../store/identity.js';
import { digest, KEY_PREFIX, newSecret } from './secrets.js';
import { told } from '../texts/told.js';

const MAX_NAME = 100;

/** A new key with the rights of a user. Only its digest is stored: the key is shown this once. */
export async function issueKey(
  pool: IdentityPool,
  userId: string,
  name: string,
  lifetimeSeconds: number | null,
): Promise<{ id: string; key: string }> {
  const id = newId();
  const key = KEY_PREFIX + newSecret();
  await insertApiKey(pool, { id, keyHash: digest(key), userId, name, lifetimeSeconds });
  return { id, key };
}

/** Errors: record_invalid with every problem: nobody active has that address, or the name is empty or too long. */
export async function issueKeyFor(
  pool: IdentityPool,
  tenantId: number,
  wanted: { email: string; name: string; lifetimeSeconds: number | null },
): Promise<{ id: string; key: string }> {
  const name = wanted.name.trim();
  const userId = await activeUserByEmail(pool, tenantId, wanted.email.trim());
  const issues: Issue[] = [];
  if (userId === undefined) issues.push({ path: '/user', code: 'unknown_user', ...told('key.no_user') });
  if (name === '' || name.length > MAX_NAME) issues.push({ path: '/name', code: 'wrong_type', ...told('key.purpose', { max: MAX_NAME }) });
  if (userId === undefined || issues.length > 0) throw new AppError('record_invalid', told('key.not_made'), { issues });
  return issueKey(pool, userId, name, wanted.lifetimeSeconds);
}

/** Keys that work, newest first. */
export const keysOf = (pool: IdentityPool, tenantId: number): Promise<ApiKeyRow[]> => listApiKeys(pool, tenantId);

/** Errors: not_found when there is no such key that works. */
export async function revokeKey(pool: IdentityPool, tenantId: number, id: string): Promise<void> {
  if (!isUuid(id) || !(await endApiKey(pool, tenantId, id))) throw notFound(told('key.unknown'));
}

import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { AppError, type Issue } from '../kernel/errors.js';
import { told } from '../texts/told.js';

/** Argon2id, 64 MiB, three passes. Source: OWASP ASVS 5.0 asks for at least 19 MiB and two. Units: memoryCost in KiB. */
const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;
const MIN_LENGTH = 12;
const MAX_LENGTH = 256;
/** Hashing is the one expensive thing a stranger can ask for: so many at once, so many waiting, then 503. */
const MAX_RUNNING = Math.min(4, availableParallelism());
const MAX_WAITING = 32;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) throw new AppError('overloaded', told('login.busy'), { extra: { retryAfter: 2 } });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, COST));

let dummy: Promise<string> | undefined;

/** Takes as long without a stored hash as with one: whether an address has an account must not show in the time. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  dummy ??= hash(randomBytes(16), COST);
  const against = stored ?? (await dummy);
  const isRight = await inTurn(() => verify(against, password.slice(0, MAX_LENGTH + 1)).catch(() => false));
  return stored !== null && isRight && password.length <= MAX_LENGTH;
}

/** True when the hash was made with other costs than today's. */
export const isOutdated = (stored: string): boolean =>
  !stored.startsWith(`$argon2id$v=19$m=${String(COST.memoryCost)},t=${String(COST.timeCost)},p=1$`);

/** Length only: composition rules make passwords worse. */
export function checkPassword(password: unknown, path: string): Issue[] {
  if (typeof password !== 'string') return [{ path, code: 'not_text', ...told('password.not_text') }];
  if (password.length < MIN_LENGTH) return [{ path, code: 'too_short', ...told('password.too_short', { count: MIN_LENGTH }) }];
  if (password.length > MAX_LENGTH) return [{ path, code: 'too_long', ...told('password.too_long', { count: MAX_LENGTH }) }];
  return [];
}

/** For first sign-ins: 120 bits in groups that can be read out. */
export function randomPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const groups = Array.from({ length: 5 }, () => Array.from(randomBytes(5), (byte) => alphabet[byte % alphabet.length]).join(''));
  return groups.join('-');
}

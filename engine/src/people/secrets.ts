import { hash, randomBytes } from 'node:crypto';

/** 256 random bits: their SHA-256 needs no salt and no slow hash. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
export const SECRET = /^[A-Za-z0-9_-]{43}$/;
export const digest = (secret: string): string => hash('sha256', secret, 'hex');
/** What keys begin with, so that scanners for leaked secrets know them. */
export const KEY_PREFIX = 'fsk_';

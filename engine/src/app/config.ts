import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeOnce } from '../kernel/durable-files.js';
import { AppError } from '../kernel/errors.js';
import type { QuotaDefaults } from '../kernel/quota.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings of an installation. Nothing else reads the environment. */
export type Config = {
  /** Folder of the checkout: packs, migrations and built front ends are below it. */
  readonly root: string;
  readonly dataFolder: string;
  /** Undefined: the embedded server. */
  readonly databaseUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Origin people reach the system at, when it is not the host they ask for. */
  readonly publicOrigin: string | undefined;
  readonly trustedProxies: number;
  readonly secret: string | undefined;
  /** Secrets used before, to open what was sealed with them. */
  readonly formerSecrets: readonly string[];
  readonly isProduction: boolean;
  readonly admin: { readonly email: string | undefined; readonly password: string | undefined };
  readonly demo: boolean;
  /** Packs besides those of the checkout: folders of a pack or of packs, or bundles. They can be installed; no start installs them. */
  readonly packs: readonly string[];
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: string };
  /** Uploaded files: their folder, shared by all processes; how large one may be; how long one that no record holds is kept. */
  readonly files: { readonly folder: string; readonly maxBytes: number; readonly keepDays: number };
  /** Days after which what lies in the recycle bin is deleted for good; null for never. */
  readonly binDays: number | null;
  /** What a tenant may have that has no value of its own. */
  readonly quotas: QuotaDefaults;
  /** Hosts or networks that webhooks may reach although they are private. */
  readonly webhookAllow: readonly string[];
  readonly metricsKey: string | undefined;
  readonly sessionIdleSeconds: number;
  readonly poolSize: number;
  /** How many statements that take long may be at work, where there are several tenants; undefined: so many as the pool thinks fit. */
  readonly longStatements: number | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/** The same depth from src/app and dist/app. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MIN_SECRET_LENGTH = 32;

/**
 * Reads the settings; the names are documented in docs/configuration.md.
 *
 * Errors: setup_failed, naming the variable and what it should be.
 */
export function readConfig(env: Environment, root: string = ROOT): Config {
  const port = whole(env, 'PORT', 3000, 0, 65_535);
  const host = text(env, 'FIELDSTONE_HOST') ?? '127.0.0.1';
  const dataFolder = resolve(root, text(env, 'FIELDSTONE_DATA_DIR') ?? '.fieldstone');
  return {
    root,
    dataFolder,
    databaseUrl: databaseUrl(env),
    host,
    port,
    publicOrigin: origin(env),
    trustedProxies: whole(env, 'FIELDSTONE_TRUSTED_PROXIES', 0, 0, 10),
    secret: secret(env),
    formerSecrets: (text(env, 'FIELDSTONE_FORMER_SECRETS') ?? '').split(/\s+/).filter((entry) => entry !== ''),
    isProduction: env['NODE_ENV'] === 'production',
    admin: { email: text(env, 'FIELDSTONE_ADMIN_EMAIL'), password: adminPassword(env) },
    demo: yesNo(env, 'FIELDSTONE_DEMO', true),
    packs: (text(env, 'FIELDSTONE_PACKS') ?? '')
      .split(delimiter)
      .filter((place) => place.trim() !== '')
      .map((place) => resolve(root, place.trim())),
    mail: { smtpUrl: smtpUrl(env), from: text(env, 'FIELDSTONE_MAIL_FROM') ?? 'Fieldstone <no-reply@localhost>' },
    files: {
      folder: resolve(root, text(env, 'FIELDSTONE_FILES_DIR') ?? join(dataFolder, 'files')),
      maxBytes: whole(env, 'FIELDSTONE_FILE_MAX_MB', 25, 1, 1000) * 1_000_000,
      keepDays: whole(env, 'FIELDSTONE_FILE_KEEP_DAYS', 30, 1, 3650),
    },
    binDays: whole(env, 'FIELDSTONE_BIN_DAYS', 30, 0, 3650) || null,
    quotas: {
      records: whole(env, 'FIELDSTONE_TENANT_RECORDS', 0, 0, 1e12) || null,
      file_bytes: whole(env, 'FIELDSTONE_TENANT_FILES_MB', 100_000, 0, 1e9) * 1_000_000 || null,
      waiting_runs: whole(env, 'FIELDSTONE_TENANT_RUNS', 0, 0, 1e9) || null,
    },
    webhookAllow: (text(env, 'FIELDSTONE_WEBHOOK_ALLOW') ?? '').split(/[\s,]+/).filter((entry) => entry !== ''),
    metricsKey: text(env, 'FIELDSTONE_METRICS_KEY'),
    sessionIdleSeconds: whole(env, 'FIELDSTONE_SESSION_IDLE_MINUTES', 60, 5, 24 * 60) * 60,
    poolSize: whole(env, 'FIELDSTONE_POOL_SIZE', 20, 2, 200),
    longStatements: whole(env, 'FIELDSTONE_LONG_STATEMENTS', 0, 0, 200) || longStatementsOf(databaseUrl(env)),
    logLevel: level(env),
  };
}

/**
 * The secret that keys and cursors are derived from: as configured, else made once and kept in the data folder.
 *
 * Errors: setup_failed in production with a database of its own: several processes must share the secret, so a made-up one is a trap.
 */
export async function installationSecret(config: Config): Promise<string> {
  if (config.secret !== undefined) return config.secret;
  if (config.isProduction && config.databaseUrl !== undefined) {
    throw wrong('FIELDSTONE_SECRET is missing: in production it must be set.', 'Make one with: openssl rand -base64 32');
  }
  const file = join(config.dataFolder, 'secret');
  if (!existsSync(file)) {
    await mkdir(config.dataFolder, { recursive: true, mode: 0o755 });
    await makeOnce(file, randomBytes(32).toString('base64url'));
  }
  return (await readFile(file, 'utf8')).trim();
}

const wrong = (message: string, hint?: string) => new AppError('setup_failed', message, hint === undefined ? {} : { hint });

const text = (env: Environment, name: string): string | undefined => {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
};

function whole(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const value = text(env, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw wrong(`${name} must be a whole number from ${String(min)} to ${String(max)}, not "${value}".`);
  }
  return number;
}

/** Where Postgres is on this machine, half of the processors do what takes long: the other half is there for what is short. */
function longStatementsOf(url: string | undefined): number | undefined {
  const isHere = url === undefined || /^(localhost|127\.[\d.]+|\[::1\]|)$/.test(new URL(url).hostname);
  return isHere ? Math.max(1, Math.floor(availableParallelism() / 2)) : undefined;
}

function yesNo(env: Environment, name: string, fallback: boolean): boolean {
  const value = text(env, name);
  if (value === undefined) return fallback;
  if (['1', 'true', 'yes', 'on'].includes(value.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off'].includes(value.toLowerCase())) return false;
  throw wrong(`${name} must be 1 or 0, not "${value}".`);
}

function level(env: Environment): Config['logLevel'] {
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const value = text(env, 'FIELDSTONE_LOG') ?? 'warn';
  const found = levels.find((name) => name === value);
  if (found === undefined) throw wrong(`FIELDSTONE_LOG must be one of ${levels.join(', ')}, not "${value}".`);
  return found;
}

function databaseUrl(env: Environment): string | undefined {
  const value = text(env, 'DATABASE_URL');
  if (value === undefined) return undefined;
  // The value may hold a password: it is not repeated.
  if (!URL.canParse(value) || !/^postgres(ql)?:$/.test(new URL(value).protocol)) {
    throw wrong('DATABASE_URL is not a URL such as postgres://user:password@host:5432/database.');
  }
  return value;
}

function smtpUrl(env: Environment): string | undefined {
  const value = text(env, 'SMTP_URL');
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^smtps?:$/.test(new URL(value).protocol)) {
    throw wrong('SMTP_URL is not a URL such as smtp://user:password@host:587.');
  }
  return value;
}

function origin(env: Environment): string | undefined {
  const value = text(env, 'FIELDSTONE_PUBLIC_URL');
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol) || new URL(value).pathname !== '/') {
    throw wrong(`FIELDSTONE_PUBLIC_URL must be an origin such as https://crm.example.com, not "${value}".`);
  }
  return new URL(value).origin;
}

function secret(env: Environment): string | undefined {
  const value = text(env, 'FIELDSTONE_SECRET');
  if (value !== undefined && value.length < MIN_SECRET_LENGTH) {
    throw wrong(`FIELDSTONE_SECRET must have at least ${String(MIN_SECRET_LENGTH)} characters.`, 'Make one with: openssl rand -base64 32');
  }
  return value;
}

function adminPassword(env: Environment): string | undefined {
  const value = env['FIELDSTONE_ADMIN_PASSWORD'];
  if (value === undefined || value === '') return undefined;
  if (value.length < 12 || value.length > 256) throw wrong('FIELDSTONE_ADMIN_PASSWORD must have 12 to 256 characters.');
  return value;
}

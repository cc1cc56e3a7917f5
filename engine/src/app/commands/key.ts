import { Option, type Command } from 'commander';
import { AppError } from '../../kernel/errors.js';
import { silentLogger } from '../../kernel/logger.js';
import { issueKeyFor, keysOf, revokeKey } from '../../people/api-keys.js';
import { ensureTenant } from '../../store/installation.js';
import type { Database } from '../../store/open-database.js';
import type { Config } from '../config.js';
import { withDatabase } from '../open-system.js';

const json = () => new Option('--json', 'print JSON instead of text');
const DAY_SECONDS = 24 * 3600;
const MAX_DAYS = 3650;

/** `fieldstone key add`, `list` and `revoke`: access for machines, with the rights of one user. */
export function addCommandsOfKeys(program: Command, readConfig: () => Config): void {
  const key = program.command('key').description('API keys, with which machines act as a user');
  const inTenant = <Result>(work: (pool: Database['pool'], tenantId: number) => Promise<Result>) =>
    withDatabase(readConfig(), silentLogger, async (database) => {
      const tenant = await ensureTenant(database, 'Fieldstone');
      return work(database.pool, tenant.id);
    });

  key
    .command('add')
    .description('make a key; it is shown once')
    .requiredOption('--user <email>', 'whose rights the key has')
    .requiredOption('--name <name>', 'what the key is for; stands in the history of what it changes')
    .option('--days <n>', 'how long it works (default: until it is revoked)')
    .addOption(json())
    .addHelpText('after', '\nExample:\n  $ fieldstone key add --user bot@example.com --name "Nightly import" --days 365')
    .action(async (options: { user: string; name: string; days?: string; json?: boolean }) => {
      const lifetime = options.days === undefined ? null : daysOf(options.days) * DAY_SECONDS;
      const made = await inTenant((pool, tenantId) =>
        issueKeyFor(pool, tenantId, { email: options.user, name: options.name, lifetimeSeconds: lifetime }),
      );
      process.stdout.write(options.json ? `${JSON.stringify(made)}\n` : `${made.key}\n`);
    });

  key
    .command('list')
    .description('all keys that work, without the keys themselves')
    .addOption(json())
    .action(async (options: { json?: boolean }) => {
      const keys = await inTenant(keysOf);
      if (options.json) {
        process.stdout.write(`${JSON.stringify(keys)}\n`);
        return;
      }
      for (const { id, email, name, createdAt, expiresAt } of keys) {
        const until = expiresAt === null ? '' : `, until ${expiresAt.slice(0, 10)}`;
        process.stdout.write(`${id}  ${email}  ${name}  (since ${createdAt.slice(0, 10)}${until})\n`);
      }
    });

  key
    .command('revoke')
    .description('end a key; it stops working everywhere within seconds')
    .argument('<id>', 'as key list shows it')
    .action(async (id: string) => {
      await inTenant((pool, tenantId) => revokeKey(pool, tenantId, id));
      process.stdout.write('Revoked.\n');
    });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= MAX_DAYS) return days;
  throw new AppError('malformed', `--days is a whole number from 1 to ${MAX_DAYS}.`);
}

import { Option, type Command } from 'commander';
import { silentLogger } from '../../kernel/logger.js';
import { createUser, usersOf } from '../../people/users.js';
import { ensureTenant } from '../../store/installation.js';
import type { Config } from '../config.js';
import { openCatalog } from '../open-catalog.js';
import { withDatabase } from '../open-system.js';

const json = () => new Option('--json', 'print JSON instead of text');

/** `fieldstone user add` and `fieldstone user list`. They work beside a running server as well as without one. */
export function addCommandsOfUsers(program: Command, readConfig: () => Config): void {
  const user = program.command('user').description('people who can sign in');
  user
    .command('add')
    .description('make a user; the password is shown once')
    .argument('<email>', 'address to sign in with')
    .requiredOption('--role <name...>', 'API names of roles, such as sales_rep')
    .option('--name <name>', 'name for people (default: the part of the address before @)')
    .addOption(json())
    .addHelpText(
      'after',
      '\nExamples:\n  $ fieldstone user add ada@example.com --role sales_rep --name "Ada Lovelace"\n  $ fieldstone user add bot@example.com --role manager --json',
    )
    .action(async (email: string, options: { role: string[]; name?: string; json?: boolean }) => {
      const config = readConfig();
      const made = await withDatabase(config, silentLogger, async (database) => {
        const tenant = await ensureTenant(database, 'Fieldstone');
        const catalog = await openCatalog(config, database, tenant);
        const input = { email, name: options.name ?? email.split('@')[0] ?? email, roles: options.role };
        return createUser(database.pool, catalog.model(), tenant.id, input).finally(() => catalog.close());
      });
      process.stdout.write(
        options.json ? `${JSON.stringify(made)}\n` : `${made.user.email} may sign in with the password ${made.password ?? ''}\n`,
      );
    });
  user
    .command('list')
    .description('all users with their roles')
    .addOption(json())
    .action(async (options: { json?: boolean }) => {
      const config = readConfig();
      const users = await withDatabase(config, silentLogger, async (database) => {
        const tenant = await ensureTenant(database, 'Fieldstone');
        const catalog = await openCatalog(config, database, tenant);
        return usersOf(database.pool, catalog.model(), tenant.id).finally(() => catalog.close());
      });
      if (options.json) {
        process.stdout.write(`${JSON.stringify(users)}\n`);
        return;
      }
      const width = Math.max(5, ...users.map(({ email }) => email.length)) + 2;
      for (const { email, roles, isActive, name } of users) {
        process.stdout.write(`${email.padEnd(width)}${roles.join(', ').padEnd(24)}${name}${isActive ? '' : ' (inactive)'}\n`);
      }
    });
}

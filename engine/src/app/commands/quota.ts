import { Argument, Option, type Command } from 'commander';
import { AppError } from '../../kernel/errors.js';
import { silentLogger } from '../../kernel/logger.js';
import { QUOTAS, standing, type QuotaName } from '../../kernel/quota.js';
import { listQuotas, measureQuotas, setQuota } from '../../store/quotas.js';
import type { Config } from '../config.js';
import { withDatabase } from '../open-system.js';

const number = new Intl.NumberFormat('en');

/** `fieldstone quota list` and `set`: what each tenant may have, and how much of it it has. */
export function addCommandsOfQuotas(program: Command, readConfig: () => Config): void {
  const quota = program.command('quota').description('how many records, bytes of files and waiting runs a tenant may have');
  quota
    .command('list')
    .description('what each tenant may have, and has now')
    .addOption(new Option('--json', 'print JSON instead of text'))
    .action(async (options: { json?: boolean }) => {
      const config = readConfig();
      const quotas = await withDatabase(config, silentLogger, async (database) => {
        await measureQuotas(database, config.quotas);
        return listQuotas(database.pool, config.quotas, null);
      });
      if (options.json) {
        process.stdout.write(`${JSON.stringify(quotas)}\n`);
        return;
      }
      for (const { tenant, tenantName, name, max, used, isOwn } of quotas) {
        const state = max === null || used === null ? 'ok' : standing({ used, max });
        const said =
          max === null ? 'no limit' : `${number.format(used ?? 0)} of ${number.format(max)}${state === 'ok' ? '' : ` (${state})`}`;
        process.stdout.write(
          `${String(tenant).padStart(4)}  ${tenantName.padEnd(24)}${name.padEnd(14)}${said}${isOwn ? ', its own' : ''}\n`,
        );
      }
    });
  quota
    .command('set')
    .description('give a tenant a value of its own')
    .addArgument(new Argument('<quota>', 'what it may have so much of').choices(QUOTAS))
    .argument('<max>', 'a number; "none" for no limit, "default" for what all have')
    .requiredOption('--tenant <id>', 'as quota list shows it')
    .addHelpText(
      'after',
      '\nExamples:\n  $ fieldstone quota set records 250000 --tenant 3\n  $ fieldstone quota set file_bytes none --tenant 3',
    )
    .action(async (name: QuotaName, max: string, options: { tenant: string }) => {
      const value = maxOf(max);
      const tenant = /^\d{1,9}$/.test(options.tenant) ? Number(options.tenant) : 0;
      const config = readConfig();
      await withDatabase(config, silentLogger, async (database) => {
        if (!(await setQuota(database.pool, tenant, name, value)))
          throw new AppError('not_found', `There is no tenant ${options.tenant}.`, { hint: '"fieldstone quota list" shows all of them.' });
        await measureQuotas(database, config.quotas);
      });
    });
}

/** Errors: malformed. */
function maxOf(given: string): number | null {
  if (given === 'default') return null;
  if (given === 'none') return 0;
  if (/^[1-9]\d{0,14}$/.test(given)) return Number(given);
  throw new AppError('malformed', `"${given}" is no quota: a whole number from 1 on, "none" or "default".`);
}

import type { Command } from 'commander';
import { AppError } from '../../kernel/errors.js';
import { silentLogger } from '../../kernel/logger.js';
import { ensureTenant } from '../../store/installation.js';
import { resealSecrets } from '../../store/reseal.js';
import type { Config } from '../config.js';
import { withDatabase } from '../open-system.js';

/** `fieldstone secrets reseal`: moves the secrets in records to the current secret of the installation. */
export function addCommandsOfSecrets(program: Command, readConfig: () => Config): void {
  program
    .command('secrets')
    .description('encrypted values in records')
    .command('reseal')
    .description('encrypt anew, with the current secret, what was encrypted with a former one; can be run again at any time')
    .addHelpText(
      'after',
      '\nExample:\n  $ FIELDSTONE_FORMER_SECRETS="the old one" FIELDSTONE_SECRET="the new one" fieldstone secrets reseal',
    )
    .action(async () => {
      const { resealed, unopened } = await withDatabase(readConfig(), silentLogger, async (database) => {
        const tenant = await ensureTenant(database, 'Fieldstone');
        return resealSecrets(database, tenant.space);
      });
      process.stdout.write(`${String(resealed)} values were encrypted anew.\n`);
      if (unopened > 0) {
        throw new AppError('conflict', `${String(unopened)} values could not be opened.`, {
          hint: 'They were encrypted with a secret that is not in FIELDSTONE_FORMER_SECRETS, or were changed in the database.',
        });
      }
    });
}

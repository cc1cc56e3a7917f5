import { Command, CommanderError, Option } from 'commander';
import { AppError } from '../kernel/errors.js';
import { addCommandsOfChanges } from './commands/changes.js';
import { addCommandsOfKeys } from './commands/key.js';
import { addCommandsOfLeaks } from './commands/leaks.js';
import { addCommandsOfMetadata } from './commands/metadata.js';
import { addCommandsOfPacks } from './commands/pack.js';
import { addCommandsOfQuotas } from './commands/quota.js';
import { addCommandsOfSecrets } from './commands/secrets.js';
import { addCommandsOfUsers } from './commands/user.js';
import { readConfig } from './config.js';
import { runStart } from './run-start.js';

const EXIT_CODES = `
Exit codes:
  0  done, nothing wrong
  1  a problem was found, or the command failed; one line on stderr says which
  2  the command was written wrongly

Settings are environment variables: DATABASE_URL, FIELDSTONE_DATA_DIR, PORT and others, see docs/configuration.md.`;

/**
 * The command line program.
 *
 * Shape: sets the exit code; a failure somebody can act on is one line on stderr, without a stack.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads our output may stop reading, as `head` does: that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
  });
  const program = new Command('fieldstone')
    .description('Runs and looks after a Fieldstone installation.')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(fieldstone --help shows what there is)')
    .exitOverride();
  program
    .command('start')
    .description('start the system and keep it running until Ctrl-C')
    .addHelpText('after', '\nExamples:\n  $ fieldstone start\n  $ PORT=8080 FIELDSTONE_DEMO=0 fieldstone start')
    .action(async () => {
      process.exitCode = await runStart(readConfig(process.env));
    });
  addCommandsOfMetadata(program, () => readConfig(process.env));
  addCommandsOfPacks(program, () => readConfig(process.env));
  addCommandsOfChanges(program, () => readConfig(process.env));
  addCommandsOfUsers(program, () => readConfig(process.env));
  addCommandsOfKeys(program, () => readConfig(process.env));
  addCommandsOfQuotas(program, () => readConfig(process.env));
  addCommandsOfSecrets(program, () => readConfig(process.env));
  addCommandsOfLeaks(program, () => readConfig(process.env));
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
  // What is still open (a broken pool, a timer of a library) must not keep a finished command alive.
  await flush();
  process.exit();
}

export const jsonOption = () => new Option('--json', 'print JSON instead of text');

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AppError) {
    const issues = error.issues.map((issue) => `\n  ${issue.file ?? ''}${issue.path}: ${issue.message}`).join('');
    process.stderr.write(`fieldstone: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}${issues}\n`);
    return 1;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') process.stderr.write('fieldstone: The disk is full.\n');
  else {
    process.stderr.write(`fieldstone: unexpected failure: ${message.split('\n')[0] ?? ''}\n`);
    if (process.env['FIELDSTONE_LOG'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return 1;
}

const flush = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write('', () =>
      process.stderr.write('', () => {
        resolve();
      }),
    );
  });

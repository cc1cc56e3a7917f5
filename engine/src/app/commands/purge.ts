import { InvalidArgumentError, Option, type Command } from 'commander';
import { FEWEST_DAYS, planSpacePurge, purgeSpace, type PlannedPurge } from '../../catalog/purge-retired.js';
import type { Tenant } from '../../store/installation.js';
import type { Database } from '../../store/open-database.js';
import type { Config } from '../config.js';
import { renderStatements } from './render-plan.js';

type Options = { olderThan: number; plan?: boolean; confirm?: string[]; json?: boolean };
type WithCatalog = <T>(config: Config, work: (parts: { database: Database; tenant: Tenant }) => Promise<T>) => Promise<T>;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** `fieldstone purge`: destroys the data of elements that were retired long ago, and were named one by one. */
export function addPurge(program: Command, readConfig: () => Config, withCatalog: WithCatalog): void {
  program
    .command('purge')
    .description('destroy the data of fields and objects that were retired long ago')
    .option('--older-than <days>', `retired at least so long ago, such as 90d; not less than ${String(FEWEST_DAYS)}d`, daysOf, FEWEST_DAYS)
    .option('--plan', 'show what would go and the statements; destroy nothing')
    .option('--confirm <code...>', 'what is to go, by the codes that --plan shows; nothing else is touched')
    .addOption(new Option('--json', 'print JSON instead of text'))
    .addHelpText(
      'after',
      '\nMake a backup before: nothing else brings the data back.\n\nExamples:\n  $ fieldstone purge --older-than 90d --plan\n  $ fieldstone purge --confirm purge:fld_deal_region',
    )
    .action(async ({ olderThan, plan, confirm = [], json }: Options) => {
      const isPlan = plan === true || confirm.length === 0;
      const only = confirm.length === 0 ? undefined : confirm;
      const shown = await withCatalog(readConfig(), ({ database, tenant }) =>
        isPlan ? planSpacePurge(database, tenant.space, olderThan, only) : purgeSpace(database, tenant.space, olderThan, confirm),
      );
      print(json ? JSON.stringify(shown) : isPlan ? renderPurge(shown) : `Purged ${shown.due.map(({ name }) => name).join(', ')}.`);
    });
}

function daysOf(text: string): number {
  const days = /^(\d{1,5})d?$/.exec(text)?.[1];
  if (days === undefined || Number(days) < FEWEST_DAYS)
    throw new InvalidArgumentError(`Expected days, such as ${String(FEWEST_DAYS)}d, and not fewer.`);
  return Number(days);
}

function renderPurge({ due, hazards, statements }: PlannedPurge): string {
  if (due.length === 0) return 'Nothing was retired that long ago.';
  const lines = due.map(({ row, retiredAt }, index) => {
    const { code, message } = hazards[index] ?? { code: row.elementId, message: '' };
    return `  ${code}  (retired ${retiredAt.slice(0, 10)})\n    ${message}`;
  });
  return ['To be confirmed, one by one:', ...lines, renderStatements([...statements])].join('\n');
}

import { Option, type Command } from 'commander';
import type { Drift, DriftAnswer, RepairAnswer } from '@fieldstone/metadata/types/wire.js';
import { planSpaceRepair, repairSpace } from '../../catalog/examine.js';
import type { Tenant } from '../../store/installation.js';
import { unsafeSettings, type UnsafeSetting } from '../../store/durability.js';
import type { Database } from '../../store/open-database.js';
import type { Config } from '../config.js';
import { renderStatements } from './render-plan.js';

type Options = { repair?: boolean; plan?: boolean; confirm?: string[]; json?: boolean };
type WithCatalog = <T>(config: Config, work: (parts: { database: Database; tenant: Tenant }) => Promise<T>) => Promise<T>;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** `fieldstone doctor`: says what differs, and with --repair puts right what can be put right without losing anything. */
export function addDoctor(program: Command, readConfig: () => Config, withCatalog: WithCatalog): void {
  program
    .command('doctor')
    .description('compare the database with the published metadata, look for settings that can lose data, and repair it when asked')
    .option('--repair', 'put right what can be put right without losing anything')
    .option('--plan', 'with --repair: show the statements, run nothing')
    .option('--confirm <code...>', 'with --repair: what is accepted, by the codes that --plan shows')
    .addOption(new Option('--json', 'print JSON instead of text'))
    .addHelpText(
      'after',
      '\nThe exit code is 1 when something differs, also after a repair.\n\nExamples:\n  $ fieldstone doctor --json\n  $ fieldstone doctor --repair --plan\n  $ fieldstone doctor --repair --confirm extra:trigger:deal_5.audit_it',
    )
    .action(async (options: Options) => {
      const isRun = options.repair === true && options.plan !== true;
      const isSound = await withCatalog(readConfig(), async ({ database, tenant }) => {
        if (isRun) {
          const request = { space: tenant.space, hash: null, confirm: options.confirm ?? [], by: null };
          const done = await repairSpace(database, request);
          print(options.json ? JSON.stringify(done) : renderRepair(done));
          return done.left.length + done.pending.length === 0;
        }
        const unsafe = await unsafeSettings(database);
        const found = { ...(await planSpaceRepair(database, tenant.space)), unsafe };
        const { repair, ...seen } = found;
        if (options.json) print(JSON.stringify(options.repair ? found : seen));
        else print(options.repair ? `${renderDrift(found)}\n${renderRepairPlan(repair)}` : renderDrift(found));
        return found.drift.length + found.pending.length + unsafe.length === 0;
      });
      if (!isSound) process.exitCode = 1;
    });
}

type Seen = Omit<DriftAnswer, 'repair'> & { readonly unsafe: readonly UnsafeSetting[] };

function renderDrift({ revision, drift, pending, unsafe }: Seen): string {
  const settings = unsafe.map(({ name, found, loses, advice }) => `unsafe   ${name} is ${found}: ${loses}\n         ${advice}`);
  if (drift.length + pending.length === 0) return [...settings, `Version ${revision}: tables and metadata agree.`].join('\n');
  return [...settings, ...drift.map(line), ...pending.map(({ error, sql }) => `pending  ${error}\n         ${sql}`)].join('\n');
}

function line({ kind, what, place, element, expected, found, blocks, advice }: Drift): string {
  const details = [
    ...(element === null ? [] : [`element   ${element.name} (${element.id})`]),
    ...(expected === null ? [] : [`expected  ${oneLine(expected)}`]),
    ...(found === null ? [] : [`found     ${oneLine(found)}`]),
    advice,
  ];
  return [`${kind.padEnd(8)} ${what} ${place}${blocks ? '  (people get errors)' : ''}`, ...details.map((each) => `         ${each}`)].join(
    '\n',
  );
}

const oneLine = (sql: string): string => sql.replace(/\s+/g, ' ').trim().slice(0, 300);

function renderRepairPlan({ hash, statements, hazards, refused }: DriftAnswer['repair']): string {
  const parts: string[] = [];
  if (hazards.length > 0) parts.push('', 'To be confirmed:', ...hazards.map(({ code, message }) => `  ${code}\n    ${message}`));
  if (refused.length > 0) parts.push('', 'Not repaired:', ...refused.map(({ code, reason }) => `  ${code}\n    ${reason}`));
  parts.push(hash === null ? '\nThere is nothing to run.' : renderStatements(statements));
  return parts.join('\n');
}

function renderRepair({ repaired, pending, left }: RepairAnswer): string {
  const done = repaired === 0 ? 'There was nothing to repair.' : `Repaired: ${repaired} ${repaired === 1 ? 'difference' : 'differences'}.`;
  const rest = pending.map(({ error, sql }) => `pending  ${error}\n         ${sql}`);
  return [done, ...(left.length > 0 ? ['Left as it is:', ...left.map(line)] : []), ...rest].join('\n');
}

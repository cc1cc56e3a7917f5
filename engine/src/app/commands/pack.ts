import { Option, type Command } from 'commander';
import type { PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { listPacks, planPack, type PackLibrary, type PackRequest } from '../../catalog/packs.js';
import type { PackPlanned } from '../../catalog/plan-packs.js';
import { loadRecords, publishStored } from '../../catalog/publish-plan.js';
import { malformed } from '../../kernel/errors.js';
import type { Decision } from '../../planner/pack-decisions.js';
import type { Config } from '../config.js';
import { findPack } from '../pack-sources.js';
import { addCommandsOfPackFiles } from './pack-files.js';
import { renderPackPlan } from './render-pack-plan.js';
import { print, withCatalog, type Open } from './with-catalog.js';

const json = () => new Option('--json', 'print JSON instead of text');

type ChangeOptions = { plan?: boolean; sql?: boolean; confirm?: string[]; take?: string[]; json?: boolean };

/** `fieldstone pack …`: everything about packs, on files and on a system. They work beside a running server as well as without one. */
export function addCommandsOfPacks(program: Command, readConfig: () => Config): void {
  const pack = program.command('pack').description('packs of metadata: make, check, install, upgrade and pull them');
  addList(pack, readConfig);
  addChange(pack, readConfig, 'install', 'install a pack: by its folder, its bundle, or its name among the packs of this installation', [
    '$ fieldstone pack install ./packs/events --plan',
    '$ fieldstone pack install events --confirm retire:fld_event_code',
  ]);
  addChange(pack, readConfig, 'upgrade', 'upgrade an installed pack; what people changed stays, property by property', [
    '$ fieldstone pack upgrade ./packs/events --plan',
    '$ fieldstone pack upgrade ./packs/events --take fld_event_name/maxLength=yours',
    '$ fieldstone pack upgrade events --take all=theirs',
  ]);
  addChange(pack, readConfig, 'uninstall', 'take a pack away; its records stay in the database and are back when it is installed again', [
    '$ fieldstone pack uninstall events --plan',
    '$ fieldstone pack uninstall events --confirm retire:obj_event',
  ]);
  addCommandsOfPackFiles(pack, readConfig);
  for (const command of pack.commands) command.exitOverride();
}

function addList(pack: Command, readConfig: () => Config): void {
  pack
    .command('list')
    .description('installed packs and those that could be installed, with versions and the number of changes made here')
    .addOption(json())
    .action(async (options: { json?: boolean }) => {
      const packs = await withCatalog(readConfig(), ({ open, tenant }) => listPacks(open.catalog, tenant.space, open.library));
      if (options.json) {
        print(JSON.stringify(packs));
        return;
      }
      const width = Math.max(4, ...packs.map(({ name }) => name.length)) + 2;
      for (const { name, version, available, isUpgradable, changes, label } of packs) {
        const state = version === null ? `${available ?? ''} available` : isUpgradable ? `${version} → ${available ?? ''}` : version;
        print(`${name.padEnd(width)}${state.padEnd(20)}${label}${changes > 0 ? ` (${String(changes)} changed here)` : ''}`);
      }
    });
}

function addChange(
  pack: Command,
  readConfig: () => Config,
  action: PackRequest['action'],
  description: string,
  examples: readonly string[],
): void {
  const command = pack
    .command(action)
    .description(description)
    .argument(
      action === 'uninstall' ? '<name>' : '<pack>',
      action === 'uninstall' ? 'name of the pack' : 'folder, bundle or name of the pack',
    )
    .option('--plan', 'say what would happen; change nothing')
    .option('--sql', 'show the SQL of the plan too')
    .option('--confirm <code...>', 'hazards that are accepted, by the codes that the plan shows')
    .addOption(json())
    .addHelpText(
      'after',
      `\nThe exit code is 1 when something is wrong, or has to be decided or confirmed first.\n\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`,
    );
  if (action !== 'uninstall') {
    command.option('--take <choice...>', 'decide a conflict: <element>/<property>=yours|theirs, or all=yours|theirs for the rest');
  }
  command.action(async (given: string, options: ChangeOptions) => {
    const result = await withCatalog(readConfig(), (parts) => changePack(parts, action, given, options));
    if (options.json) print(JSON.stringify(result));
    else {
      print(renderPackPlan(result.plan, options.sql === true));
      print(`\n${result.outcome}`);
    }
    if (!result.isDone) process.exitCode = 1;
  });
}

type Changed = { readonly plan: PackPlanAnswer; readonly outcome: string; readonly isDone: boolean; readonly revision?: number };

async function changePack({ open, tenant }: Open, action: PackRequest['action'], given: string, options: ChangeOptions): Promise<Changed> {
  const chosen = action === 'uninstall' ? null : await findPack(given, open.library);
  const library: PackLibrary = async () => {
    const others = await open.library();
    return chosen ? [chosen, ...others.filter((other) => other.name !== chosen.name)] : others;
  };
  const request = { space: tenant.space, action, name: chosen?.name ?? given, madeBy: null };
  const { decisions, rest } = choicesOf(options.take ?? []);
  let planned = await planPack(open.catalog, library, { ...request, decisions });
  if (rest) {
    const open_ = planned.answer.conflicts.filter(({ decision }) => decision === null);
    const all = [...decisions, ...open_.map(({ element, path }): Decision => ({ element, path, take: rest }))];
    planned = await planPack(open.catalog, library, { ...request, decisions: all });
  }
  return publish(open, tenant.space, planned, options);
}

async function publish(open: Open['open'], space: number, { answer, stored }: PackPlanned, options: ChangeOptions): Promise<Changed> {
  const waiting = answer.conflicts.filter(({ decision }) => decision === null).length;
  if (answer.issues.length > 0) return { plan: answer, outcome: 'Nothing was changed.', isDone: false };
  if (waiting > 0) {
    const outcome = `Nothing was changed: ${String(waiting)} to be decided, with --take <element>/<property>=yours|theirs.`;
    return { plan: answer, outcome, isDone: false };
  }
  if (options.plan || stored === null) return { plan: answer, outcome: 'This is a plan; nothing was changed.', isDone: true };
  const unconfirmed = answer.hazards.filter(({ code }) => !(options.confirm ?? []).includes(code));
  if (unconfirmed.length > 0) {
    const outcome = `Nothing was changed: confirm with --confirm ${unconfirmed.map(({ code }) => code).join(' ')}`;
    return { plan: answer, outcome, isDone: false };
  }
  const { revision } = await publishStored(open.catalog, space, stored, options.confirm ?? [], null);
  const { data } = await loadRecords(open.catalog);
  const records = data && data.written > 0 ? ` ${String(data.written)} records were loaded.` : '';
  const problem = data?.problem === undefined ? '' : ` Its records could not be loaded: ${data.problem}`;
  return { plan: answer, outcome: `Published version ${String(revision)}.${records}${problem}`, isDone: problem === '', revision };
}

type Side = 'yours' | 'theirs';

/** "fld_event_name/maxLength=yours" to decisions. */
function choicesOf(texts: readonly string[]): { decisions: Decision[]; rest: Side | null } {
  const decisions: Decision[] = [];
  let rest: Side | null = null;
  for (const text of texts) {
    const found = /^(all|[a-z][a-z0-9_:]*)(\/.*)?=(yours|theirs)$/.exec(text);
    if (!found) throw malformed(`--take ${text}: write <element>/<property>=yours or =theirs.`);
    const [, element = '', path = '', take] = found;
    if (element === 'all') rest = take as Side;
    else decisions.push({ element, path, take: take as Side });
  }
  return { decisions, rest };
}

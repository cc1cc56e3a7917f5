import { Option, type Command } from 'commander';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { ChangeSet, ChangeSetAnswer, PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { exportDraft, exportRevisions } from '../../catalog/export-change-set.js';
import { checkChangeSet, importChangeSet, planChangeSet } from '../../catalog/import-change-set.js';
import { AppError, malformed, notFound } from '../../kernel/errors.js';
import { readChangeSet, wholeChangeSet } from '../../model/change-set.js';
import { usersOf } from '../../people/users.js';
import { everyDraft, type DraftHead } from '../../store/drafts.js';
import { readChangeSetFiles, writeChangeSet } from '../change-set-files.js';
import type { Config } from '../config.js';
import { renderAnswer, renderDiff } from './render-change-set.js';
import { print, withCatalog, type Open } from './with-catalog.js';

const json = () => new Option('--json', 'print JSON instead of text');

/** `fieldstone changes …`: changes from one system to another, as files for git. They work beside a running server as well as without one. */
export function addCommandsOfChanges(program: Command, readConfig: () => Config): void {
  const changes = program.command('changes').description('changes that travel from one system to another, as files for git');
  addExport(changes, readConfig);
  addDiff(changes, readConfig);
  addImport(changes, readConfig);
  addConvert(changes);
  for (const command of changes.commands) command.exitOverride();
}

function addExport(changes: Command, readConfig: () => Config): void {
  changes
    .command('export')
    .description('write a draft, or what was published between two versions, as files')
    .argument('[draft]', 'name or id of the draft; left out with --from')
    .argument('[place]', 'a folder, or a file that ends in .json')
    .option('--from <n>', 'instead of a draft: what was published after this version')
    .option('--to <n>', 'with --from: up to this version (default: the newest)')
    .addOption(json())
    .addHelpText(
      'after',
      '\nWhat is the same is not written again, and the same change is the same bytes.\n\nExamples:\n  $ fieldstone changes export "Seats" ./changes/seats\n  $ fieldstone changes export --from 12 --to 15 ./changes/release-7\n  $ fieldstone changes export "Seats" seats.json',
    )
    .action(async (draft: string | undefined, place: string | undefined, options: { from?: string; to?: string; json?: boolean }) => {
      const isRange = options.from !== undefined;
      const [named, target] = isRange ? [undefined, draft] : [draft, place];
      if (target === undefined || (isRange && place !== undefined) || (!isRange && options.to !== undefined)) {
        throw malformed('Name a draft and a place, or --from a version and a place.');
      }
      const set = await withCatalog(readConfig(), (open) =>
        named === undefined ? exportRange(open, options.from ?? '', options.to) : exportNamed(open, named),
      );
      const result = await writeChangeSet(target, set);
      if (options.json) print(JSON.stringify({ place: target, name: set.name, elements: Object.keys(set.files).length, ...result }));
      else {
        for (const file of result.written) print(`  wrote    ${file}`);
        for (const file of result.removed) print(`  removed  ${file}`);
        print(`${target}: ${count(Object.keys(set.files).length, 'element')} of “${set.name}”.`);
      }
    });
}

const exportRange = ({ open, tenant }: Open, from: string, to: string | undefined): Promise<ChangeSet> =>
  exportRevisions(
    open.catalog,
    tenant.space,
    versionOf('--from', from),
    to === undefined ? open.models.current(tenant.space).revision : versionOf('--to', to),
  );

async function exportNamed({ open, tenant, database }: Open, named: string): Promise<ChangeSet> {
  const drafts = await everyDraft(database.pool, tenant.space);
  const draft = oneOf(named, drafts);
  return exportDraft(open.catalog, { space: tenant.space, owner: draft.owner, draft: draft.id });
}

function oneOf(named: string, drafts: readonly DraftHead[]): DraftHead {
  const found = drafts.filter(({ id, name }) => id === named || name === named);
  const [draft, ...more] = found;
  if (!draft) {
    const names = drafts.map(({ name }) => name);
    throw notFound(`There is no draft "${named}".${didYouMean(named, names)}`);
  }
  if (more.length === 0) return draft;
  const each = found.map(({ id, ownerName }) => `\n  ${id}  of ${ownerName}`).join('');
  throw malformed(`Several drafts are called "${named}"; name one by its id:${each}`);
}

function versionOf(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw malformed(`${option} is the number of a version.`);
  return Number(text);
}

function addDiff(changes: Command, readConfig: () => Config): void {
  changes
    .command('diff')
    .description('what a change set would change here, property by property, and what is not as it found it; changes nothing')
    .argument('<place>', 'folder or file of the change set')
    .addOption(json())
    .addHelpText('after', '\nThe exit code is 1 when it can not be imported.\n\nExample:\n  $ fieldstone changes diff ./changes/seats')
    .action(async (place: string, options: { json?: boolean }) => {
      const given = await readChangeSetFiles(place);
      const answer = await withCatalog(readConfig(), ({ open, tenant }) => checkChangeSet(open.catalog, tenant.space, given));
      print(options.json ? JSON.stringify(answer) : renderDiff(answer));
      if (isRefused(answer)) process.exitCode = 1;
    });
}

const isRefused = ({ differences, issues }: ChangeSetAnswer): boolean => differences.length + issues.length > 0;

type ImportOptions = { name?: string; user?: string; plan?: boolean; sql?: boolean; json?: boolean };
type Imported = { readonly answer: ChangeSetAnswer; readonly plan?: PlanAnswer | null };

function addImport(changes: Command, readConfig: () => Config): void {
  changes
    .command('import')
    .description('make a draft of a change set; refused when what it found is not what is here')
    .argument('<place>', 'folder or file of the change set')
    .option('--name <text>', 'name of the draft (default: that of the change set)')
    .option('--user <email>', 'whose draft it is (default: the only one who may edit metadata)')
    .option('--plan', 'say what would happen, also when it is published; change nothing')
    .option('--sql', 'with --plan: show the SQL too')
    .addOption(json())
    .addHelpText(
      'after',
      '\nThe exit code is 1 when something differs or is wrong; nothing is imported then.\n\nExamples:\n  $ fieldstone changes import ./changes/seats --plan\n  $ fieldstone changes import ./changes/seats --user admin@example.com --name "Seats from test"',
    )
    .action(async (place: string, options: ImportOptions) => {
      const given = await readChangeSetFiles(place);
      const result = await withCatalog(readConfig(), (parts): Promise<Imported> =>
        options.plan ? planChangeSet(parts.open.catalog, parts.tenant.space, given) : importAs(parts, given, options),
      );
      if (options.json) print(JSON.stringify(result.plan === undefined ? result.answer : result));
      else print(renderAnswer(result.answer, result.plan, options.sql === true));
      if (isRefused(result.answer)) process.exitCode = 1;
    });
}

async function importAs(parts: Open, given: unknown, { name, user }: ImportOptions): Promise<Imported> {
  const { open, tenant } = parts;
  const answer = await checkChangeSet(open.catalog, tenant.space, given);
  if (isRefused(answer) || answer.changes.length === 0) return { answer };
  const editor = { space: tenant.space, owner: await editorOf(parts, user) };
  return { answer: await importChangeSet(open.catalog, editor, given, name) };
}

/** Whose draft it becomes: drafts belong to people. */
async function editorOf({ open, tenant, database }: Open, email: string | undefined): Promise<string> {
  const model = open.model();
  const users = (await usersOf(database.pool, model, tenant.id)).filter(({ isActive }) => isActive);
  const editors = users.filter(({ roles }) => roles.some((role) => model.roles.get(role)?.capabilities.has('edit_metadata')));
  const [only, ...more] = email === undefined ? editors : editors.filter((user) => user.email === email);
  if (only && more.length === 0) return only.id;
  if (email !== undefined)
    throw notFound(
      `There is no "${email}" who may edit metadata.${didYouMean(
        email,
        editors.map((user) => user.email),
      )}`,
    );
  throw new AppError('malformed', 'Say whose draft it becomes.', {
    hint: `Add --user, one of: ${editors.map((user) => user.email).join(', ') || 'nobody may edit metadata'}`,
  });
}

function addConvert(changes: Command): void {
  changes
    .command('convert')
    .description('write a change set that lies in a folder as one file, or one file as a folder')
    .argument('<place>', 'folder or file of the change set')
    .argument('<target>', 'a folder, or a file that ends in .json')
    .addHelpText('after', '\nExample:\n  $ fieldstone changes convert seats.json ./changes/seats')
    .action(async (place: string, target: string) => {
      const set = wholeChangeSet(readChangeSet(await readChangeSetFiles(place)));
      await writeChangeSet(target, set);
      print(`${target}: ${count(Object.keys(set.files).length, 'element')} of “${set.name}”.`);
    });
}

const count = (number: number, what: string): string => `${String(number)} ${what}${number === 1 ? '' : 's'}`;
